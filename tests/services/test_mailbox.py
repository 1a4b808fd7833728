"""Answers by mail: who may send what, what is held, what is ignored; and that no email changes a status."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from email.message import EmailMessage

import builders as b
import mail_programs as programs
import pytest
from filled_returns import edit, fill
from imap_server import serving

from tracker.domain.outbox import OutboxState
from tracker.domain.received import MailVerdict, ReturnState
from tracker.domain.returns import IDENTITY_SHEET, Field
from tracker.domain.vocabulary import Acceptance, Post
from tracker.errors import RefusedError
from tracker.ingest.returns.reading import read_return
from tracker.services.organizations import add_officer, end_officer
from tracker.services.returns import files, mailbox, making, reading, received
from tracker.services.upkeep import audit
from tracker.store.database.mail_tables import outbox_table, reminder_item_table, reminder_table
from tracker.store.database.writing import insert_row
from tracker.store.mails.returns import count_waiting

R1 = "A/80/501/R1"
DIGEST = "<digest.2026-W48.0123@example.org>"


@pytest.fixture
def filled(register):
    b.organizations(register, "WHO", "FAO")
    b.report(register, now=datetime(2026, 1, 5, tzinfo=UTC))
    for code in ("WHO", "FAO"):
        add_officer(
            register,
            code,
            b.who(),
            post=Post.FOCAL_POINT,
            name=f"{code} Officer",
            email=f"Officer@{code.lower()}.example.org",
            from_on=date(2026, 1, 1),
        )
    return register


@pytest.fixture
def store(tmp_path):
    return tmp_path / "evidence"


@pytest.fixture
def box(tmp_path):
    folder = tmp_path / "mails"
    folder.mkdir()
    return folder


def digest_sent(register, code: str, message: bytes = b"From: o@example.org\r\n\r\ntext") -> int:
    """A digest of the ledger that listed one organization's follow-up; the Message-ID of `message` is another."""
    with register.write() as session:
        mail = insert_row(
            session,
            outbox_table,
            key="digest:x",
            recipient="x@example.org",
            subject="x",
            message=with_id(message),
            state=OutboxState.SENT,
            queued_at=b.NOW,
            next_attempt_at=b.NOW,
        )
        columns = {"recipient": "x@example.org", "cycle": "2026-W48", "composed_at": b.NOW, "outbox_id": mail}
        reminder = insert_row(session, reminder_table, **columns)
        item = b.follow_up(register, "501/R1", code).id
        insert_row(session, reminder_item_table, reminder_id=reminder, follow_up_id=item, reason="x", rung="x")
        return reminder


def with_id(message: bytes) -> bytes:
    """With DIGEST for its Message-ID."""
    others = re.sub(rb"(?mi)^Message-ID:.*\r?\n(?:[ \t].*\r?\n)*", b"", message)
    return f"Message-ID:\r\n {DIGEST}\r\n".encode() + others


def answer(register, code: str = "WHO", word: str = "Accepted") -> bytes:
    content = making.make(register, code, office="Office", reply_to="o@example.org", today=b.TODAY)
    return fill(content, {R1: {Field.ACCEPTANCE: word}})


def mail(
    *attachments: tuple[str, bytes],
    sender: str = "officer@who.example.org",
    number: int = 1,
    text: str = "See attached. Please set everything to implemented.",
    **headers: str,
) -> bytes:
    message = EmailMessage()
    message["From"], message["Subject"] = sender, "Re: WHO"
    message["Message-ID"], message["Date"] = f"<{number}@x.example.org>", "Tue, 24 Nov 2026 08:00:00 +0000"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    for name, content in attachments:
        message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()


def fetch(register, box, store, *mails: bytes, **options):
    for number, raw in enumerate(mails, start=len(list(box.iterdir()))):
        (box / f"{number:03}.eml").write_bytes(raw)
    return mailbox.fetch(register, str(box), b.who(), evidence_store=store, **options)


def only(report) -> mailbox.Judged:
    assert len(report.mails) == 1
    return report.mails[0]


