"""What is said of the office itself: as whom it signs, and where answers to it go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker.commands.terminal.render import say

if TYPE_CHECKING:
    from tracker.config import Settings


def office_words(settings: Settings) -> str:
    """As whom it signs, at which address it asks for answers, and which file says so."""
    told = "no tracker.toml was found" if settings.path is None else f"by {settings.path}"
    return f"{settings.office.name}, {settings.office.answers_to}; {told}"


def say_of_unset_address(settings: Settings) -> None:
    """Before an organization is asked for answers that nobody would get."""
    if sentences := settings.unset_address:
        say(sentences)
