"""Who works here, in which clinic, and what each may do."""
