"""What is due is composed once: ledger and outbox together, the bytes as previewed, nobody twice."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes
from email.policy import default

import pytest
from at_once import at_once
from builders import NOW, SYMBOL, TODAY, move, organizations, recommendation, report, who
from sqlalchemy import select

from tracker.config import MailSettings, OfficeSettings, Settings
from tracker.domain.outbox import Answer, Event, OutboxState
from tracker.domain.periods import DueDate
from tracker.domain.vocabulary import Acceptance, Addressee, Implementation, Post
from tracker.errors import BadDataError, RefusedError
from tracker.mail.folder import Folder
from tracker.services import extensions
from tracker.services.organizations import (
    Leaving,
    add_officer,
    all_officers,
    edit_officer,
    edit_organization,
    end_officer,
)
from tracker.services.reminders import composing as reminders
from tracker.services.reminders.composing import compose_due, foresee, outlook, preview, read_log
from tracker.services.reminders.delivery import deliver
from tracker.services.reminders.outbox import decide, decide_state, waiting_mails
from tracker.services.reminders.terms import terms_of
from tracker.services.upkeep.health import health
from tracker.store.database.mail_tables import outbox_table, reminder_item_table, reminder_table
from tracker.store.mails import outbox

OFFICE = OfficeSettings(name="Joint Review Office", email="office@jro.example.org")
SETTINGS = Settings(None, "x", OFFICE)
SERVER = replace(SETTINGS, mail=MailSettings(host="127.0.0.1", security="none"))


def officer(register, code, post, email, from_on=date(2024, 1, 1)):
    return add_officer(
        register, code, post=post, name=f"{post.value} of {code}", email=email, from_on=from_on, who=who()
    )


@pytest.fixture
def filled(register):
    """WHO and ILO with a head each; R1 overdue for both, R2 for their governing bodies; issued long ago."""
    organizations(register, "WHO", "ILO")
    report(register, recommendation("1"), recommendation("2", Addressee.LEGISLATIVE_BODY))
    for code in ("WHO", "ILO"):
        officer(register, code, Post.EXECUTIVE_HEAD, f"head@{code.lower()}.example.org")
    move(register, f"{SYMBOL}/R1", "WHO", "ILO", to=Acceptance.ACCEPTED, due=TODAY - timedelta(days=10))
    return register


def rows(register, table=outbox_table):
    with register.read() as session:
        return session.execute(select(table).order_by(table.c.id)).all()


def test_one_digest_per_recipient_written_down_with_its_mail(filled):
    done = compose_due(filled, SETTINGS, now=NOW)
    assert (done.digests, done.lines, done.problems) == (2, 4, [])
    assert [(row.recipient, row.cycle) for row in rows(filled, reminder_table)] == [
        ("head@ilo.example.org", "2026-11"),
        ("head@who.example.org", "2026-11"),
    ]
    assert len(rows(filled, reminder_item_table)) == 4
    assert [row.key for row in rows(filled)] == [
        "digest:2026-11:head@ilo.example.org",
        "digest:2026-11:head@who.example.org",
    ]


def test_composing_again_in_the_same_cycle_queues_nothing(filled):
    compose_due(filled, SETTINGS, now=NOW)
    assert not compose_due(filled, SETTINGS, now=NOW + timedelta(hours=5))
    assert len(rows(filled)) == 2
    assert compose_due(filled, SETTINGS, now=NOW + timedelta(days=14)).digests == 2


def test_the_preview_is_the_mail_to_the_last_byte(filled):
    previewed = [mail.letter.message for mail in preview(filled, SETTINGS, now=NOW)]
    compose_due(filled, SETTINGS, now=NOW)
    assert previewed == [row.message for row in rows(filled)]
    assert list(preview(filled, SETTINGS, now=NOW)) == []


def test_the_preview_changes_nothing(filled):
    list(preview(filled, SETTINGS, now=NOW))
    assert rows(filled) == []


def test_what_is_delivered_are_those_bytes(filled, tmp_path):
    previewed = {mail.letter.message for mail in preview(filled, SETTINGS, now=NOW)}
    compose_due(filled, SETTINGS, now=NOW)
    assert deliver(filled, Folder(tmp_path), clock=lambda: NOW, owner="test").sent == 2
    assert {path.read_bytes() for path in tmp_path.glob("*.eml")} == previewed


def test_a_recommendation_to_a_governing_body_stands_in_a_section_of_its_own(filled):
    first = next(iter(preview(filled, SETTINGS, now=NOW, organizations=["WHO"])))
    text = message_from_bytes(first.letter.message, policy=default).get_body(("plain",)).get_content()
    own, _, body = text.partition("FOR SUBMISSION TO THE GOVERNING BODY (1)")
    assert f"{SYMBOL}/R1" in own
    assert f"{SYMBOL}/R2" not in own
    assert f"{SYMBOL}/R2" in body


def test_its_secretary_gets_it_where_there_is_one(filled):
    officer(filled, "WHO", Post.SECRETARY, "board@who.example.org")
    found = {mail.digest.recipient.email: mail.as_json() for mail in preview(filled, SETTINGS, now=NOW)}
    assert [item["ref"] for item in found["board@who.example.org"]["items"]] == [f"{SYMBOL}/R2"]
    assert [item["ref"] for item in found["head@who.example.org"]["items"]] == [f"{SYMBOL}/R1"]


def test_no_digest_when_nothing_is_asked(filled):
    move(filled, f"{SYMBOL}/R1", "WHO", to=Implementation.IMPLEMENTED, note="Done.")
    move(filled, f"{SYMBOL}/R2", "WHO", to=Acceptance.NOT_ACCEPTED, note="No.")
    assert [mail.digest.recipient.email for mail in preview(filled, SETTINGS, now=NOW)] == ["head@ilo.example.org"]


def test_the_return_goes_along(filled):
    first = next(iter(preview(filled, SETTINGS, now=NOW)))
    names = [
        part.get_filename() for part in message_from_bytes(first.letter.message, policy=default).iter_attachments()
    ]
    assert names == ["return-ILO-2026-11-24.xlsx"]
    without = replace(SETTINGS, reminders={"attach_return": False})
    bare = next(iter(preview(filled, without, now=NOW))).letter.message
    assert list(message_from_bytes(bare, policy=default).iter_attachments()) == []


def test_a_vacant_post_comes_to_the_office(filled):
    (head,) = [each for each in _officers(filled) if each.organization == "WHO"]
    end_officer(filled, head.id, until_on=TODAY - timedelta(days=1), who=who())
    found = [mail for mail in preview(filled, SETTINGS, now=NOW) if "WHO" in mail.as_json()["organizations"]]
    assert [mail.digest.recipient.email for mail in found] == [OFFICE.email]
    assert {item["part"] for item in found[0].as_json()["items"]} == {"vacant"}


def _officers(register):
    from tracker.store.organizations import all_officers

    with register.read() as session:
        return all_officers(session)


def test_the_first_digests_wait_for_a_yes_where_a_mail_server_is_set(filled):
    held = compose_due(filled, SERVER, now=NOW)
    assert (held.digests, held.held_back, rows(filled)) == (0, 2, [])
    assert "2 waiting for the first `tracker remind send --yes`" in str(held)
    assert compose_due(filled, SERVER, now=NOW, confirmed=True).digests == 2
    assert compose_due(filled, SERVER, now=NOW + timedelta(days=14)).digests == 2


def test_a_run_stops_at_the_cap_and_the_next_goes_on(filled):
    capped = replace(SETTINGS, reminders={"cap": 1})
    first = compose_due(filled, capped, now=NOW)
    assert (first.digests, first.is_capped) == (1, True)
    assert compose_due(filled, capped, now=NOW).digests == 1
    assert len(rows(filled)) == 2


def test_a_missed_day_is_caught_up_with_once(filled):
    late = datetime(2026, 12, 23, 12, 0, tzinfo=UTC)  # the machine was off since before 7 December
    assert compose_due(filled, SETTINGS, now=late).digests == 2
    assert {row.cycle for row in rows(filled, reminder_table)} == {"2026-12"}
    assert compose_due(filled, SETTINGS, now=late).digests == 0


def test_nobody_is_reminded_at_night_by_the_scheduler(filled):
    night = NOW.replace(hour=3)
    assert compose_due(filled, SETTINGS, now=night, only_in_hours=True).digests == 0
    assert compose_due(filled, SETTINGS, now=NOW, only_in_hours=True).digests == 2


def test_one_bad_address_does_not_stop_the_others(filled):
    officer(filled, "ILO", Post.FOCAL_POINT, "é@ilo.example.org")
    done = compose_due(filled, SETTINGS, now=NOW)
    assert done.problems == [
        "an email cannot be sent to “é@ilo.example.org”. Correct the address with: tracker officer edit."
    ]
    assert [row.recipient for row in rows(filled)] == ["head@ilo.example.org", "head@who.example.org"]


def test_a_mail_without_its_ledger_row_cannot_come_about(filled, monkeypatch):
    real = reminders.ledger.insert_rows

    def fail(*_):
        raise RuntimeError("the machine died here")

    monkeypatch.setattr(reminders.ledger, "insert_rows", fail)
    with pytest.raises(RuntimeError):
        compose_due(filled, SETTINGS, now=NOW)
    assert (rows(filled), rows(filled, reminder_table)) == ([], [])
    monkeypatch.setattr(reminders.ledger, "insert_rows", real)
    assert compose_due(filled, SETTINGS, now=NOW).digests == 2


def test_two_programs_at_once_compose_each_digest_once(filled):
    found = at_once(lambda: compose_due(filled, SETTINGS, now=NOW).digests)
    assert sum(found) == 2
    assert len(rows(filled)) == len(rows(filled, reminder_table)) == 2


def test_only_the_organizations_asked_for(filled):
    assert compose_due(filled, SETTINGS, now=NOW, organizations=["who"]).digests == 1
    assert [row.recipient for row in rows(filled)] == ["head@who.example.org"]
    found = outlook(filled, SETTINGS, now=NOW)
    assert (found.digests, len(found.waiting.sent), found.is_first) == (1, 1, False)


def test_the_recommendations_of_a_digest_stand_as_in_lists_and_in_the_return(register):
    organizations(register, "WHO")
    numbers = ["1", "2", "9", "10", "11", "121.9", "121.10", "IV", "V", "(b)"]
    report(register, *(replace(recommendation("1"), number=number) for number in numbers))
    officer(register, "WHO", Post.EXECUTIVE_HEAD, "head@who.example.org")
    for number in numbers:
        move(register, f"{SYMBOL}/R{number}", "WHO", to=Acceptance.ACCEPTED, due=TODAY - timedelta(days=10))
    (mail,) = preview(register, SETTINGS, now=NOW)
    assert [line.ask.follow_up.number for line in mail.digest.lines] == numbers
    move(register, f"{SYMBOL}/R11", "WHO", due=TODAY - timedelta(days=11), note="The letter says so.")
    (mail,) = preview(register, SETTINGS, now=NOW)
    assert [line.ask.follow_up.number for line in mail.digest.lines][:3] == ["11", "1", "2"], (
        "the longest overdue first"
    )


def test_a_policy_for_an_organization_that_is_not_there_is_a_mistake(filled):
    wrong = replace(SETTINGS, reminders={"organizations": {"WH0": {"cadence": "weekly"}}})
    with pytest.raises(BadDataError, match="an organization that the register lacks"):
        compose_due(filled, wrong, now=NOW)


def test_extensions_are_told(filled):
    asked_for = extensions.request(
        filled, f"{SYMBOL}/R1", "WHO", DueDate(TODAY + timedelta(days=90)), "No money.", who()
    )
    assert asked_for
    (mail,) = preview(filled, SETTINGS, now=NOW, organizations=["WHO"])
    assert "extension to 22 February 2027 requested" in _text(mail)
    extensions.decide(filled, f"{SYMBOL}/R1", "WHO", who(), granted=False, to=None, note="No.")
    (mail,) = preview(filled, SETTINGS, now=NOW, organizations=["WHO"])
    assert "Also: extension refused" in _text(mail)


def test_a_refusal_is_told_until_the_organization_answers_it_be_it_on_the_same_day(filled):
    def is_told():
        (mail,) = preview(filled, SETTINGS, now=NOW + timedelta(days=2), organizations=["WHO"])
        return "Also: extension refused" in _text(mail)

    one = (f"{SYMBOL}/R1", "WHO")
    extensions.request(filled, *one, DueDate(TODAY + timedelta(days=90)), "No money.", who())
    extensions.decide(filled, *one, who(now=NOW + timedelta(hours=1)), granted=False, to=None, note="No.")
    assert is_told()
    move(filled, *one, note="They will not like it.", now=NOW + timedelta(hours=2))
    assert is_told(), "the office's own note is no answer"
    earlier = TODAY - timedelta(days=3)
    move(filled, *one, to=Acceptance.UNDER_CONSIDERATION, note="By a letter that lay about.", on=earlier)
    assert is_told(), "what was said before the refusal is no answer to it, whenever it is written down"
    move(filled, *one, to=Implementation.IN_PROGRESS, note="Begun all the same.", now=NOW + timedelta(hours=4))
    assert not is_told()


def _text(mail):
    return message_from_bytes(mail.letter.message, policy=default).get_body(("plain",)).get_content()


def test_the_log_says_who_what_when_why_and_the_outcome(filled, tmp_path):
    compose_due(filled, SETTINGS, now=NOW)
    deliver(filled, Folder(tmp_path), clock=lambda: NOW, owner="test")
    lines = [line.as_json() for line in read_log(filled, ["WHO"])]
    assert [(line["ref"], line["reason"], line["post"], line["outcome"]) for line in lines] == [
        (f"{SYMBOL}/R1", "late-first", "executive-head", "sent"),
        (f"{SYMBOL}/R2", "response-late", "executive-head", "sent"),
    ]
    assert lines[0]["composed_at"] == "2026-11-24T09:00:00Z"
    assert read_log(filled, limit=1)


def test_the_course_of_one_row(filled):
    item, turns = foresee(filled, SETTINGS, f"{SYMBOL}/R1", "who", now=NOW)
    assert item.name == f"{SYMBOL}/R1 WHO"
    assert [turn.ask.band.value for turn in turns[:3]] == ["late-first", "late-first", "late-second"]


def test_a_dropped_mail_is_not_composed_again(filled):
    compose_due(filled, SETTINGS, now=NOW)
    decide(filled, Event.DROP, [row.id for row in rows(filled)], who())
    assert compose_due(filled, SETTINGS, now=NOW).digests == 0
    assert {line.outcome for line in read_log(filled)} == {OutboxState.FAILED}


def test_a_follow_up_that_two_people_are_asked_about_is_counted_once(filled):
    for code in ("WHO", "ILO"):
        officer(filled, code, Post.FOCAL_POINT, f"desk@{code.lower()}.example.org")
    found = outlook(filled, SETTINGS, now=NOW + timedelta(days=60))
    lines = {(line.organization, line.ref) for line in _composed_log(filled, NOW + timedelta(days=60))}
    assert found.lines > found.follow_ups == len(lines) == 4


def _composed_log(register, now):
    compose_due(register, SETTINGS, now=now)
    return read_log(register)


def _drained(register):
    """Whatever a mail server that says "not now" to all leaves in the outbox."""

    class NotNow:
        def send(self, _, may_transmit):
            assert may_transmit()
            return Answer(Event.POSTPONE, "451 later")

        def close(self):
            pass

    return lambda now: deliver(register, NotNow(), clock=lambda: now, owner="test")


NEXT = NOW + timedelta(days=14)
"""In the cycle after that of NOW."""


def test_a_digest_that_still_waits_gives_way_to_that_of_the_next_cycle(filled, tmp_path):
    compose_due(filled, SETTINGS, now=NOW)
    assert _drained(filled)(NOW).retried == 2
    done = compose_due(filled, SETTINGS, now=NEXT, organizations=["WHO"])
    assert (done.digests, done.replaced) == (1, 1)
    mails = {row.key: (row.state, row.answer, row.claimed_by) for row in rows(filled)}
    assert mails["digest:2026-11:head@who.example.org"] == (
        OutboxState.FAILED,
        "replaced by the digest of cycle 2026-12",
        None,
    )
    assert mails["digest:2026-11:head@ilo.example.org"][0] is OutboxState.RETRY
    (old,) = [row.id for row in rows(filled) if row.key == "digest:2026-11:head@who.example.org"]
    with filled.read() as session:
        assert [each.answer for each in outbox.attempts_of(session, old)][-1] == mails[
            "digest:2026-11:head@who.example.org"
        ][1]
        assert outbox.count_failures(session) == 0, "nobody has anything to do about it"
    assert {line.outcome for line in read_log(filled, ["WHO"]) if line.cycle == "2026-11"} == {OutboxState.FAILED}
    with pytest.raises(RefusedError, match="the digest of cycle 2026-12 came after it"):
        decide(filled, Event.RETRY, [old], who())


def test_digests_composed_under_a_clock_that_was_ahead_stop_none_of_the_cycles_until_then(filled, tmp_path):
    wrong = NOW + timedelta(days=365)
    compose_due(filled, SETTINGS, now=wrong, organizations=["WHO"])
    assert _drained(filled)(wrong).retried == 1
    done = compose_due(filled, SETTINGS, now=NOW, organizations=["WHO"])
    assert (done.digests, done.replaced) == (1, 1)
    assert deliver(filled, Folder(tmp_path / "out"), clock=lambda: NOW, owner="test").sent == 1
    assert [path.name[:14] for path in (tmp_path / "out").iterdir()] == ["digest_2026-11"]
    assert rows(filled)[0].answer == "replaced by the digest of cycle 2026-11"
    assert compose_due(filled, SETTINGS, now=NOW, organizations=["WHO"]).digests == 0


def test_a_digest_that_waits_for_one_who_has_left_is_sent_to_nobody_and_the_new_holder_gets_an_own_one(
    filled, tmp_path
):
    compose_due(filled, SETTINGS, now=NOW)
    later = NOW + timedelta(days=2)
    new = {"name": "Ben", "email": "ben@who.example.org", "from_on": later.date() - timedelta(days=1)}
    add_officer(filled, "WHO", post=Post.EXECUTIVE_HEAD, who=who(now=later), **new)
    assert [mail.recipient for mail in outlook(filled, SETTINGS, now=later).waiting.left] == ["head@who.example.org"]
    assert compose_due(filled, SETTINGS, now=later).digests == 1
    assert deliver(filled, Folder(tmp_path), clock=lambda: later, owner="test").sent == 2
    assert {row.recipient: row.state for row in rows(filled) if "who" in row.recipient} == {
        "head@who.example.org": OutboxState.FAILED,
        "ben@who.example.org": OutboxState.SENT,
    }
    assert "not sent: nobody at its address is asked about this any more" in {row.answer for row in rows(filled)}
    with filled.read() as session:
        assert outbox.count_failures(session) == 0, "nobody has anything to do about it"


def test_a_digest_that_waits_for_a_mistyped_address_goes_to_nobody_and_one_to_the_mended_address(filled, tmp_path):
    compose_due(filled, SETTINGS, now=NOW)
    head = next(each for each in all_officers(filled) if each.email == "head@who.example.org")
    edit_officer(filled, head.id, who(now=NOW), email="the.head@who.example.org")
    assert compose_due(filled, SETTINGS, now=NOW).digests == 1
    assert deliver(filled, Folder(tmp_path), clock=lambda: NOW, owner="test").sent == 2
    assert {row.recipient: row.state for row in rows(filled) if "who" in row.recipient} == {
        "head@who.example.org": OutboxState.FAILED,
        "the.head@who.example.org": OutboxState.SENT,
    }


def test_an_address_in_letters_that_no_database_lowers_is_the_same_person(filled, tmp_path):
    """SQLite's lower() leaves Ü as it is, and so a digest for the mistyped address went out all the same."""
    head = next(each for each in all_officers(filled) if each.email == "head@who.example.org")
    edit_officer(filled, head.id, who(now=NOW), email="Head@MÜLLER.example.org")
    compose_due(filled, SETTINGS, now=NOW)
    edit_officer(filled, head.id, who(now=NOW), email="Head@ÉCOLE.example.org")
    assert compose_due(filled, SETTINGS, now=NOW).digests == 1
    later = NOW + timedelta(days=2)
    end_officer(filled, head.id, who(now=later), until_on=NOW.date())
    assert len(outlook(filled, SETTINGS, now=later).waiting.left) == 2
    deliver(filled, Folder(tmp_path), clock=lambda: later, owner="test")
    assert {row.state for row in rows(filled) if row.recipient.startswith("Head")} == {OutboxState.FAILED}


