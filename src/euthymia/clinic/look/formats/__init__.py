"""How dates are written, by language. Where there is no module, as Django has it."""
