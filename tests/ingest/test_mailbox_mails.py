"""What a mail says of itself, and how mails are got from a folder and from a server."""

from __future__ import annotations

import shutil
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st
from imap_server import serving
from mail_servers import make_certificate

from tracker.errors import BadDataError, UsageError, WorldError
from tracker.ingest.mails.letters import words_of
from tracker.ingest.mails.mailbox import open_mailbox, parse_mail
from tracker.limits import Limits


def mail(number: int = 1, **headers: str) -> bytes:
    message = EmailMessage()
    message["From"] = "Ann Lee <Ann.Lee@who.example.org>"
    message["Subject"] = "Re: WHO: 3 overdue"
    message["Message-ID"] = f"<{number}@who.example.org>"
    message["Date"] = "Tue, 24 Nov 2026 08:00:00 +0100"
    for name, value in headers.items():
        del message[name.replace("_", "-")]
        message[name.replace("_", "-")] = value
    message.set_content("Please find our answers.")
    message.add_attachment(b"PK", maintype="application", subtype="x", filename="../../Return WHO.XLSX")
    message.add_attachment(b"x", maintype="application", subtype="pdf", filename="policy.pdf")
    return message.as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def nobody(_):
    return set()


def test_what_a_mail_says_of_itself():
    found = parse_mail(mail(In_Reply_To="<digest.1@example.org>", References="<a@b> <digest.1@example.org>"))
    assert found.key == "<1@who.example.org>"
    assert found.sender == "ann.lee@who.example.org"
    assert found.sent_on == "2026-11-24"
    assert found.answers == ("<digest.1@example.org>", "<a@b>", "<digest.1@example.org>")
    assert [(sheet.name, sheet.content) for sheet in found.sheets] == [("Return WHO.XLSX", b"PK")]
    assert found.automatic is None


@pytest.mark.parametrize("day", [f"Tue, 24 Nov {'9' * 20} 08:00:00 +0000", f"Tue, 24 Nov 2026 08:00:00 +{'9' * 20}"])
def test_a_day_beyond_all_days_is_left_out(day):
    found = parse_mail(mail().replace(b"Tue, 24 Nov 2026 08:00:00 +0100", day.encode()))
    assert (found.sent_on, len(found.sheets)) == (None, 1)


def test_a_mail_that_pythons_parser_cannot_take_apart_is_passed_over(monkeypatch):
    monkeypatch.setattr("tracker.ingest.mails.mailbox.message_from_bytes", lambda *_, **__: 1 / 0)
    assert parse_mail(b"x").automatic == "an email that cannot be opened"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Auto_Submitted", "auto-replied"),
        ("Auto_Submitted", "auto-generated; owner-email=x@y"),
        ("X_Autoreply", "yes"),
        ("X_Autorespond", "x"),
        ("Precedence", "bulk"),
        ("Precedence", "auto_reply"),
        ("Return_Path", "<>"),
        ("Subject", "Automatic reply: WHO: 3 overdue"),
        ("Subject", "Réponse automatique : WHO"),
        ("Subject", "Out of Office: back on Monday"),
        ("Subject", "Undeliverable: WHO"),
        ("From", "MAILER-DAEMON@who.example.org"),
    ],
)
def test_what_a_machine_wrote_is_recognized(name, value):
    assert parse_mail(mail(**{name: value})).automatic is not None


@pytest.mark.parametrize(
    ("name", "value"), [("Auto_Submitted", "no"), ("Precedence", "normal"), ("Subject", "Re: out of office space")]
)
def test_what_a_person_wrote_is_not_taken_for_a_machines(name, value):
    assert parse_mail(mail(**{name: value})).automatic is None


def test_a_report_of_non_delivery_is_automatic():
    raw = b"From: x@y.org\r\nContent-Type: multipart/report; boundary=a\r\n\r\n--a--\r\n"
    assert "Content-Type" in parse_mail(raw).automatic


def test_a_mail_of_two_senders_is_nobodys():
    assert (
        parse_mail(mail(From="a@who.example.org, b@who.example.org")).sender == "a@who.example.org, b@who.example.org"
    )


@given(st.binary(max_size=400))
def test_no_mail_is_refused_for_its_bytes(noise):
    assert parse_mail(noise).key.startswith(("sha256:", "<"))
    parse_mail(mail()[:200] + noise + mail()[200:])


def test_a_folder_gives_its_mails_by_name_and_each_once(tmp_path):
    for name in ("b.eml", "a.eml", "notes.txt"):
        (tmp_path / name).write_bytes(mail(ord(name[0])))
    with open_mailbox(str(tmp_path), None) as found:
        assert [parse_mail(raw).key for raw in found.mails(nobody)] == ["<97@who.example.org>", "<98@who.example.org>"]
        assert list(found.mails(set)) == []


