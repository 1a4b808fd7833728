"""What `tracker remind preview` says of the mails that wait and are not sent."""

from datetime import UTC, datetime
from email.message import EmailMessage
from types import SimpleNamespace

from tracker.commands.previews import counted, previewed, say_of_waiting
from tracker.domain.outbox import NOBODY_THERE, OutboxState
from tracker.store.mails.outbox_waiting import Prospect, WaitingMail

SINCE = datetime(2026, 11, 2, 9, tzinfo=UTC)


def mail(number, cycle="2026-11"):
    address = f"head{number}@who.example.org"
    return WaitingMail(number, "k", address, "Mail", OutboxState.QUEUED, SINCE, SINCE, address, cycle)


def test_of_each_mail_that_is_not_sent_it_is_said_why(capsys):
    say_of_waiting(
        Prospect(
            sent=[mail(1)],
            paused=[mail(2)],
            replaced=[(mail(3), "2026-12"), (mail(4), "2026-11")],
            left=[mail(5)],
            given_up=[mail(6)],
        )
    )
    paused = "waits: reminders are paused (tracker remind ladder --org CODE)"
    said = capsys.readouterr().err.replace("\n", " ").split("Email ")
    assert [line.strip() for line in said[1:]] == [
        "3 to head3@who.example.org, of cycle 2026-11, is replaced by the digest of cycle 2026-12.",
        "4 to head4@who.example.org, of cycle 2026-11, is replaced by a new digest of its cycle.",
        f"5 to head5@who.example.org, of cycle 2026-11, is not sent: {NOBODY_THERE}.",
        f"2 to head2@who.example.org, of cycle 2026-11, {paused}.",
        "6 to head6@who.example.org is given up: it has waited since 2026-11-02.",
    ]


def test_digests_and_what_waits_are_counted_apart():
    due, waits = {"mail": None}, {"mail": 7}
    assert counted([due, due]) == "2 digests"
    assert counted([due, waits]) == "1 digest and 1 email that waits in the outbox"
    assert counted([waits] * 1200) == "0 digests and 1,200 emails that wait in the outbox"


def test_a_mail_is_shown_with_its_headers_attachments_and_words():
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "office@jro.example.org", "ada@who.example.org", "Due"
    message.set_content("Dear Ada,\n\nplease answer.\n")
    message.add_attachment(b"x", maintype="application", subtype="octet-stream", filename="WHO.xlsx")
    said = previewed(SimpleNamespace(message=message.as_bytes()))
    lines = [line.split(maxsplit=1) for line in said.splitlines()[:4]]
    assert ["To", "ada@who.example.org"] in lines
    assert ["Subject", "Due"] in lines
    assert ["Attached", "WHO.xlsx"] in lines
    assert "\nDear Ada,\n\nplease answer.\n" in said
