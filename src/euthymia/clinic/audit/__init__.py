"""Who saw or changed what, when and why: an append-only chain."""
