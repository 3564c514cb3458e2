"""The editors of a chart: one form for each part, in the shape of the contract."""
