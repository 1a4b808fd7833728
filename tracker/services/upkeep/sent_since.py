"""What was sent after a backup was made: the register that it replaces tells it, or nobody knows."""

from __future__ import annotations

import sqlite3

from tracker.domain.who import Who
from tracker.records import record
from tracker.store.mails import sent_since
from tracker.store.unit import Register


@record
class SentSince:
    """To whom mails went after the backup; None where that is not known, and so many waiting ones are `uncertain`."""

    recipients: tuple[str, ...] | None
    uncertain: int = 0


def learn(restored: Register, before: sqlite3.Connection | None, name: str, who: Who) -> SentSince:
    """Let a restored register know what was sent since, and its journal that it was restored.

    `before` holds the register that it replaces; None where there is none. Where that one is damaged, is another
    register, or does not know itself, the first digests wait for a yes.
    """
    asked = f"db restore {name}"
    if before is not None:
        try:
            with restored.batch(who.asking(asked)) as batch:
                held = sent_since.Before(before)
                if not sent_since.is_sure(held, batch.session):
                    raise _NotKnownError
                batch.touch()
                return SentSince(tuple(sent_since.carry_over(held, batch.session)))
        except (sqlite3.Error, _NotKnownError):
            pass  # a damaged file says so wherever it is read; what was carried by then was taken back
    with restored.batch(who.asking(asked + sent_since.NOT_KNOWN)) as batch:
        batch.touch()
        return SentSince(None, sent_since.doubt(batch.session, now=who.now))


class _NotKnownError(Exception):
    """The register before cannot tell what was sent since."""
