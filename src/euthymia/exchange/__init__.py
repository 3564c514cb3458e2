"""Outside shapes to and from ours: intake forms, FHIR, text, documents. Pure."""
