"""Whether treatments work: of one patient over time, and of all patients of a clinic together."""