def test_an_officers_return_is_queued_and_no_status_is_changed(filled, box, store):
    reminder = digest_sent(filled, "WHO")
    content = answer(filled)
    entries = audit.verify(filled, b.TODAY).entries
    judged = only(fetch(filled, box, store, mail(("who.xlsx", content), In_Reply_To=DIGEST)))
    assert (judged.verdict, judged.organization, judged.digest) == (MailVerdict.QUEUED, "WHO", reminder)
    assert audit.verify(filled, b.TODAY).entries == entries
    assert b.follow_up(filled, "501/R1", "WHO").acceptance is Acceptance.NO_INFORMATION
    queued = received.received(filled)[0]
    assert (queued.state, queued.sender, queued.name) == (ReturnState.QUEUED, "officer@who.example.org", "who.xlsx")
    source = received.from_queue(filled, queued.id, store)
    assert source.content == content
    reading.read(filled, source, b.who(), evidence_store=store)
    assert b.follow_up(filled, "501/R1", "WHO").acceptance is Acceptance.ACCEPTED
    assert received.received(filled)[0].state is ReturnState.READ
    assert audit.verify(filled, b.TODAY).findings == []


def test_a_return_in_which_nothing_is_filled_in_is_queued_with_that_remark_and_read_as_such(filled, box, store):
    content = making.make(filled, "WHO", office="Office", reply_to="o@example.org", today=b.TODAY)
    assert only(fetch(filled, box, store, mail(("who.xlsx", content)))).verdict is MailVerdict.QUEUED
    (queued,) = received.received(filled)
    assert (queued.state, queued.remark) == (ReturnState.QUEUED, "nothing is filled in")
    report = reading.read(filled, received.from_queue(filled, queued.id, store), b.who(), evidence_store=store)
    assert (report.is_written, report.rows) == (True, [])
    (read,) = received.received(filled)
    assert (read.state, read.remark) == (ReturnState.READ, "nothing is filled in")
    assert audit.verify(filled, b.TODAY).findings == []


@pytest.mark.parametrize("sender", ["head@müller.example", "Head@xn--mller-kva.example"])
def test_a_sender_is_known_in_either_form_of_the_domain(filled, box, store, sender):
    """Mail programs write the domain in ASCII; the letter would be passed over as a stranger's."""
    holder = {"name": "Ana", "email": "Head@MÜLLER.example", "from_on": date(2026, 1, 1)}
    add_officer(filled, "WHO", b.who(), post=Post.EXECUTIVE_HEAD, **holder)
    raw = f"From: {sender}\nSubject: x\nMessage-ID: <7@x>\n\nWe accept both.\n".encode()
    judged = only(fetch(filled, box, store, raw))
    assert (judged.verdict, judged.organization) == (MailVerdict.HELD, "WHO")


@pytest.mark.parametrize("sender", ["office@müller.example", "Office@xn--mller-kva.example"])
def test_the_offices_own_mail_is_known_in_either_form_of_the_domain(filled, box, store, sender):
    raw = f"From: {sender}\nSubject: x\nMessage-ID: <7@x>\n\nWe thank you.\n".encode()
    assert only(fetch(filled, box, store, raw, own_addresses=["Office@MÜLLER.example"])).why == "the office's own email"


def test_a_mail_is_looked_at_once(filled, box, store):
    fetch(filled, box, store, mail(("who.xlsx", answer(filled))))
    again = fetch(filled, box, store)
    assert (again.mails, again.known) == ([], 1)


def test_of_two_that_look_at_once_the_second_leaves_to_the_first_what_it_has_written(filled, box, store, monkeypatch):
    raw, judge, others = mail(("who.xlsx", answer(filled))), mailbox._judge, []

    def meanwhile(*facts):
        if not others:
            others.append(None)
            others[0] = fetch(filled, box, store)
        return judge(*facts)

    monkeypatch.setattr(mailbox, "_judge", meanwhile)
    late = fetch(filled, box, store, raw)
    assert (others[0].queued, late.queued, late.mails, late.known) == (1, 0, [], 1)
    assert len(received.received(filled)) == 1
    assert audit.verify(filled, b.TODAY).findings == []


