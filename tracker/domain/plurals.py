"""Counts and lists in sentences."""

from __future__ import annotations

from collections.abc import Sequence


def plural(count: int, singular: str, several: str | None = None) -> str:
    """`1 follow-up`, `2 follow-ups`."""
    return f"{count:,} {singular if count == 1 else several or singular + 's'}"


def first_of(names: Sequence[str], most: int) -> str:
    """Names in a list, of very many the first: `WHO, ILO and 3 more`."""
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more:,} more" if more > 0 else "")
