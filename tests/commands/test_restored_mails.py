"""After a restore nobody gets a digest twice: the register before tells what was sent, or a person says yes."""

import json
from collections import Counter

import pytest
import time_machine
from answers import ok
from mail_servers import Habits, mail_server
from test_backups import damage

JULY = "2026-07-06T09:00:00Z"
AUGUST = "2026-08-04T09:00:00Z"


@pytest.fixture
def habits():
    return Habits()


@pytest.fixture
def due(filled, tmp_path, monkeypatch, habits):
    """Two heads who are asked about something each month, over a mail server."""
    for code, name in (("WHO", "ada"), ("ILO", "bo")):
        filled("org", "add", code, "--name", code)
        words = ("--name", name, "--email", f"{name}@example.org", "--from", "2020-01-01")
        ok(filled("officer", "add", code, "--post", "executive-head", *words))
    ok(filled("import", str(tmp_path / "A_80_501_Add.1.txt"), "--org", "ILO"))
    ok(filled("update", "R1", "WHO", "ILO", "--to", "accepted", "--due", "2025-06-30", "--on", "2025-06-01"))
    with mail_server(habits) as port:
        config = tmp_path / "tracker.toml"
        config.write_text(f'[mail]\nhost = "127.0.0.1"\nport = {port}\nsecurity = "none"\n', encoding="utf-8")
        monkeypatch.setenv("TRACKER_CONFIG", str(config))
        yield filled


def outbox(due):
    return {mail["recipient"]: mail for mail in json.loads(ok(due("outbox", "list", "--json")).stdout)}


@pytest.fixture
def backup(due, tmp_path):
    """A backup from before the digests of July were sent; the first ones had been sent in June."""
    with time_machine.travel("2026-06-02T09:00:00Z", tick=False):
        ok(due("remind", "send", "--yes"))
    path = tmp_path / "b.zip"
    with time_machine.travel(JULY, tick=False):
        ok(due("db", "backup", str(path)))
    return path


def test_what_was_sent_since_is_carried_over_and_not_sent_again(due, backup, habits):
    with time_machine.travel(JULY, tick=False):
        ok(due("remind", "send"))
        before = due("remind", "log", "--json").stdout
        restored = ok(due("db", "restore", str(backup), "--yes"))
        assert "Sent after this backup was made: 2 emails (to " in restored.stderr
        again = ok(due("remind", "send"))
        assert "0 digests composed, 0 emails sent" in again.stderr
        assert json.loads(due("remind", "log", "--json").stdout) == json.loads(before)
    assert Counter(habits.recipients) == {"ada@example.org": 2, "bo@example.org": 2}
    with time_machine.travel(AUGUST, tick=False):
        ok(due("remind", "send"))
    ok(due("audit", "verify"))
    ok(due("db", "check"))


def test_what_waited_when_the_backup_was_made_and_was_sent_since_stays_sent(due, tmp_path, habits):
    habits.at_rcpt = lambda _: "451 later"
    with time_machine.travel(JULY, tick=False):
        due("remind", "send", "--yes")
        ok(due("db", "backup", str(tmp_path / "b.zip")))
    habits.at_rcpt = lambda _: None
    with time_machine.travel("2026-07-06T10:00:00Z", tick=False):
        ok(due("remind", "send"))
        told = json.loads(ok(due("db", "restore", str(tmp_path / "b.zip"), "--yes", "--json")).stdout)
        assert sorted(told["sent_since"]) == ["ada@example.org", "bo@example.org"]
        ok(due("remind", "send"))
    assert Counter(habits.recipients) == {"ada@example.org": 1, "bo@example.org": 1}
    history = json.loads(due("outbox", "show", "1", "--json").stdout)["history"]
    assert [each["state"] for each in history] == ["retry", "sent"]


def test_an_uncertain_mail_stays_uncertain(due, backup, habits):
    habits.vanish = lambda step, address: step == "BODY" and address.startswith("ada")
    with time_machine.travel(JULY, tick=False):
        due("remind", "send")
        ok(due("db", "restore", str(backup), "--yes"))
        due("remind", "send")
        states = {mail["state"] for mail in json.loads(due("outbox", "list", "--json").stdout)}
    assert states == {"sent", "uncertain"}
    assert Counter(habits.recipients)["ada@example.org"] == 2, "that of June, and that of which nobody knows"


