"""Digests that a mail from outside answers: what was sent is known, and is told from what the mail says itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tracker.ingest.mails.letters import sent_digest
from tracker.ingest.mails.quoted_digests import SentDigest
from tracker.store.mails import returns as store
from tracker.store.unit import Register


def digests_answered(
    register: Register, answers: Sequence[str], known: Mapping[str, int] | None = None
) -> tuple[SentDigest, ...]:
    """The digests among the mails that one answers; `known` as `digests_by_message_id` gives it, where it was read."""
    with register.read() as session:
        numbers = store.digests_by_message_id(session) if known is None else known
        found = list(dict.fromkeys(numbers[answer] for answer in answers if answer in numbers))
        return tuple(map(sent_digest, store.digest_messages(session, found)))
