"""`tracker outbox` as typed."""

import json
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import pytest
from terminals import on_a_terminal

from tracker.domain.outbox import Answer, Event
from tracker.store.mails import outbox

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def composed(number):
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "office@example.org", f"head{number}@example.org", "Café: 3 overdue"
    mail.set_content("Please answer, cher collègue.\n")
    mail.add_alternative("<p>Please answer</p>", subtype="html")
    mail.add_attachment(b"PK", maintype="application", subtype="octet-stream", filename="return.xlsx")
    return mail.as_bytes()


@pytest.fixture
def mails(sqlite_register):
    """1 sent, 2 to be retried, 3 uncertain, 4 refused."""
    outcomes = {
        1: (Event.ACCEPT, "250 taken"),
        2: (Event.POSTPONE, "451 later"),
        3: (Event.LOSE, "cut"),
        4: (Event.REFUSE, "550 no"),
    }
    with sqlite_register.write() as session:
        for number in (1, 2, 3, 4):
            outbox.put(
                session,
                key=f"digest:{number}",
                recipient=f"head{number}@example.org",
                subject="Café: 3 overdue",
                message=composed(number),
                now=NOW,
            )
        for mail in outbox.claim(session, owner="a", now=NOW, lease=NOW - NOW, limit=9):
            event, text = outcomes[mail.id]
            outbox.begin_transmission(session, mail.id, owner="a", now=NOW, lease=NOW - NOW)
            outbox.settle(session, mail, Answer(event, text), owner="a", now=NOW)


def test_list_json(run, mails):
    found = json.loads(run("outbox", "list", "--json").stdout)
    assert [(mail["id"], mail["state"]) for mail in found] == [
        (4, "failed"),
        (3, "uncertain"),
        (2, "retry"),
        (1, "sent"),
    ]
    assert found[2] == {
        "id": 2,
        "state": "retry",
        "recipient": "head2@example.org",
        "subject": "Café: 3 overdue",
        "attempts": 1,
        "next_attempt_at": "2026-11-24T09:01:00Z",
        "answer": "451 later",
    }


def test_list_of_a_state_says_what_to_do(run, mails):
    result = run("outbox", "list", "--state", "uncertain")
    lines = result.stdout.splitlines()
    assert lines[0].split("\t") == ["id", "state", "recipient", "subject", "attempts", "next attempt", "answer"]
    assert lines[1:] == ["3\tuncertain\thead3@example.org\tCafé: 3 overdue\t1\t\tcut"]
    assert result.stderr == "1 email. 1 uncertain: ask the recipient, then `tracker outbox retry ID` or `drop ID`.\n"


@pytest.mark.parametrize("columns", [80, 120])
def test_on_a_terminal_nothing_is_torn_and_the_subject_has_room(mails, sqlite_url, columns):
    screen = on_a_terminal(sqlite_url, "outbox", "list", columns=columns).replace("\r\n", "\n")
    assert max(map(len, screen.splitlines())) <= columns
    assert "Café: 3 overdue · 451 later" in screen
    assert "head2@example.org" in screen
    assert "2026-11-24 09:01Z" in screen


def test_a_long_word_of_an_answer_stands_beneath_rather_than_torn(mails, sqlite_register, sqlite_url):
    place = f"https://mail.example.org/{'refused' * 5}"
    with sqlite_register.write() as session:
        (mail,) = outbox.claim(session, owner="a", now=NOW + timedelta(hours=1), lease=timedelta(0), limit=1)
        outbox.settle(session, mail, Answer(Event.REFUSE, f"550 see {place}"), owner="a", now=NOW)
    assert place in on_a_terminal(sqlite_url, "outbox", "list", columns=96)


def test_a_column_that_is_empty_in_every_row_is_left_out_on_a_terminal_and_stays_in_a_pipe(run, mails, sqlite_url):
    only = ("outbox", "list", "--state", "sent")
    assert "next attempt" not in on_a_terminal(sqlite_url, *only)
    assert "next attempt" in on_a_terminal(sqlite_url, "outbox", "list")
    assert "\tnext attempt\t" in run(*only).stdout


