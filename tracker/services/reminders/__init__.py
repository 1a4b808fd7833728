"""Digests: composed, queued, delivered, and what a person decides about them."""