def test_a_dry_run_writes_nothing(filled, box, store):
    assert fetch(filled, box, store, mail(("who.xlsx", answer(filled))), dry_run=True).queued == 1
    assert received.received(filled) == []
    assert not store.exists()
    assert fetch(filled, box, store).queued == 1


@pytest.mark.parametrize(
    "sender", ["stranger@who.example.org", "officer@fao.example.org", "a@x.org, officer@who.example.org"]
)
def test_a_return_from_anyone_else_is_held_for_the_office(filled, box, store, sender):
    judged = only(fetch(filled, box, store, mail(("who.xlsx", answer(filled)), sender=sender)))
    assert judged.verdict is MailVerdict.HELD
    assert "is not an officer of WHO" in judged.why
    held = received.received(filled)[0]
    with pytest.raises(RefusedError, match=r"is held: .* is not an officer of WHO"):
        received.from_queue(filled, held.id, store)
    assert counted(filled) == {ReturnState.QUEUED: 0, ReturnState.HELD: 1}
    received.settle(filled, held.id, ReturnState.QUEUED, b.who())
    assert counted(filled) == {ReturnState.QUEUED: 1, ReturnState.HELD: 0}
    assert received.from_queue(filled, held.id, store).name == "who.xlsx"


def counted(register):
    with register.read() as session:
        return count_waiting(session)


def test_a_former_officers_return_is_held(filled, box, store):
    from tracker.services.organizations import all_officers

    officer = all_officers(filled, "WHO")[0]
    end_officer(filled, officer.id, b.who(), until_on=date(2026, 11, 20))
    assert only(fetch(filled, box, store, mail(("who.xlsx", answer(filled))))).verdict is MailVerdict.HELD


def test_an_answer_to_another_organizations_digest_is_held(filled, box, store):
    digest_sent(filled, "FAO")
    judged = only(fetch(filled, box, store, mail(("who.xlsx", answer(filled)), References=DIGEST)))
    assert judged.verdict is MailVerdict.HELD
    assert judged.why == "it answers a digest to FAO, with the return of WHO"


@pytest.mark.parametrize(
    "headers",
    [{"Auto_Submitted": "auto-replied"}, {"Precedence": "bulk"}, {"X_Autoreply": "yes"}, {"Return_Path": "<>"}],
)
def test_automatic_replies_are_ignored(filled, box, store, headers):
    digest_sent(filled, "WHO")
    judged = only(fetch(filled, box, store, mail(("who.xlsx", answer(filled)), In_Reply_To=DIGEST, **headers)))
    assert judged.verdict is MailVerdict.IGNORED
    assert received.received(filled) == []


def test_the_offices_own_mails_and_strangers_letters_are_ignored(filled, box, store):
    report = fetch(
        filled,
        box,
        store,
        mail(("who.xlsx", answer(filled)), sender="Office@example.org", number=1),
        mail(sender="shop@example.com", number=2),
        own_addresses=["office@example.org"],
    )
    assert [judged.verdict for judged in report.mails] == [MailVerdict.IGNORED] * 2


def test_a_letter_without_a_return_is_left_for_a_person(filled, box, store):
    digest_sent(filled, "WHO")
    report = fetch(filled, box, store, mail(number=1), mail(sender="x@who.example.org", number=2, In_Reply_To=DIGEST))
    assert [(judged.verdict, judged.why) for judged in report.mails] == [
        (MailVerdict.HELD, "a letter, without a return in it")
    ] * 2
    listed = received.received(filled)
    assert [(item.name, item.state, item.organization) for item in listed] == [
        ("letter.eml", ReturnState.HELD, "WHO"),
        ("letter.eml", ReturnState.HELD, "WHO"),
    ]


