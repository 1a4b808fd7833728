"""A digest that was given up before it was sent does not keep its recipient from being asked in its cycle."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from at_once import at_once
from builders import SYMBOL, move, organizations, recommendation, report, who
from mail_servers import Habits, mail_server, smtp
from sqlalchemy import select

from tracker.config import OfficeSettings, Settings
from tracker.domain.outbox import Event, OutboxState
from tracker.domain.vocabulary import Acceptance, Implementation, Post
from tracker.errors import RefusedError
from tracker.mail.folder import Folder
from tracker.services import corrections
from tracker.services.organizations import add_officer, all_officers, edit_officer
from tracker.services.reminders import composing as reminders
from tracker.services.reminders import delivery
from tracker.services.reminders.composing import compose_due, outlook, preview, read_log
from tracker.services.reminders.delivery import deliver
from tracker.services.reminders.outbox import decide, decide_state, waiting_mails
from tracker.services.reminders.terms import terms_of
from tracker.services.upkeep.health import health
from tracker.store.database.mail_tables import outbox_table
from tracker.store.mails import outbox

BEGUN = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
"""The first Monday of the month, when the cycle begins."""
SETTINGS = Settings(None, "x", OfficeSettings(name="Joint Review Office", email="office@jro.example.org"))
PAUSED = replace(SETTINGS, reminders={"organizations": {"WHO": {"paused_until": date(2026, 11, 15)}}})
OVER = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
"""The day after the pause, in the same cycle."""


@pytest.fixture
def filled(register):
    """Two overdue recommendations, about which one person is asked."""
    organizations(register, "WHO")
    report(register, recommendation("1"), recommendation("2"), now=BEGUN)
    words = {"post": Post.EXECUTIVE_HEAD, "name": "Ada", "email": "ada@who.example.org", "from_on": date(2024, 1, 1)}
    add_officer(register, "WHO", **words, who=who(now=BEGUN))
    day = BEGUN.date()
    for number in (1, 2):
        move(register, f"{SYMBOL}/R{number}", "WHO", to=Acceptance.ACCEPTED, due=day - timedelta(days=9), on=day)
    return register


@pytest.fixture
def composed(filled):
    """The digest about them, composed, and not sent yet."""
    assert compose_due(filled, SETTINGS, now=BEGUN).digests == 1
    return filled


@pytest.fixture
def run(composed, tmp_path):
    """Compose and deliver as `remind send` does at an instant; gives the report of each."""

    def at(now, settings=PAUSED, **options):
        made = compose_due(composed, settings, now=now, **options)
        terms = terms_of(composed, settings, now)
        return made, deliver(composed, Folder(tmp_path / "out"), clock=lambda: now, owner="test", terms=terms)

    return at


def mails(register):
    with register.read() as session:
        return session.execute(select(outbox_table).order_by(outbox_table.c.id)).all()


def keys(register):
    return {row.key: (row.state.value, row.answer) for row in mails(register)}


OLD, NEW = "digest:2026-11:ada@who.example.org", "digest:2026-11+1:ada@who.example.org"


def test_after_a_long_pause_what_is_due_then_is_asked_in_a_new_digest_and_once(composed, run, tmp_path):
    assert run(OVER - timedelta(days=1))[1].rest.paused, "paused on the last day too"
    move(composed, f"{SYMBOL}/R1", "WHO", to=Implementation.IMPLEMENTED, note="done", on=OVER.date(), now=OVER)
    (shown,) = preview(composed, PAUSED, now=OVER)
    made, sent = run(OVER)
    assert (made.digests, made.lines, made.replaced, sent.sent, sent.failed) == (1, 1, 1, 1, 0)
    assert keys(composed)[OLD] == ("failed", "replaced by a new digest of its cycle")
    assert keys(composed)[NEW][0] == "sent"
    assert mails(composed)[1].message == shown.message
    assert b"14 days overdue" not in shown.message
    assert b"23 days overdue" in shown.message
    assert shown.message.split(b"Message-ID:")[1].split(b"\r\n")[0] not in mails(composed)[0].message
    for later in (OVER, OVER + timedelta(days=1), OVER + timedelta(days=10)):
        made, sent = run(later)
        assert (made.digests, sent.attempted) == (0, 0)
    assert len(list((tmp_path / "out").glob("*.eml"))) == 1
    assert {(line.cycle, line.outcome.value) for line in read_log(composed)} == {
        ("2026-11", "failed"),
        ("2026-11", "sent"),
    }


def test_what_is_answered_while_a_delivery_goes_on_is_not_asked_about(composed, tmp_path, monkeypatch):
    monkeypatch.setattr(delivery, "_CLAIMED_AT_ONCE", 1)
    now = iter(BEGUN + minutes * timedelta(minutes=1) for minutes in range(100))
    with composed.write() as session:
        before = BEGUN - timedelta(minutes=1)
        outbox.put(session, key="first", recipient="x@example.org", subject="s", message=b"x", now=before)
    folder = Folder(tmp_path / "out")

    class Slow:
        describe, close = folder.describe, folder.close

        def send(self, mail, may_transmit):
            answer = {"to": Implementation.IMPLEMENTED, "note": "done", "on": BEGUN.date(), "now": BEGUN}
            for number in (1, 2) if mail.key == "first" else ():
                move(composed, f"{SYMBOL}/R{number}", "WHO", **answer)
            return folder.send(mail, may_transmit)

    done = deliver(composed, Slow(), clock=lambda: next(now), owner="test")
    assert (done.sent, [mail.key for mail in done.rest.left], done.remaining) == (1, [OLD], 0)
    assert keys(composed)[OLD][0] == "failed"


def test_the_preview_and_the_outlook_tell_of_the_new_digest(composed):
    found = outlook(composed, PAUSED, now=OVER)
    assert (found.digests, [cycle for _, cycle in found.waiting.replaced]) == (1, ["2026-11"])
    coming = [(mail.digest.recipient.key, str(mail.digest.cycle)) for mail in preview(composed, PAUSED, now=OVER)]
    shown, rest = waiting_mails(composed, now=OVER, terms=terms_of(composed, PAUSED, OVER), coming=coming)
    assert (shown, len(rest.replaced), rest.given_up) == ([], 1, [])
    assert outlook(composed, PAUSED, now=OVER - timedelta(days=1)).digests == 0, "while it is paused"


def test_a_short_pause_costs_no_second_digest(composed, run):
    settings = replace(SETTINGS, reminders={"paused_until": date(2026, 11, 4)})
    made, sent = run(datetime(2026, 11, 5, 9, 0, tzinfo=UTC), settings)
    assert (made.digests, sent.sent) == (0, 1)


def test_what_a_delivery_at_night_gives_up_is_asked_anew_in_the_morning(composed, run, tmp_path):
    night = OVER.replace(hour=1)
    made, sent = run(night, only_in_hours=True)
    assert (made.digests, sent.failed) == (0, 1)
    assert len(health(composed, PAUSED, who(now=night), evidence_store=tmp_path).troubles) == 1, "till it is asked anew"
    made, sent = run(OVER, only_in_hours=True)
    assert (made.digests, sent.sent) == (1, 1)
    assert keys(composed)[OLD] == ("failed", "replaced by a new digest of its cycle")
    assert health(composed, PAUSED, who(now=OVER), evidence_store=tmp_path).troubles == ()


def test_when_nothing_is_due_any_more_the_old_one_is_given_up_and_told(composed, run):
    for number in (1, 2):
        move(composed, f"{SYMBOL}/R{number}", "WHO", to=Implementation.IMPLEMENTED, note="done", on=OVER.date())
    made, sent = run(OVER)
    assert (made.digests, sent.sent, len(sent.rest.left)) == (0, 0, 1)


def settle_both(register, now):
    """All that was asked about is settled; gives back what takes it back."""
    for number in (1, 2):
        move(register, f"{SYMBOL}/R{number}", "WHO", to=Acceptance.NOT_RELEVANT, note="no", on=now.date(), now=now)
    return lambda then: [corrections.undo(register, who(now=then)) for _ in range(2)]


def test_what_is_reopened_by_undo_after_its_digest_was_given_up_is_asked_about_in_that_cycle(composed, run, tmp_path):
    now = BEGUN + timedelta(hours=2)
    undo = settle_both(composed, now)
    made, sent = run(now, SETTINGS)
    assert (made.digests, sent.sent, len(sent.rest.left)) == (0, 0, 1)
    undo(now + timedelta(hours=1))
    made, sent = run(now + timedelta(hours=2), SETTINGS)
    assert (made.digests, made.lines, sent.sent) == (1, 2, 1)
    assert run(now + timedelta(days=1), SETTINGS)[0].digests == 0
    assert len(list((tmp_path / "out").glob("*.eml"))) == 1


def test_it_can_come_to_that_more_than_once_in_a_cycle(composed, run):
    for day in (1, 2):
        now = BEGUN + timedelta(days=day)
        undo = settle_both(composed, now)
        assert len(run(now, SETTINGS)[1].rest.left) == 1
        undo(now)
        assert compose_due(composed, SETTINGS, now=now).digests == 1
    assert [row.key.split(":")[1] for row in mails(composed)] == ["2026-11", "2026-11+1", "2026-11+2"]


def test_an_address_that_is_what_it_was_again_gets_its_digest_in_that_cycle(composed, run):
    (head,) = all_officers(composed)
    now = BEGUN + timedelta(hours=1)
    for email in ("ada@example.org", "ada@who.example.org"):
        edit_officer(composed, head.id, who(now=now), email=email)
        run(now, SETTINGS)
    sent = [row.recipient for row in mails(composed) if row.state is OutboxState.SENT]
    assert sent == ["ada@example.org", "ada@who.example.org"], "as when it is mended to a third one"


def test_what_was_sent_or_dropped_stands_for_its_cycle(composed, run):
    decide(composed, Event.DROP, [1], who(now=BEGUN))
    for later in (BEGUN, OVER):
        assert run(later, SETTINGS)[0].digests == 0


def test_what_a_person_sends_again_stands_and_what_was_asked_anew_meanwhile_is_not_sent_again(composed, run):
    night = OVER.replace(hour=1)
    run(night, only_in_hours=True)
    assert [mail.id for mail in decide(composed, Event.RETRY, [1], who(now=night))] == [1]
    made, sent = run(OVER)
    assert (made.digests, sent.sent, len(mails(composed))) == (0, 1, 1)


def test_a_given_up_digest_is_not_sent_again_after_the_new_one(composed, run):
    run(OVER.replace(hour=1), only_in_hours=True)
    compose_due(composed, PAUSED, now=OVER)
    with pytest.raises(RefusedError, match="out of date"):
        decide(composed, Event.RETRY, [1], who(now=OVER))
    assert decide_state(composed, Event.RETRY, OutboxState.FAILED, who(now=OVER)) == []


def test_a_cycle_whose_digest_a_clock_that_was_ahead_composed_is_asked_about_when_it_comes(filled):
    december = BEGUN + timedelta(days=35)
    assert compose_due(filled, SETTINGS, now=december).digests == 1
    made = compose_due(filled, SETTINGS, now=BEGUN)
    assert (made.digests, made.replaced) == (1, 1)
    made = compose_due(filled, SETTINGS, now=december)
    assert (made.digests, made.replaced) == (1, 1), "that of November is replaced by it, as ever"
    assert compose_due(filled, SETTINGS, now=BEGUN).digests == 0, "and is not made again under a clock set back"


def test_programs_that_compose_at_once_ask_anew_once(composed):
    found = at_once(lambda: compose_due(composed, PAUSED, now=OVER).digests)
    assert sum(found) == 1
    assert [row.state for row in mails(composed)] == [OutboxState.FAILED, OutboxState.QUEUED]


def test_what_is_put_into_the_queue_again_while_another_program_composes_stands(composed, run, monkeypatch):
    night, write = OVER.replace(hour=1), reminders._letter
    run(night, only_in_hours=True)

    def meanwhile(*words):
        decide(composed, Event.RETRY, [1], who(now=OVER))
        return write(*words)

    monkeypatch.setattr(reminders, "_letter", meanwhile)
    made, sent = run(OVER)
    assert (made.digests, sent.sent) == (0, 1)


def test_over_a_mail_server_a_paused_digest_reaches_its_recipient_once_with_the_words_of_the_day(composed):
    habits = Habits()
    with mail_server(habits) as port:
        for day in range(20):
            for hour in (1, 9):
                now = BEGUN.replace(hour=hour) + timedelta(days=day + 1)
                compose_due(composed, PAUSED, now=now, only_in_hours=True)
                terms = terms_of(composed, PAUSED, now)
                deliver(composed, smtp(port), clock=lambda now=now: now, owner="test", terms=terms)
    assert habits.recipients == ["ada@who.example.org"]
    assert b"23 days overdue" in habits.received[0][1]