def test_a_digest_that_waits_for_an_organization_that_has_left_is_sent_to_nobody(filled, tmp_path):
    assert compose_due(filled, SETTINGS, now=NOW, organizations=["WHO"]).digests == 1
    edit_organization(filled, "WHO", who(now=NOW), left=Leaving(TODAY + timedelta(days=1)))
    assert outlook(filled, SETTINGS, now=NOW).waiting.left == []
    on_the_day = NOW + timedelta(days=1)
    assert deliver(filled, Folder(tmp_path), clock=lambda: on_the_day, owner="test").sent == 0
    assert {row.answer for row in rows(filled)} == {"not sent: nobody at its address is asked about this any more"}


def test_a_digest_that_waits_while_all_that_it_asks_about_is_settled_is_sent_to_nobody(filled, tmp_path):
    assert compose_due(filled, SETTINGS, now=NOW, organizations=["WHO"]).digests == 1
    move(filled, f"{SYMBOL}/R1", "WHO", to=Acceptance.NOT_RELEVANT, note="no", now=NOW)
    assert outlook(filled, SETTINGS, now=NOW).waiting.left == [], "the other is open still"
    move(filled, f"{SYMBOL}/R2", "WHO", to=Acceptance.NOT_RELEVANT, note="no", now=NOW)
    later = NOW + timedelta(days=2)
    assert deliver(filled, Folder(tmp_path), clock=lambda: later, owner="test").sent == 0
    assert {row.state for row in rows(filled)} == {OutboxState.FAILED}


