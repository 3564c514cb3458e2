"""Words of the templates of this room."""
