"""Registers of other bodies: taken in, and compared with ours."""
