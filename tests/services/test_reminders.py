"""What is due is composed once: ledger and outbox together, the bytes as previewed, nobody twice."""

import threading
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes
from email.policy import default

import pytest
from builders import NOW, SYMBOL, TODAY, move, organizations, recommendation, report, who
from sqlalchemy import select

from tracker.config import MailSettings, OfficeSettings, Settings
from tracker.domain.outbox import Event, OutboxState
from tracker.domain.vocabulary import Acceptance, Addressee, Implementation, Post
from tracker.errors import BadDataError
from tracker.mail.transport import Folder
from tracker.services import extensions, reminders
from tracker.services.delivery import deliver
from tracker.services.organizations import add_officer, end_officer
from tracker.services.outbox import decide
from tracker.services.reminders import compose_due, foresee, outlook, preview, read_log
from tracker.store.mail_tables import outbox_table, reminder_item_table, reminder_table

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
    own, _, body = text.partition("PLEASE PUT BEFORE THE GOVERNING BODY (1)")
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
    assert done.problems == ["mail cannot be sent to “é@ilo.example.org”. Mend the address with: tracker officer add."]
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
    found = []
    threads = [
        threading.Thread(target=lambda: found.append(compose_due(filled, SETTINGS, now=NOW).digests)) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(found) == 2
    assert len(rows(filled)) == len(rows(filled, reminder_table)) == 2


def test_only_the_organizations_asked_for(filled):
    assert compose_due(filled, SETTINGS, now=NOW, organizations=["who"]).digests == 1
    assert [row.recipient for row in rows(filled)] == ["head@who.example.org"]
    found = outlook(filled, SETTINGS, now=NOW)
    assert (found.digests, found.done, found.is_first) == (1, 1, False)


def test_a_policy_for_an_organization_that_is_not_there_is_a_mistake(filled):
    wrong = replace(SETTINGS, reminders={"organizations": {"WH0": {"cadence": "weekly"}}})
    with pytest.raises(BadDataError, match="an organization that the register lacks"):
        compose_due(filled, wrong, now=NOW)


def test_extensions_are_told(filled):
    asked_for = extensions.request(filled, f"{SYMBOL}/R1", "WHO", TODAY + timedelta(days=90), "No money.", who())
    assert asked_for
    (mail,) = preview(filled, SETTINGS, now=NOW, organizations=["WHO"])
    assert "extension to 22 February 2027 requested" in _text(mail)
    extensions.decide(filled, f"{SYMBOL}/R1", "WHO", who(), granted=False, to=None, note="No.")
    (mail,) = preview(filled, SETTINGS, now=NOW, organizations=["WHO"])
    assert "Also: extension refused" in _text(mail)


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
    item, turns = foresee(filled, SETTINGS, f"{SYMBOL}/R1", "who", now=NOW, cycles=3)
    assert item.name == f"{SYMBOL}/R1 WHO"
    assert [turn.ask.band.value for turn in turns] == ["late-first", "late-first", "late-second"]


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
