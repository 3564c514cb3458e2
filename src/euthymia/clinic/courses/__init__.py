"""Treatment under supervision: orders, sessions as delivered, what was decided in them."""
