"""What `tracker remind preview` shows: the digests that are due, and what waits in the outbox."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tracker.commands.context import Desk
from tracker.commands.terminal.render import lines_of_facts, say
from tracker.domain.outbox import NOBODY_THERE, successor
from tracker.domain.plurals import plural
from tracker.files import write_whole

if TYPE_CHECKING:
    from tracker.mail.reading import Reading
    from tracker.services.reminders.composing import PreviewedDigest
    from tracker.services.reminders.outbox import WaitingDigest
    from tracker.store.mails.outbox_waiting import Prospect

    Going = PreviewedDigest | WaitingDigest


_SEE_PAUSES = "tracker remind ladder --org CODE"


def would_go_out(desk: Desk, org: Sequence[str]) -> Iterator[Going]:
    """The digests that are due, then what waits in the outbox, which `remind send` delivers too."""
    from tracker.services.reminders.composing import preview as previews
    from tracker.services.reminders.outbox import waiting_mails
    from tracker.services.reminders.terms import terms_of

    coming = []
    for mail in previews(desk.register, desk.settings, now=desk.now, organizations=org):
        coming.append((mail.digest.recipient.key, str(mail.digest.cycle)))
        yield mail
    terms = terms_of(desk.register, desk.settings, desk.now)
    mails, rest = waiting_mails(desk.register, now=desk.now, terms=terms, coming=coming)
    yield from mails
    say_of_waiting(rest)


def counted(mails: list[dict[str, Any]]) -> str:
    """How many digests these are, as JSON, and how many of them wait in the outbox."""
    waiting = sum(mail["mail"] is not None for mail in mails)
    digests = plural(len(mails) - waiting, "digest")
    return f"{digests} and {waiting_words(waiting)}" if waiting else digests


def waiting_words(number: int) -> str:
    """So many mails that wait in the outbox."""
    return "1 email that waits in the outbox" if number == 1 else f"{number:,} emails that wait in the outbox"


def say_of_waiting(rest: Prospect) -> None:
    """What becomes of the waiting mails that are not sent."""
    say_of_rest(rest)
    for mail in rest.given_up:
        say(f"Email {mail.id} to {mail.recipient} is given up: it has waited since {mail.since:%Y-%m-%d}.")


def say_of_rest(rest: Prospect) -> None:
    """Which of them nobody is to get any more, or not yet: about those there is nothing to decide."""
    for mail, cycle in rest.replaced:
        say(
            f"Email {mail.id} to {mail.recipient}, of cycle {mail.cycle}, is replaced by "
            f"{successor(mail.cycle, cycle)}."
        )
    for mail in rest.left:
        say(f"Email {mail.id} to {mail.recipient}, of cycle {mail.cycle}, is not sent: {NOBODY_THERE}.")
    for mail in rest.paused:
        say(f"Email {mail.id} to {mail.recipient}, of cycle {mail.cycle}, waits: reminders are paused ({_SEE_PAUSES}).")


def write_page(mails: Sequence[Going], html: Path | None) -> None:
    """All of them as one page, in a file or on stdout."""
    from tracker.mail.pages import preview_page

    page = preview_page([mail.message for mail in mails])
    if html is None:
        print(page)
    else:
        write_whole(html, [page.encode()])
        say(f"{counted([mail.as_json() for mail in mails])} in {html}.")


def write_mail(mail: Going, folder: Path) -> Path:
    """The exact bytes, under the name that a delivery into a folder gives them."""
    from tracker.mail.folder import file_name

    folder.mkdir(parents=True, exist_ok=True)
    path = folder / file_name(mail.key)
    write_whole(path, [mail.message])
    return path


def previewed(mail: Going) -> str:
    """The mail as it is read, with a line before the next one."""
    from tracker.mail.reading import read_mail

    return f"{as_read(read_mail(mail.message))}\n\n{'=' * 72}\n"


def as_read(mail: Reading) -> str:
    """The headers that a reader sees, what is attached, and the words."""
    facts = lines_of_facts([*mail.headers, *(("Attached", name) for name in mail.attachments)])
    return "\n".join([*facts, "", mail.text.rstrip()])
