"""Reminders: what is asked of whom, when, and in one digest per recipient and cycle. Pure."""