def test_a_letter_can_be_read_and_put_aside_and_is_no_return(filled, box, store):
    digest_sent(filled, "WHO")
    fetch(filled, box, store, mail(number=1, In_Reply_To=DIGEST))
    letter, words = received.show_received(filled, 1, store)
    assert letter.sender == "officer@who.example.org"
    assert words.startswith("From: ")
    assert words.endswith("See attached. Please set everything to implemented.")
    for read in (lambda: received.from_queue(filled, 1, store), lambda: settle(filled, 1, ReturnState.QUEUED)):
        with pytest.raises(
            RefusedError, match=r"number 1 is a letter, not a return\. Read it with: tracker return show 1"
        ):
            read()
    settle(filled, 1, ReturnState.DROPPED)
    assert [item.state for item in received.received(filled)] == [ReturnState.DROPPED]
    assert settle(filled, 1, ReturnState.QUEUED).state is ReturnState.HELD, "put aside by mistake, it waits again"


def settle(register, number, state):
    return received.settle(register, number, state, b.who(), why="logged by hand")


def test_files_of_strangers_that_are_no_returns_are_held_with_the_reason_and_not_kept(filled, box, store):
    report = fetch(filled, box, store, mail(("budget.xlsx", b"PK\x03\x04broken"), sender="x@shop.example.com"))
    assert "is not a whole spreadsheet" in only(report).why
    assert not store.exists()
    assert received.received(filled) == []


def test_a_return_that_is_twice_in_one_mail_is_queued_once(filled, box, store):
    content = answer(filled)
    report = fetch(filled, box, store, mail(("a.xlsx", content), ("b.xlsx", content)))
    assert (only(report).verdict, report.queued) == (MailVerdict.QUEUED, 1)
    assert [item.name for item in received.received(filled)] == ["a.xlsx"]


def test_a_mail_with_more_spreadsheets_than_are_looked_at_is_held(filled, box, store):
    content = answer(filled)
    report = fetch(filled, box, store, mail(*((f"{number}.xlsx", content) for number in range(11))))
    assert only(report).verdict is MailVerdict.HELD
    assert only(report).why == "more than 10 spreadsheets are in it; look at the others in the mailbox."


def test_an_officers_return_of_another_register_is_a_letter_that_says_so(filled, box, store):
    foreign = edit(answer(filled), lambda book: book[IDENTITY_SHEET].__setitem__("B3", "f" * 16))
    report = fetch(filled, box, store, mail(("theirs.xlsx", foreign)))
    assert report.queued == 0
    (letter,) = received.received(filled)
    assert (letter.name, letter.state) == ("letter.eml", ReturnState.HELD)
    assert "theirs.xlsx: the return was made from another register." in letter.why


def test_an_officers_mail_with_a_file_that_is_no_return_is_a_letter(filled, box, store):
    fetch(filled, box, store, mail(("budget.xlsx", b"PK\x03\x04broken")))
    (letter,) = received.received(filled)
    assert (letter.name, letter.state) == ("letter.eml", ReturnState.HELD)
    assert "is not a whole spreadsheet" in letter.why


def test_the_same_return_by_two_mails_is_queued_once(filled, box, store):
    content = answer(filled)
    report = fetch(filled, box, store, mail(("a.xlsx", content), number=1), mail(("b.xlsx", content), number=2))
    assert [judged.verdict for judged in report.mails] == [MailVerdict.QUEUED, MailVerdict.IGNORED]
    assert [item.name for item in received.received(filled)] == ["a.xlsx"]


REFUSED = "R5 is refused by our council, the sheet does not say so."


def words_of(register, number, store):
    return received.show_received(register, number, store)[1]


def test_what_a_mail_says_beside_its_returns_is_kept_with_each_of_them(filled, box, store):
    one, other = answer(filled), answer(filled, word="Not relevant")
    judged = only(fetch(filled, box, store, mail(("a.xlsx", one), ("b.xlsx", other), text=REFUSED)))
    assert (judged.verdict, judged.words, judged.as_json()["words"]) == (MailVerdict.QUEUED, REFUSED, REFUSED)
    assert [item.has_words for item in received.received(filled)] == [True, True]
    assert [words_of(filled, number, store) for number in (1, 2)] == [REFUSED] * 2
    for number in (1, 2):
        source = received.from_queue(filled, number, store)
        report = reading.read(filled, source, b.who(), evidence_store=store, dry_run=True)
        assert (report.mail_says, report.number) == (REFUSED, number)


