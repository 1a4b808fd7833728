"""`tracker remind`: what it prints, what it sends, and how it ends."""

import json
import signal
import subprocess
import sys
from datetime import timedelta

import crash_points
import pytest
from mail_servers import Habits, mail_server
from sqlalchemy import text
from terminals import on_a_terminal

from tracker.clock import now
from tracker.services.reminders import composing as reminders
from tracker.store.mails import outbox

SERVER_DOWN = '[mail]\nhost = "127.0.0.1"\nport = 9\nsecurity = "none"\n'


def test_preview_prints_the_mail_as_it_is_read(due):
    done = due("remind", "preview")
    assert done.exit_code == 0
    assert "WHO: 1 overdue" in done.stdout
    assert "Dear Ada Holder," in done.stdout
    assert "A/80/501/R1  –" in done.stdout
    assert "1 digest; send with: tracker remind send." in done.stderr


def test_emails_longer_than_the_terminal_are_shown_page_by_page(due, sqlite_url):
    """Whoever has seen twenty digests run past has read the last one."""
    turned = {"PAGER": "sed 's/^/page /'", "LINES": "20"}
    screen = on_a_terminal(sqlite_url, "remind", "preview", person=True, **turned)
    assert screen.startswith("page Date")
    assert "page Dear Ada Holder," in screen
    assert on_a_terminal(sqlite_url, "remind", "preview", **turned).startswith("Date")
    assert on_a_terminal(sqlite_url, "remind", "preview", person=True, PAGER=turned["PAGER"]).startswith("Date")
    due("remind", "send", "--yes")
    assert "page Dear Ada" in on_a_terminal(sqlite_url, "outbox", "show", "1", person=True, **turned)


def test_preview_json_and_files(due, tmp_path):
    done = due("remind", "preview", "--json", "--out", str(tmp_path / "mails"))
    (mail,) = json.loads(done.stdout)
    assert mail["recipient"] == "ada@who.example.org"
    assert mail["items"][0]["reason"] == "late-third"
    assert [str(path) for path in (tmp_path / "mails").iterdir()] == [mail["file"]]


def test_what_send_writes_is_what_preview_wrote(due, tmp_path, monkeypatch):
    import time_machine

    with time_machine.travel("2026-11-24T09:00:00Z", tick=False):
        due("remind", "preview", "--out", str(tmp_path / "mails"))
        sent = due("remind", "send", "--yes", "--json")
    assert json.loads(sent.stdout)["sent"] == 1
    (previewed,) = (tmp_path / "mails").iterdir()
    assert (tmp_path / "outgoing" / previewed.name).read_bytes() == previewed.read_bytes()


def test_preview_of_all_is_one_page(due, tmp_path):
    page = tmp_path / "page.html"
    assert due("remind", "preview", "--html", str(page)).exit_code == 0
    text = page.read_text(encoding="utf-8")
    assert text.count("<iframe sandbox") == 1
    assert "Ada Holder &lt;ada@who.example.org&gt;" in text
    assert due("remind", "preview", "--all").stdout.startswith("<!DOCTYPE html>")


def test_a_page_files_and_rows_can_be_had_at_once(due, tmp_path):
    page, folder = tmp_path / "page.html", tmp_path / "mails"
    done = due("remind", "preview", "--html", str(page), "--out", str(folder), "--json")
    (mail,) = json.loads(done.stdout)
    assert [str(path) for path in folder.iterdir()] == [mail["file"]]
    assert "Ada Holder" in page.read_text(encoding="utf-8")
    assert f"1 digest in {page}." in done.stderr


@pytest.mark.parametrize("form", ["--json", "--csv"])
def test_a_page_and_rows_are_not_both_written_to_stdout(due, form):
    done = due("remind", "preview", "--all", form)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "The page and the rows cannot both go to stdout. Give --html FILE for the page." in done.stderr


def test_the_first_digests_need_a_yes(due):
    refused = due("remind", "send")
    assert refused.exit_code == 1
    assert "These are the first reminders of this register: 1 digest asking about" in refused.stderr
    assert "--yes" in refused.stderr
    assert due("outbox", "list", "--json").stdout.strip() == "[]"


