"""What `tracker remind send` says of what it sent, and of what it did not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tracker.commands.previews import say_of_rest
from tracker.commands.terminal.render import say, to_the_minute
from tracker.commands.this_cycle import say_of_settled
from tracker.domain.outbox import OutboxState
from tracker.domain.plurals import plural

if TYPE_CHECKING:
    from tracker.services.reminders.composing import ComposeReport, Outlook
    from tracker.services.reminders.delivery import DeliveryReport, MailAnswer


def delivery_json(report: DeliveryReport) -> dict[str, Any]:
    """What became of the emails, as `remind send --json` says it."""
    names = ("sent", "retried", "failed", "uncertain", "remaining")
    return {name: getattr(report, name) for name in names} | {
        "left": len(report.rest.left),
        "paused": len(report.rest.paused),
        "trouble": None if report.trouble is None else str(report.trouble),
    }


def capped(due: Outlook) -> str:
    """That a run did not, or would not, compose all that is due."""
    return f"One run composes at most {plural(due.cap, 'digest')}; the others wait for the next."


def say_sent(composed: ComposeReport, report: DeliveryReport, due: Outlook, where: str) -> None:
    """What was composed and sent, and of every email that was not sent, why."""
    say(f"{plural(composed.digests, 'digest')} composed, {plural(report.sent, 'email')} sent ({where}).")
    if not composed.digests:
        say_of_settled(due.composed)
    if composed.is_capped:
        say(capped(due))
    if composed.replaced:
        say(
            f"{plural(composed.replaced, 'earlier email')} replaced by a newer digest (see: tracker outbox list "
            "--state failed)."
        )
    say_of_rest(report.rest)
    for answer in report.answers:
        say(_not_sent(answer))
    if report.remaining:
        say(f"{plural(report.remaining, 'email')} still in the outbox (tracker outbox list).")


def _not_sent(mail: MailAnswer) -> str:
    """Why a mail was not sent, and what becomes of it."""
    if mail.next_attempt_at is not None:
        again = f"the first delivery after {to_the_minute(mail.next_attempt_at)} tries again"
        return f"Email {mail.id} to {mail.recipient} was put off ({mail.answer}); {again}."
    what = "failed" if mail.state is OutboxState.FAILED else "may or may not have arrived"
    return f"Email {mail.id} to {mail.recipient} {what}: {mail.answer}"
