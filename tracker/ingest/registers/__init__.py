"""Registers of other bodies: any table in, rows in our words out, by a mapping that a person has written."""