def test_send_says_where_the_mails_went_and_nobody_gets_a_second(due, tmp_path):
    sent = due("remind", "send", "--yes")
    assert sent.exit_code == 0
    assert "1 digest composed, 1 email sent (no mail server is configured" in sent.stderr
    assert len(list((tmp_path / "outgoing").glob("*.eml"))) == 1
    again = due("remind", "send")
    assert again.exit_code == 0
    assert "1 digest of this cycle already went out; nobody gets a second one." in again.stderr
    assert "already went out" in due("remind", "preview").stderr


def test_a_dry_run_counts_and_queues_nothing(due):
    done = due("remind", "send", "--dry-run", "--json")
    assert done.exit_code == 0
    assert json.loads(done.stdout)["digests"] == 1
    assert due("outbox", "list", "--json").stdout.strip() == "[]"


def test_a_mail_server_that_is_down_leaves_the_mail_in_the_outbox(due, config):
    config(SERVER_DOWN)
    done = due("remind", "send", "--yes")
    assert done.exit_code == 4
    (mail,) = json.loads(due("outbox", "list", "--json").stdout)
    assert mail["state"] in ("queued", "retry")


@pytest.mark.parametrize(
    ("habits", "state", "said"),
    [
        (Habits(at_rcpt=lambda _: "550 nobody of that name"), "failed", "failed: 550 nobody"),
        (Habits(vanish=lambda step, _: step == "BODY"), "uncertain", "may or may not have arrived: "),
    ],
)
def test_a_mail_that_did_not_arrive_ends_with_the_status_of_a_failing_world(due, config, habits, state, said):
    with mail_server(habits) as port:
        config(f'[mail]\nhost = "127.0.0.1"\nport = {port}\nsecurity = "none"\n')
        done = due("remind", "send", "--yes")
    assert done.exit_code == 4
    assert f"Email 1 to ada@who.example.org {said}" in done.stderr
    assert done.stderr.splitlines()[-1].startswith("tracker: 1 email failed or uncertain.")
    (mail,) = json.loads(due("outbox", "list", "--json").stdout)
    assert mail["state"] == state


@pytest.fixture
def answering(due, config):
    """`remind send` (or another of `remind`) at an hour, over a mail server that answers every addressee so."""
    import time_machine

    def send(hour, answer, *words):
        with (
            time_machine.travel(f"2026-07-06T{hour}:00Z", tick=False),
            mail_server(Habits(at_rcpt=lambda _: answer)) as port,
        ):
            config(f'[mail]\nhost = "127.0.0.1"\nport = {port}\nsecurity = "none"\n')
            return due("remind", *words or ("send", "--yes"))

    return send


@pytest.mark.parametrize("words", [("send",), ("preview",), ("send", "--dry-run")], ids=" ".join)
@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("451 no", "had to be put off; the first delivery after 2026-07-06 09:01Z tries again."),
        (
            "550 nobody",
            (
                "failed: email 1 to ada@who.example.org (550 nobody). "
                "Correct the cause, then tracker outbox retry 1, or give up with tracker outbox drop 1."
            ),
        ),
    ],
)
def test_a_digest_that_did_not_go_out_is_not_said_to_have_gone_out(answering, words, answer, said):
    answering("09:00", answer)
    done = answering("09:00", answer, *words)
    assert done.exit_code == 0
    assert f"1 digest of this cycle {said}" in done.stderr
    assert "already went out" not in done.stderr


@pytest.mark.parametrize("words", [("send",), ("preview",), ("send", "--dry-run")], ids=" ".join)
def test_a_digest_that_failed_for_an_address_that_was_mended_since_is_not_to_be_retried(due, answering, words):
    answering("09:00", "550 nobody")
    (ada,) = json.loads(due("officer", "list", "--json").stdout)
    assert due("officer", "edit", str(ada["id"]), "--email", "ada.holder@who.example.org").exit_code == 0
    answering("10:00", None)
    done = answering("11:00", None, *words)
    assert (
        "failed: email 1 to ada@who.example.org (550 nobody). No retry is possible, as nobody at its address"
        in done.stderr
    )
    assert "acknowledge with tracker outbox drop 1." in done.stderr
    assert "tracker outbox retry" not in done.stderr


