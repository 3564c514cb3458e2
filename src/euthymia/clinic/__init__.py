"""The clinic: a public door for patients, a working place for clinicians, around `assess`."""
