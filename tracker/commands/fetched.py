"""What `tracker return fetch` prints: every new mail, what became of it and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker.commands.terminal.columns import Column
from tracker.commands.terminal.render import is_terminal, print_table, say
from tracker.domain.plurals import plural

if TYPE_CHECKING:
    from tracker.services.returns.mailbox import FetchReport, Judged

_MOST_NAMED = 10


def print_fetched(report: FetchReport) -> None:
    """The new mails, and what was not looked at."""
    (_draw if is_terminal() else _list)(report.mails)
    counts = (plural(len(report.mails), "new email"), f"{plural(report.queued, 'return')} queued")
    say(f"{', '.join(counts)}, {report.known} seen before.")
    for name in report.too_large:
        say(f"{name} is too large to open; look at it in the mailbox.")
    for name in report.no_mails[:_MOST_NAMED]:
        say(f"{name} is not an email (.eml) and was not read. Save it as .eml; for a return, use: tracker return read.")
    if len(report.no_mails) > _MOST_NAMED:
        say(f"The same holds for {len(report.no_mails) - _MOST_NAMED:,} more; all are in --json.")
    if report.queued:
        say("Next: tracker return list, then tracker return read NUMBER.")


def _list(mails: list[Judged]) -> None:
    columns = [Column(title) for title in ("verdict", "org", "from", "subject", "why")]
    print_table(columns, [(*_sender(mail), mail.subject, mail.why or "") for mail in mails])


def _draw(mails: list[Judged]) -> None:
    """Subject and reason stand together, so that both have room."""
    last = Column("subject, and why", flexible=True, wrap=True, beneath=True)
    rows = [(*_sender(mail), " · ".join(filter(None, (mail.subject, mail.why)))) for mail in mails]
    print_table([Column("verdict"), Column("org"), Column("from"), last], rows)


def _sender(mail: Judged) -> tuple[str, str, str]:
    return mail.verdict.value, mail.organization or "", mail.sender
