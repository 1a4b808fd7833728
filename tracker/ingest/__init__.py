"""Documents in: bytes to rows, and problems with their place."""