def test_who_left_one_of_several_posts_and_the_office_still_get_their_digests(filled, tmp_path):
    """The office's address was once that of a focal point, whose post is vacant since."""
    officer(filled, "ILO", Post.FOCAL_POINT, "head@who.example.org")
    once = officer(filled, "WHO", Post.FOCAL_POINT, OFFICE.email)
    end_officer(filled, once.id, until_on=date(2025, 1, 1), who=who())
    assert compose_due(filled, SETTINGS, now=NOW).digests == 3
    later = NOW + timedelta(days=2)
    for each in all_officers(filled):
        if (each.organization, each.email) == ("WHO", "head@who.example.org"):
            end_officer(filled, each.id, until_on=TODAY, who=who(now=later))
    terms = terms_of(filled, SETTINGS, later)
    assert deliver(filled, Folder(tmp_path), clock=lambda: later, owner="test", terms=terms).sent == 3


def paused(code, until):
    return replace(SETTINGS, reminders={"organizations": {code: {"paused_until": until}}})


def delivered(register, settings, folder, at):
    terms = terms_of(register, settings, at)
    return deliver(register, Folder(folder), clock=lambda: at, owner="test", terms=terms)


def test_a_digest_that_waits_while_its_reminders_are_paused_waits_on(filled, tmp_path):
    compose_due(filled, SETTINGS, now=NOW)
    settings, week = paused("WHO", TODAY + timedelta(days=2)), NOW + timedelta(days=3)
    waiting = outlook(filled, settings, now=NOW).waiting
    assert [mail.recipient for mail in waiting.paused] == ["head@who.example.org"]
    report = delivered(filled, settings, tmp_path, NOW)
    assert (report.sent, len(report.rest.paused), report.remaining) == (1, 1, 1)
    assert [path.name for path in tmp_path.glob("*who*")] == []
    assert delivered(filled, settings, tmp_path, week).sent == 1


