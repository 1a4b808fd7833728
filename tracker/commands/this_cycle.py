"""What is said of the digests of this cycle that are composed already: what went out, what waits, what failed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from tracker.commands.terminal.render import say, to_the_minute
from tracker.domain.outbox import NOBODY_THERE
from tracker.domain.plurals import plural

if TYPE_CHECKING:
    from tracker.domain.outbox import QueuedMail
    from tracker.store.mails.this_cycle import CycleMails


def say_of_settled(mails: CycleMails) -> None:
    """About what there is nothing to do: those who have it get no second one, and some get none."""
    if mails.sent:
        say(f"{_of_this_cycle(mails.sent)} already went out; nobody gets a second one.")
    if mails.over:
        why = f"dropped, out of date, or {NOBODY_THERE} (tracker outbox list --state failed)"
        say(f"{_of_this_cycle(mails.over)} will not be sent: {why}.")


def say_of_unsettled(mails: CycleMails) -> None:
    """What waits, until when, and what a person has to decide on."""
    for sentence in _unsettled(mails):
        say(sentence)


_TO_DECIDE = (
    ("failed", "failed", "Correct the cause"),
    ("uncertain", "may or may not have arrived", "Ask the recipient"),
)
"""Where a person has to decide: which mails, what became of them, and what comes before the decision."""


def _unsettled(mails: CycleMails) -> Iterator[str]:
    if mails.put_off:
        first = to_the_minute(min(mail.next_attempt_at for mail in mails.put_off if mail.next_attempt_at is not None))
        yield f"{_of_this_cycle(mails.put_off)} had to be put off; the first delivery after {first} tries again."
    if mails.under_way:
        yield (
            f"{_of_this_cycle(mails.under_way)} went to another program, which is sending now; look again in a few "
            "minutes."
        )
    for name, what, first in _TO_DECIDE:
        if found := getattr(mails, name):
            yield f"{_of_this_cycle(found)} {what}: {_named(found)} {first}, then {_decide(found)}"
    if mails.past_sending:
        numbers = " ".join(str(mail.id) for mail in mails.past_sending)
        yield (
            f"{_of_this_cycle(mails.past_sending)} failed: {_named(mails.past_sending)} No retry is possible, as "
            f"{NOBODY_THERE}; "
            f"acknowledge with tracker outbox drop {numbers}."
        )


def _of_this_cycle(mails: Sequence[QueuedMail]) -> str:
    return f"{plural(len(mails), 'digest')} of this cycle"


_NAMED = 3
"""More mails than that are not named one by one."""


def _named(mails: Sequence[QueuedMail]) -> str:
    if len(mails) > _NAMED:
        return f"see tracker outbox list --state {mails[0].state.value}."
    return ", ".join(f"email {mail.id} to {mail.recipient} ({mail.answer or mail.state.value})" for mail in mails) + "."


def _decide(mails: Sequence[QueuedMail]) -> str:
    which = f"--state {mails[0].state.value}" if len(mails) > _NAMED else " ".join(str(mail.id) for mail in mails)
    return f"tracker outbox retry {which}, or give up with tracker outbox drop {which}."
