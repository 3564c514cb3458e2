"""The patient's door: public pages, the self-check, the request for a consultation."""
