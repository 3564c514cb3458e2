"""Controlled substances: what came in, was drawn, given and wasted, and what is counted."""