def test_a_digest_is_not_given_up_while_it_is_paused(filled, tmp_path):
    compose_due(filled, SETTINGS, now=NOW, organizations=["WHO"])
    settings, late = paused("WHO", TODAY + timedelta(days=20)), NOW + timedelta(days=6)
    assert delivered(filled, settings, tmp_path, late).failed == 0
    assert {row.state for row in rows(filled)} == {OutboxState.QUEUED}
    assert health(filled, settings, who(now=late), evidence_store=tmp_path).troubles == ()


def test_who_is_paused_for_one_of_two_organizations_gets_the_digest(filled, tmp_path):
    officer(filled, "ILO", Post.FOCAL_POINT, "head@who.example.org")
    compose_due(filled, SETTINGS, now=NOW)
    assert delivered(filled, paused("WHO", TODAY), tmp_path, NOW).sent == 2


def test_what_was_queued_by_other_means_is_not_paused(filled, tmp_path):
    with filled.write() as session:
        outbox.put(session, key="other:1", recipient="a@b.c", subject="s", message=b"Subject: s\r\n\r\nx\r\n", now=NOW)
    assert delivered(filled, paused("WHO", TODAY), tmp_path, NOW).sent == 1


def test_who_has_left_is_told_by_the_day_of_the_organization(filled, tmp_path):
    edit_organization(filled, "WHO", who(), timezone="Pacific/Auckland")
    compose_due(filled, SETTINGS, now=NOW, organizations=["WHO"])
    (head,) = all_officers(filled, "WHO")
    end_officer(filled, head.id, until_on=TODAY, who=who())
    evening = NOW + timedelta(hours=3)  # past midnight in Auckland
    assert len(outlook(filled, SETTINGS, now=NOW, organizations=["ILO"]).waiting.sent) == 1
    assert len(outlook(filled, SETTINGS, now=evening, organizations=["ILO"]).waiting.left) == 1