def test_show_raw_is_the_exact_bytes(run, mails, sqlite_register):
    with sqlite_register.read() as session:
        kept = outbox.message_of(session, 1)
    assert run("outbox", "show", "1", "--raw").stdout_bytes == kept
    assert b"\r\n" in kept


def test_show_for_people(run, mails):
    told = run("outbox", "show", "1").stdout
    for words in ("1, sent", "250 taken", "Café: 3 overdue", "cher collègue", "return.xlsx"):
        assert words in told
    assert "=C3" not in told


def test_show_json(run, mails):
    found = json.loads(run("outbox", "show", "3", "--json").stdout)
    assert found["history"] == [{"at": "2026-11-24T09:00:00Z", "state": "uncertain", "answer": "cut"}]
    assert found["text"] == "Please answer, cher collègue.\n"
    assert found["attachments"] == ["return.xlsx"]
    assert {"name": "Subject", "value": "Café: 3 overdue"} in found["headers"]


def test_retry_and_drop(run, mails):
    result = run("outbox", "retry", "3", "4", "--json")
    assert result.exit_code == 0
    assert [mail["state"] for mail in json.loads(result.stdout)] == ["queued", "queued"]
    assert run("outbox", "drop", "2").exit_code == 0
    states = {mail["id"]: mail["state"] for mail in json.loads(run("outbox", "list", "--json").stdout)}
    assert states == {1: "sent", 2: "failed", 3: "queued", 4: "queued"}


def test_a_refused_decision_changes_nothing(run, mails):
    result = run("outbox", "retry", "3", "1")
    assert result.exit_code == 1
    assert result.stderr == (
        "tracker: an email that is sent cannot be retried. "
        "It has arrived at the mail server; a second one would be a duplicate.\n"
    )
    assert json.loads(run("outbox", "list", "--state", "uncertain", "--json").stdout)[0]["id"] == 3


def test_all_of_a_state(run, mails):
    assert run("outbox", "retry", "--state", "failed").stderr.startswith("1 email queued again")
    assert json.loads(run("outbox", "list", "--state", "failed", "--json").stdout) == []
    assert run("outbox", "drop", "--state", "uncertain").stderr == "1 email dropped.\n"
    assert run("outbox", "drop", "--state", "uncertain").stderr == "0 emails dropped.\n"


@pytest.mark.parametrize("which", [("2", "3"), ("--state", "uncertain")])
@pytest.mark.parametrize(
    ("verb", "state", "word"), [("retry", "queued", "queued again"), ("drop", "failed", "dropped")]
)
def test_a_dry_run_says_what_would_become_of_them(run, mails, which, verb, state, word):
    before = run("outbox", "list", "--json").stdout
    result = run("outbox", verb, *which, "--dry-run", "--json")
    assert result.exit_code == 0
    assert {mail["state"] for mail in json.loads(result.stdout)} == {state}
    assert f"would be {word}; nothing was written." in result.stderr
    assert run("outbox", "list", "--json").stdout == before
    assert run("outbox", verb, "1", "--dry-run").exit_code == 1, "a sent mail is refused in a dry run, too"


@pytest.mark.parametrize("words", [("retry",), ("drop",), ("retry", "1", "--state", "failed")])
def test_which_mails_must_be_said(run, words):
    result = run("outbox", *words)
    assert result.exit_code == 2
    assert "Give their numbers, or --state." in result.stderr


def test_a_mail_that_is_not_there(run):
    for words in (("show", "7"), ("retry", "7"), ("drop", "7")):
        result = run("outbox", *words)
        assert (result.exit_code, result.stderr) == (
            1,
            "tracker: there is no email 7 in the outbox. See: tracker outbox list.\n",
        )
