"""Counts in sentences."""


def plural(count: int, singular: str, several: str | None = None) -> str:
    """`1 follow-up`, `2 follow-ups`."""
    return f"{count:,} {singular if count == 1 else several or singular + 's'}"