def test_a_digest_that_nobody_knows_to_have_arrived_and_one_that_was_dropped_are_told_apart(due, config):
    with mail_server(Habits(vanish=lambda step, _: step == "BODY")) as port:
        config(f'[mail]\nhost = "127.0.0.1"\nport = {port}\nsecurity = "none"\n')
        due("remind", "send", "--yes")
    said = due("remind", "preview").stderr
    assert "1 digest of this cycle may or may not have arrived: email 1 to ada@who.example.org (" in said
    assert "Ask the recipient, then tracker outbox retry 1, or give up with tracker outbox drop 1." in said
    due("outbox", "drop", "1")
    said = due("remind", "send").stderr
    why = "dropped, out of date, or nobody at its address is asked about this any more"
    assert f"1 digest of this cycle will not be sent: {why} (tracker outbox list --state failed)." in said
    assert "already went out" not in said


@pytest.fixture
def crashed(due, config, sqlite_register):
    """Two digests that a program had in its hands when it died: email 1 claimed, email 2 within its transmission."""
    point = ("officer", "add", "WHO", "--post", "focal-point", "--name", "Flo", "--email", "flo@who.example.org")
    assert due(*point, "--from", "2020-01-01").exit_code == 0
    config(SERVER_DOWN)
    assert due("remind", "send", "--yes").exit_code == 4
    with sqlite_register.write() as session:
        for number, state in ((1, "claimed"), (2, "transmitting")):
            row = {"number": number, "state": state, "ended": "2020-01-01 00:00:00.000000"}
            held = "UPDATE outbox SET state = :state, claimed_by = 'dead', lease_until = :ended WHERE id = :number"
            assert session.execute(text(held), row).rowcount == 1
    return due


LOST = "the program ended, or its lease did, while the email was being transmitted"


def _recipient(run, number):
    return json.loads(run("outbox", "show", str(number), "--json").stdout)["recipient"]


def test_after_a_crash_who_sends_is_told_of_what_is_uncertain_and_of_no_other_program(crashed, config):
    with mail_server(Habits()) as port:
        config(f'[mail]\nhost = "127.0.0.1"\nport = {port}\nsecurity = "none"\n')
        done = crashed("remind", "send")
    assert done.exit_code == 4
    assert "0 digests composed, 1 email sent" in done.stderr
    assert f"Email 2 to {_recipient(crashed, 2)} may or may not have arrived: {LOST}" in done.stderr
    assert done.stderr.count("may or may not have arrived") == 1, "it is said once"
    assert "another program" not in done.stderr
    assert crashed("outbox", "retry", "2").exit_code == 0


@pytest.mark.parametrize("which", [("2",), ("--state", "uncertain")], ids=" ".join)
def test_after_a_crash_a_dry_run_tells_what_is_uncertain_and_it_can_be_decided_at_once(crashed, which):
    said = crashed("remind", "send", "--dry-run").stderr
    assert "1 email that waits in the outbox, would be sent" in said
    assert f"1 digest of this cycle may or may not have arrived: email 2 to {_recipient(crashed, 2)} ({LOST})." in said
    assert "another program" not in said
    assert crashed("outbox", "retry", *which).stderr.startswith("1 email queued again")


def test_after_a_crash_the_preview_speaks_of_no_other_program(crashed):
    assert crashed("outbox", "drop", "1").exit_code == 0
    said = crashed("remind", "preview").stderr
    assert "1 digest of this cycle may or may not have arrived: email 2 to " in said
    assert "another program" not in said


def test_what_another_program_has_in_its_hands_is_said_to_be_there(crashed, sqlite_register):
    with sqlite_register.write() as session:
        session.execute(text("UPDATE outbox SET lease_until = '2099-01-01 00:00:00.000000'"))
    said = crashed("remind", "send").stderr
    assert "2 digests of this cycle went to another program, which is sending now" in said


HEAD = ("--post", "executive-head", "--name", "Ben Holder", "--email", "ben@who.example.org")


NOT_SENT = "is not sent: nobody at its address is asked about this any more"


def test_of_a_mail_whose_address_was_mended_nobody_is_said_to_have_left(due, answering):
    answering("09:00", "451 no")
    (ada,) = json.loads(due("officer", "list", "--json").stdout)
    assert due("officer", "edit", str(ada["id"]), "--email", "ada.holder@who.example.org").exit_code == 0
    told = f"Email 1 to ada@who.example.org, of cycle 2026-07, {NOT_SENT}."
    assert told in answering("10:00", None, "preview").stderr
    assert told in answering("10:00", None, "send", "--dry-run").stderr
    done = answering("10:00", None)
    assert told in done.stderr
    assert "1 digest composed, 1 email sent" in done.stderr
    listed = due("outbox", "list", "--state", "failed").stdout
    assert "not sent: nobody at its address is asked about this any more" in listed
    assert "left" not in done.stderr + listed


