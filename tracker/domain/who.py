"""On whose behalf and when a command writes: what every batch records."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from tracker.records import record


@record
class Who:
    """The actor, the command in words, the instant, and the day in the office's time zone."""

    actor: str
    asked: str
    now: datetime
    today: date

    def asking(self, words: str) -> Who:
        """The same person at the same instant; what was asked is said in other words."""
        return replace(self, asked=words)