def test_what_is_uncertain_or_on_its_way_does_not_give_way(filled):
    compose_due(filled, SETTINGS, now=NOW)
    with filled.write() as session:
        first, second = outbox.claim(session, owner="dead", now=NOW, lease=timedelta(minutes=5), limit=2)
        assert outbox.begin_transmission(session, first.id, owner="dead", now=NOW, lease=timedelta(minutes=15))
    compose_due(filled, SETTINGS, now=NEXT)
    assert {row.state for row in rows(filled)[:2]} == {OutboxState.CLAIMED, OutboxState.TRANSMITTING}
    assert _drained(filled)(NEXT).uncertain == 1
    states = {row.id: row.state for row in rows(filled)}
    assert states[first.id] is OutboxState.UNCERTAIN
    assert states[second.id] is OutboxState.FAILED, "its holder died before it began"


def test_a_mail_given_back_after_the_next_was_composed_is_not_sent_with_it(filled, tmp_path):
    compose_due(filled, SETTINGS, now=NOW, organizations=["WHO"])
    with filled.write() as session:
        assert outbox.claim(session, owner="slow", now=NEXT, lease=timedelta(minutes=5), limit=2)
    compose_due(filled, SETTINGS, now=NEXT, organizations=["WHO"])
    with filled.write() as session:
        outbox.release(session, owner="slow")
    assert deliver(filled, Folder(tmp_path / "out"), clock=lambda: NEXT, owner="test").sent == 1
    assert [path.name[:14] for path in (tmp_path / "out").iterdir()] == ["digest_2026-12"]
    assert rows(filled)[0].answer == "replaced by the digest of cycle 2026-12"


