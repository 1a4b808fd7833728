"""The terminal: how answers look there, and what is asked and typed."""