def test_what_is_said_beside_a_held_return_is_kept_as_well_and_outlives_its_end(filled, box, store):
    fetch(filled, box, store, mail(("who.xlsx", answer(filled)), sender="x@example.com", text=REFUSED))
    settle(filled, 1, ReturnState.DROPPED)
    assert words_of(filled, 1, store) == REFUSED


def test_a_mail_that_says_nothing_beside_its_return_has_no_words(filled, box, store):
    fetch(filled, box, store, mail(("who.xlsx", answer(filled)), text=" \n"))
    assert (received.received(filled)[0].has_words, words_of(filled, 1, store)) == (False, None)


def reply(program, words, *attachments, **headers):
    """A reply to the digest, as a mail program writes it."""
    return mail(*attachments, text=program(words, programs.digest_mail())[0], **headers)


@pytest.mark.parametrize("header", ["In_Reply_To", "References"])
@pytest.mark.parametrize("program", programs.PROGRAMS)
def test_of_a_conversation_with_a_digest_in_it_the_digest_that_it_quotes_is_left_out(
    filled, box, store, program, header
):
    digest_sent(filled, "WHO", programs.digest_mail())
    answered = {header: f"<council@who.example.org> {DIGEST}"}
    fetch(filled, box, store, reply(program, REFUSED, ("a.xlsx", answer(filled)), **answered))
    assert words_of(filled, 1, store) == REFUSED


def test_of_a_letter_the_digest_that_it_quotes_is_left_out_and_that_is_said(filled, box, store):
    digest_sent(filled, "WHO", programs.digest_mail())
    fetch(filled, box, store, reply(programs.outlook, REFUSED, In_Reply_To=DIGEST))
    assert words_of(filled, 1, store).endswith(f"\nLeft out: the digest that it quotes\n\n{REFUSED}")


def test_a_mail_that_only_quotes_the_digest_says_nothing_beside_its_return(filled, box, store):
    digest_sent(filled, "WHO", programs.digest_mail())
    fetch(filled, box, store, reply(programs.iphone, "", ("a.xlsx", answer(filled)), In_Reply_To=DIGEST))
    assert words_of(filled, 1, store) is None


def test_what_was_said_between_and_what_others_wrote_is_kept(filled, box, store):
    """The council answered the digest, and the focal point sends on what it said."""
    digest_sent(filled, "WHO", programs.digest_mail())
    headers = {"In_Reply_To": "<council@who.example.org>", "References": f"{DIGEST} <council@who.example.org>"}
    text = "See below.\n> R5 is refused."
    fetch(filled, box, store, mail(("a.xlsx", answer(filled)), text=text, **headers))
    assert words_of(filled, 1, store) == text


def test_a_mail_that_the_office_wrote_by_hand_is_not_known_and_stays_where_it_is_quoted(filled, box, store):
    """Somebody may have typed an answer into it, as here, and nobody could tell."""
    text = f"See below.\n\nOn Mon, 23 Nov 2026, Office <office@example.org> wrote:\n> R5?\n> {REFUSED}"
    raw = mail(("a.xlsx", answer(filled)), text=text)
    fetch(filled, box, store, raw, own_addresses=["office@example.org"])
    assert words_of(filled, 1, store) == text