def test_a_mail_that_was_put_off_and_is_not_sent_any_more_is_not_said_to_be_tried_again(due, answering):
    answering("09:00", "451 no")
    (ada,) = json.loads(due("officer", "list", "--json").stdout)
    assert due("officer", "edit", str(ada["id"]), "--email", "ada.holder@who.example.org").exit_code == 0
    said = answering("09:00", None, "send", "--dry-run").stderr
    assert f"Email 1 to ada@who.example.org, of cycle 2026-07, {NOT_SENT}." in said
    assert "tries again" not in said


def test_who_sends_is_told_of_a_mail_whose_addressee_has_left(due, answering):
    answering("09:00", "451 no")
    assert due("officer", "add", "WHO", *HEAD, "--from", "2026-07-01").exit_code == 0
    done = answering("10:00", None)
    assert done.exit_code == 0
    assert "1 digest composed, 1 email sent" in done.stderr
    assert f"Email 1 to ada@who.example.org, of cycle 2026-07, {NOT_SENT}." in done.stderr


def test_programs_are_told_of_a_mail_whose_addressee_has_left(due, answering):
    answering("09:00", "451 no")
    due("officer", "add", "WHO", *HEAD, "--from", "2026-07-01")
    told = json.loads(answering("10:00", None, "send", "--yes", "--json").stdout)
    assert (told["sent"], told["failed"], told["left"]) == (1, 0, 1)


def test_a_mail_whose_addressee_has_left_is_not_queued_again(due, answering):
    answering("09:00", "550 nobody")
    due("officer", "add", "WHO", *HEAD, "--from", "2026-07-01")
    refused = due("outbox", "retry", "1")
    assert refused.exit_code == 1
    assert refused.stderr == (
        "tracker: email 1 is not sent again: nobody at its address is asked about this any more. "
        "Acknowledge it with: tracker outbox drop 1. Whoever holds the post now gets another digest.\n"
    )
    assert due("outbox", "retry", "--state", "failed").stderr.startswith("0 emails queued again")
    assert due("outbox", "drop", "1").exit_code == 0


def test_what_a_killed_program_had_taken_up_is_sent_by_the_next_one_at_once(due, sqlite_register):
    crash_points.compose(sqlite_register, 2, now())
    own_name = "import socket, os; print(f'{socket.gethostname()}:{os.getpid()}:x')"
    killed = subprocess.run([sys.executable, "-c", own_name], capture_output=True, text=True, check=True).stdout.strip()
    with sqlite_register.write() as session:
        assert len(outbox.claim(session, owner=killed, now=now(), lease=timedelta(minutes=5), limit=9)) == 2
    expected = due("remind", "send", "--dry-run").stderr
    assert expected.endswith("\n2 emails that a program had taken up when it ended would be sent too.\n")
    assert {mail["state"] for mail in json.loads(due("outbox", "list", "--json").stdout)} == {"claimed"}
    assert json.loads(due("remind", "send", "--yes", "--json").stdout)["sent"] == 3


def test_ctrl_c_lets_the_mail_under_way_arrive_and_says_what_waits(due, config, sqlite_register):
    crash_points.compose(sqlite_register, 3, now())  # what has waited for days is given up
    habits = Habits(at_data=lambda _: signal.raise_signal(signal.SIGINT) if len(habits.received) == 1 else None)
    with mail_server(habits) as port:
        config(f'[mail]\nhost = "127.0.0.1"\nport = {port}\nsecurity = "none"\n')
        done = due("remind", "send", "--yes")
    assert done.exit_code == 130, done.stderr
    assert "1 digest composed, 2 emails sent" in done.stderr
    assert done.stderr.endswith(
        "2 emails still in the outbox (tracker outbox list).\nStopped; send what waits with: tracker remind send.\n"
    )
    states = sorted(mail["state"] for mail in json.loads(due("outbox", "list", "--json").stdout))
    assert states == ["queued", "queued", "sent", "sent"]


