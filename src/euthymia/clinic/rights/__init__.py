"""Consent, merging, correction, retention, export; pages adopted by the medical director."""
