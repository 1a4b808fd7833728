"""Returns that were filled in: cells to answers."""