def test_a_mail_that_was_refused_since_stays_failed_and_is_not_composed_again(due, backup, habits):
    def states():
        mails = json.loads(due("outbox", "list", "--json").stdout)
        return sorted((mail["recipient"].partition("@")[0], mail["state"]) for mail in mails)

    habits.at_rcpt = lambda address: "550 nobody" if address.startswith("ada") else None
    with time_machine.travel(JULY, tick=False):
        due("remind", "send")
        before = states()
        assert before == [("ada", "failed"), ("ada", "sent"), ("bo", "sent"), ("bo", "sent")]
        restored = ok(due("db", "restore", str(backup), "--yes"))
        assert "Sent after this backup was made: 1 email (to bo@example.org)" in restored.stderr
        habits.at_rcpt = lambda _: None
        assert "0 digests composed, 0 emails sent" in ok(due("remind", "send")).stderr
        assert states() == before
    assert Counter(habits.recipients) == {"ada@example.org": 1, "bo@example.org": 2}


@pytest.mark.parametrize(("code", "waits_in_it"), [("WHO", False), ("WHO", True), ("ILO", True)])
def test_a_digest_given_up_since_is_composed_anew_for_what_is_open_again(due, backup, habits, code, waits_in_it):
    habits.at_rcpt = lambda _: "451 later"
    with time_machine.travel(JULY, tick=False):
        due("remind", "send")
        if waits_in_it:
            backup.unlink()
            ok(due("db", "backup", str(backup)))
        for ref in ("R1", "R2"):
            ok(due("update", ref, code, "--to", "not-relevant", "--note", "no"))
        assert "is not sent: nobody at its address" in due("remind", "send").stderr
        ok(due("db", "restore", str(backup), "--yes"))
        habits.at_rcpt = lambda _: None
        said = "1 digest composed, 1 email sent" if waits_in_it else "2 digests composed, 2 emails sent"
        assert said in ok(due("remind", "send")).stderr
    with time_machine.travel("2026-07-06T10:00:00Z", tick=False):
        ok(due("remind", "send"))
        assert "0 digests composed, 0 emails sent" in ok(due("remind", "send")).stderr
    assert Counter(habits.recipients) == {"ada@example.org": 2, "bo@example.org": 2}


@pytest.mark.parametrize("what", ["removed", "noise", "damaged", "another"])
def test_where_nobody_can_tell_the_first_digests_wait_for_a_yes(due, backup, habits, tmp_path, sqlite_url, what):
    place = tmp_path / "register.db"
    with time_machine.travel(JULY, tick=False):
        ok(due("remind", "send"))
        if what == "damaged":
            damage(sqlite_url, "outbox")
        else:
            for file in tmp_path.glob("register.db*"):
                file.unlink()
        if what == "noise":
            place.write_bytes(b"noise" * 1000)
        if what == "another":
            ok(due("init"))
            ok(due("org", "add", "FAO", "--name", "FAO"))
        restored = ok(due("db", "restore", str(backup), "--yes"))
        assert "What was sent since 2026-07-06T09:00:00Z is not known" in restored.stderr
        refused = due("remind", "send")
        assert refused.exit_code == 1
        assert "may have been sent since it was made: 2 digests asking about 4 follow-ups" in refused.stderr
        ok(due("run", "--once"))
        assert "wait for a yes" in due("status").stderr
        assert len(habits.recipients) == 4
        ok(due("db", "restore", str(backup), "--yes"))
        assert due("remind", "send").exit_code == 1, "the register before did not know either"
        ok(due("remind", "send", "--yes"))
        assert "Sent after this backup was made: 2 emails" in ok(due("db", "restore", str(backup), "--yes")).stderr
        ok(due("remind", "send"))
    assert len(habits.recipients) == 6
    with time_machine.travel(AUGUST, tick=False):
        ok(due("remind", "send"))
    assert len(habits.recipients) == 8


def test_what_waited_in_a_backup_of_which_nobody_can_tell_is_uncertain(due, tmp_path, habits):
    habits.at_rcpt = lambda _: "451 later"
    with time_machine.travel(JULY, tick=False):
        due("remind", "send", "--yes")
        ok(due("db", "backup", str(tmp_path / "b.zip")))
        for file in tmp_path.glob("register.db*"):
            file.unlink()
        restored = ok(due("db", "restore", str(tmp_path / "b.zip"), "--yes"))
    assert "2 emails that waited then may have been sent" in restored.stderr
    assert {mail["state"] for mail in outbox(due).values()} == {"uncertain"}
