"""Words of the templates of people."""