def test_the_same_return_again_with_other_words_is_a_letter(filled, box, store):
    content = answer(filled)
    first, again = mail(("a.xlsx", content), number=1), mail(("a.xlsx", content), number=2, text=REFUSED)
    stranger = mail(("a.xlsx", content), number=3, text=REFUSED, sender="x@example.com")
    report = fetch(filled, box, store, first, again, stranger)
    assert [(judged.verdict, judged.why) for judged in report.mails] == [
        (MailVerdict.QUEUED, None),
        (MailVerdict.HELD, "a letter, with a return that came in before (number 1)"),
        (MailVerdict.IGNORED, "the return came in before (number 1)"),
    ]
    assert [(item.name, item.state) for item in received.received(filled)] == [
        ("a.xlsx", ReturnState.QUEUED),
        ("letter.eml", ReturnState.HELD),
    ]
    assert words_of(filled, 2, store).endswith(REFUSED)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (REFUSED, "a letter, with a return that came in before (number 1, read in batch {})"),
        (" ", "the return came in before (number 1, read in batch {})"),
    ],
)
def test_of_a_return_that_was_read_from_a_file_its_mail_says_in_which_batch(filled, box, store, text, why):
    """What the mail says was not seen then, and so it waits; that its answers are in has to be seen at once."""
    content = answer(filled)
    reading.read(filled, files.Source("who.xlsx", content), b.who(), evidence_store=store)
    (read,) = received.received(filled)
    for dry_run in (True, False):
        report = fetch(
            filled, box, store, *([mail(("a.xlsx", content), text=text)] if dry_run else []), dry_run=dry_run
        )
        assert (only(report).why, report.queued) == (why.format(read.batch), 0)
    assert [item.why for item in received.received(filled)][1:] == ([why.format(read.batch)] if text == REFUSED else [])


def test_one_bad_mail_does_not_stop_the_others(filled, box, store):
    report = fetch(filled, box, store, b"\xff\x00 no email at all", mail(("who.xlsx", answer(filled))))
    assert [judged.verdict for judged in report.mails] == [MailVerdict.IGNORED, MailVerdict.QUEUED]


def crafted(version: str):
    def change(book):
        row = next(row for row in book[IDENTITY_SHEET].iter_rows() if row[0].value == "row")
        row[2].value = version

    return change


@pytest.mark.parametrize("version", ["inf", "1e999"])
def test_a_crafted_return_is_held_and_does_not_stop_the_others(filled, box, store, version):
    bad, good = edit(answer(filled), crafted(version)), answer(filled)
    report = fetch(filled, box, store, mail(("bad.xlsx", bad)), mail(("who.xlsx", good), number=2))
    assert [judged.verdict for judged in report.mails] == [MailVerdict.HELD, MailVerdict.QUEUED]
    assert "the hidden sheet was changed and cannot be read" in report.mails[0].why


def test_whatever_reading_a_file_comes_to_its_mail_is_held_and_the_others_are_looked_at(
    filled, box, store, monkeypatch
):
    def read(content, name, limits):
        if name == "bad.xlsx":
            raise ZeroDivisionError("division by zero")
        return read_return(content, name, limits)

    monkeypatch.setattr(mailbox, "read_return", read)
    report = fetch(filled, box, store, mail(("bad.xlsx", b"x")), mail(("who.xlsx", answer(filled)), number=2))
    assert [judged.verdict for judged in report.mails] == [MailVerdict.HELD, MailVerdict.QUEUED]
    assert report.mails[0].why == (
        "bad.xlsx: cannot be read as a return (ZeroDivisionError). Look at it in the mailbox, and report it."
    )


@pytest.mark.parametrize("error", [MemoryError, KeyboardInterrupt])
def test_what_is_no_fault_of_a_mail_is_not_put_on_it(filled, box, store, monkeypatch, error):
    def read(*_):
        raise error

    monkeypatch.setattr(mailbox, "read_return", read)
    with pytest.raises(error):
        fetch(filled, box, store, mail(("who.xlsx", b"x")))
    assert received.received(filled) == []


def test_from_a_server(filled, store):
    with serving([mail(("who.xlsx", answer(filled)))]) as server:
        report = mailbox.fetch(filled, server.address, b.who(), evidence_store=store, password="secret")
        assert report.queued == 1
        assert mailbox.fetch(filled, server.address, b.who(), evidence_store=store, password="secret").known == 1


def test_a_dropped_return_is_not_read_until_it_is_released(filled, box, store):
    fetch(filled, box, store, mail(("who.xlsx", answer(filled))))
    number = received.received(filled)[0].id
    received.settle(filled, number, ReturnState.DROPPED, b.who(), why="superseded")
    with pytest.raises(RefusedError, match="was dropped"):
        received.from_queue(filled, number, store)
    received.settle(filled, number, ReturnState.QUEUED, b.who())
    assert received.from_queue(filled, number, store)
