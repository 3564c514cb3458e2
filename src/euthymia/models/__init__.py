"""Numerical models: numbers in, numbers out. They know neither medicine nor a patient."""