def test_ctrl_c_while_composing_says_that_what_was_ready_waits(due, monkeypatch):
    def stop(run, digest, report):
        queue(run, digest, report)
        raise KeyboardInterrupt

    queue = reminders._queue
    monkeypatch.setattr(reminders, "_queue", stop)
    done = due("remind", "send", "--yes")
    assert done.exit_code == 130
    assert "Stopped; what is queued stays queued; what may have been sent is in tracker outbox list." in done.stderr
    assert [mail["state"] for mail in json.loads(due("outbox", "list", "--json").stdout)] == ["queued"]


def test_the_log(due):
    due("remind", "send", "--yes")
    lines = json.loads(due("remind", "log", "--org", "WHO", "--json").stdout)
    assert {line["outcome"] for line in lines} == {"sent"}
    table = due("remind", "log")
    assert "ada@who.example.org" in table.stdout
    assert "in 1 digest." in table.stderr


@pytest.mark.parametrize("columns", [60, 80, 120])
def test_no_address_in_the_log_is_torn(due, sqlite_url, columns):
    due("remind", "send", "--yes")
    shown = on_a_terminal(sqlite_url, "remind", "log", columns=columns)
    assert "ada@who.example.org" in shown
    assert "recipient" in shown


def test_the_ladder_as_a_table_and_for_a_row(due):
    policy = due("remind", "ladder")
    assert "late-second\t31 to 90 days past the due date\texecutive-head" in policy.stdout
    row = json.loads(due("remind", "ladder", "A/80/501/R1", "WHO", "--json").stdout)
    assert len(row) == 12
    assert row[0]["reason"] == "late-third"
    assert row[0]["asked"][0]["email"] == "ada@who.example.org"
    assert json.loads(due("remind", "ladder", "--json").stdout)["cadence"] == "monthly"
    assert due("remind", "ladder", "A/80/501/R1").exit_code == 2


def test_a_mistake_in_the_policy_is_a_sentence(due, config):
    config("[reminders]\nhour = 25\n")
    done = due("remind", "preview")
    assert done.exit_code == 1
    assert "[reminders] hour is 25. Write a whole number from 0 to 23." in done.stderr


def test_nothing_asked_is_said(filled):
    done = filled("remind", "preview", "--org", "WHO")
    assert done.exit_code == 0


def test_an_unknown_organization_is_a_sentence(due):
    done = due("remind", "send", "--org", "WHOO")
    assert done.exit_code == 1
    assert "WHOO" in done.stderr


def test_what_waits_is_shown_and_sent_and_an_earlier_one_gives_way(due, config, tmp_path):
    import time_machine

    with (
        time_machine.travel("2026-07-06T09:00:00Z", tick=False),
        mail_server(Habits(at_rcpt=lambda _: "451 no")) as port,
    ):
        config(f'[mail]\nhost = "127.0.0.1"\nport = {port}\nsecurity = "none"\n')
        put_off = "was put off (451 no); the first delivery after 2026-07-06 09:01Z tries again."
        assert f"Email 1 to ada@who.example.org {put_off}" in due("remind", "send", "--yes").stderr
    config("")
    with time_machine.travel("2026-07-06T10:00:00Z", tick=False):
        (waiting,) = json.loads(due("remind", "preview", "--json").stdout)
        assert (waiting["mail"], waiting["cycle"], waiting["items"][0]["ref"]) == (1, "2026-07", "A/80/501/R1")
        shown = due("remind", "preview", "--out", str(tmp_path / "shown"))
        assert "0 digests and 1 email that waits in the outbox written into" in shown.stderr
        dry = due("remind", "send", "--dry-run")
        assert "0 digests asking about 0 follow-ups, and 1 email that waits in the outbox, would be sent" in dry.stderr
    with time_machine.travel("2026-08-04T09:00:00Z", tick=False):
        gives_way = "Email 1 to ada@who.example.org, of cycle 2026-07, is replaced by the digest of cycle 2026-08."
        (digest,) = json.loads(due("remind", "preview", "--json").stdout)
        assert (digest["mail"], digest["cycle"]) == (None, "2026-08")
        assert gives_way in due("remind", "preview").stderr
        assert gives_way in due("remind", "send", "--dry-run").stderr
        sent = due("remind", "send")
        assert "1 digest composed, 1 email sent" in sent.stderr
        assert "1 earlier email replaced by a newer digest" in sent.stderr
    assert [path.name[:14] for path in (tmp_path / "outgoing").iterdir()] == ["digest_2026-08"]
    refused = due("outbox", "retry", "1")
    assert (refused.exit_code, "email 1 is out of date" in refused.stderr) == (1, True)
