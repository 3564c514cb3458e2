"""Patients and their charts: the one place where tables become a Record."""