def test_digests_of_two_cadences_do_not_replace_one_another(filled):
    add_officer(
        filled,
        "ILO",
        post=Post.FOCAL_POINT,
        name="Both",
        email="head@who.example.org",
        from_on=date(2024, 1, 1),
        who=who(),
    )
    weekly = replace(SETTINGS, reminders={"organizations": {"ILO": {"cadence": "weekly"}}})
    compose_due(filled, weekly, now=NOW + timedelta(days=3))
    compose_due(filled, weekly, now=NOW + timedelta(days=7))
    states = {row.key: row.state for row in rows(filled) if "head@who" in row.key}
    assert states == {
        "digest:2026-11:head@who.example.org": OutboxState.QUEUED,
        "digest:2026-W48:head@who.example.org": OutboxState.FAILED,
        "digest:2026-W49:head@who.example.org": OutboxState.QUEUED,
    }


def test_what_waited_too_long_is_given_up_and_told_and_a_person_may_send_it(filled, tmp_path):
    compose_due(filled, SETTINGS, now=NOW, organizations=["WHO"])
    _drained(filled)(NOW)
    late = NOW + timedelta(days=6)
    found = deliver(filled, Folder(tmp_path), clock=lambda: late, owner="test")
    assert (found.sent, found.failed) == (0, 1)
    assert [answer.answer for answer in found.answers] == ["given up: it had waited since 2026-11-24"]
    with filled.read() as session:
        assert outbox.count_failures(session) == 1
    decide(filled, Event.RETRY, [found.answers[0].id], who(now=late))
    assert deliver(filled, Folder(tmp_path), clock=lambda: late, owner="test").sent == 1


