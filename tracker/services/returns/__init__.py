"""Returns: made, received, read."""
