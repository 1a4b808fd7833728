"""The variables of the environment that mean something here, and those that were probably meant to."""

from __future__ import annotations

import os
from collections.abc import Iterator

_BEGINNING = "TRACKER_"
_NAMES = {"ACTOR", "CONFIG", "DATABASE_URL", "MAILBOX", "MAILBOX_PASSWORD", "MAILBOX_PASSWORD_FILE"}


def mistyped() -> Iterator[tuple[str, str]]:
    """Variables that are set and mean nothing, each with the one that it is nearly; others are other programs'."""
    for name in sorted(os.environ):
        ours = name.removeprefix(_BEGINNING)
        if ours == name or ours in _NAMES:
            continue
        from tracker.domain.references import nearest

        if meant := nearest(ours, _NAMES):
            yield name, _BEGINNING + meant