def test_all_failed_ones_are_retried_but_those_dropped_or_replaced(filled):
    compose_due(filled, SETTINGS, now=NOW)
    decide(filled, Event.DROP, [rows(filled)[0].id], who())
    compose_due(filled, SETTINGS, now=NEXT)
    assert {row.state for row in rows(filled)[:2]} == {OutboxState.FAILED}
    assert decide_state(filled, Event.RETRY, OutboxState.FAILED, who()) == []


def test_the_outlook_tells_what_becomes_of_what_waits(filled, tmp_path):
    compose_due(filled, SETTINGS, now=NOW)
    now = NOW + timedelta(hours=1)
    assert (len(outlook(filled, SETTINGS, now=now).waiting.sent), outlook(filled, SETTINGS, now=now).digests) == (2, 0)
    later = outlook(filled, SETTINGS, now=NEXT, organizations=["WHO"]).waiting
    assert [cycle for _, cycle in later.replaced] == ["2026-12"]
    assert [mail.recipient for mail in later.given_up] == ["head@ilo.example.org"]
    shown, _ = waiting_mails(filled, now=now)
    assert [mail.message for mail in shown] == [row.message for row in rows(filled)]
    deliver(filled, Folder(tmp_path), clock=lambda: now, owner="test")
    assert {path.read_bytes() for path in tmp_path.glob("*.eml")} == {mail.message for mail in shown}