def test_of_a_head_without_end_only_the_beginning_is_read():
    endless = b"From: " + b"a@example.com, " * 2_000 + b"\nSubject: " + b"x" * 100_000 + b"\n\nHello"
    assert len(parse_mail(endless).sender) < 15_000
    assert len(words_of(endless)) < 25_000


def test_a_folder_names_what_it_holds_beside_mails(tmp_path):
    (tmp_path / "UPPER.EML").write_bytes(b"Subject: a\n\nb")
    (tmp_path / "outlook.msg").write_bytes(b"x")
    (tmp_path / ".hidden").write_bytes(b"x")
    (tmp_path / "folder.eml").mkdir()
    with open_mailbox(tmp_path, None) as found:
        assert len(list(found.mails(nobody))) == 1
        assert found.no_mails == ["outlook.msg"]


def test_a_mail_that_is_too_large_is_passed_over_and_named(tmp_path):
    (tmp_path / "a.eml").write_bytes(mail())
    with open_mailbox(str(tmp_path), None, Limits(mail_bytes=100)) as found:
        assert list(found.mails(nobody)) == []
        assert found.too_large == ["a.eml"]


def test_a_server_gives_what_is_new_and_nothing_is_marked():
    mails = [mail(1), mail(2), mail(3).replace(b"Message-ID: <3@who.example.org>\r\n", b"")]
    with serving(mails) as server:
        with open_mailbox(server.address, "secret") as box:
            got = list(box.mails(lambda keys: {"<1@who.example.org>"} & set(keys)))
        assert got == mails[1:]
        said = " ".join(server.commands)
    assert 'EXAMINE "INBOX"' in said
    assert "BODY.PEEK[]" in said
    assert not any(word in said for word in ("STORE", "SELECT", "EXPUNGE", "COPY", "BODY[]"))


def mails_at(address: str, password: str = "secret") -> list[bytes]:
    with open_mailbox(address, password) as box:
        return list(box.mails(nobody))


def test_a_wrong_password_is_a_sentence_without_the_password():
    with serving([]) as server, pytest.raises(WorldError, match="refuses the login") as caught:
        mails_at(server.address, "hunter2")
    assert "hunter2" not in str(caught.value)


def test_a_password_beyond_ascii_is_a_sentence_without_the_password():
    with serving([]) as server, pytest.raises(WorldError, match="letters beyond ASCII") as caught:
        mails_at(server.address, "pässword")
    assert "pässword" not in str(caught.value)


def test_a_folder_that_is_not_there_and_a_server_that_hangs_up():
    with serving([mail()]) as server, pytest.raises(WorldError, match="has no folder “Answers”"):
        mails_at(server.address.replace("INBOX", "Answers"))
    with serving([mail()], hangs_up_on="UID") as server, pytest.raises(WorldError, match="mail server"):
        mails_at(server.address)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    if shutil.which("openssl") is None:
        pytest.skip("the openssl command is not installed")
    return make_certificate(tmp_path_factory.mktemp("certificate"))


def test_over_tls_and_only_with_a_certificate_that_is_trusted(certificate, monkeypatch):
    sent = mail()
    with serving([sent], certificate=certificate) as server:
        with pytest.raises(WorldError, match="cannot be used"):
            mails_at(server.address)
        assert server.commands == [], "no password was sent"
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
        assert mails_at(server.address) == [sent]


def test_a_server_that_is_not_there():
    with serving([]) as server:
        address = server.address
    with pytest.raises(WorldError, match="cannot be used"), open_mailbox(address, "secret"):
        pass


@pytest.mark.parametrize(
    ("address", "password", "why"),
    [
        ("pop3://a@example.org", "x", "is not a mailbox"),
        ("imaps://example.org/INBOX", "x", "is not a mailbox"),
        ("imaps://a@mail..example.org/INBOX", "x", "is not a mailbox"),
        ("imaps://a:b@example.org/INBOX", "x", "a password in the address"),
        ("imaps://a@example.org/INBOX", None, "needs a password"),
    ],
)
def test_addresses_that_cannot_be_meant(address, password, why):
    with pytest.raises(UsageError, match=why), open_mailbox(address, password):
        pass


def test_a_folder_of_mails_that_is_not_there(tmp_path):
    with open_mailbox(str(tmp_path / "none"), None) as box, pytest.raises(BadDataError, match="no such folder"):
        list(box.mails(nobody))


def test_what_would_steer_a_terminal_is_left_out():
    raw = mail().replace(b"Re: WHO: 3 overdue", b"=?utf-8?q?=1B[2J=00_x?=").replace(b"Return WHO", b"\x1b[2JReturn")
    found = parse_mail(raw)
    assert found.subject == "[2J x"
    assert found.sheets[0].name == "[2JReturn.XLSX"


def test_a_mail_of_parts_within_parts_is_passed_over():
    raw = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(3000))
    assert "nested" in (parse_mail(raw).automatic or "nested")
