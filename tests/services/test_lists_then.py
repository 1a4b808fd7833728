"""What is listed as of a day or an instant: mails, reminders, returns, editions, requests, evidence; both databases."""

from datetime import UTC, date, datetime, timedelta

import builders as b
import pytest
from filled_returns import fill
from register_files import ROWS, csv_text, mapping, write

from tracker.config import OfficeSettings, Settings
from tracker.domain.outbox import Answer, Event, OutboxState
from tracker.domain.periods import DueDate, Quarter
from tracker.domain.received import ReturnState
from tracker.domain.returns import Field
from tracker.domain.updates import Update
from tracker.domain.vocabulary import Acceptance, Post
from tracker.errors import UnknownNameError
from tracker.services import corrections, extensions, updates
from tracker.services.evidence import given_evidence
from tracker.services.listing import At
from tracker.services.organizations import add_officer
from tracker.services.registers.intake import import_register
from tracker.services.registers.reconciliation import reconcile
from tracker.services.reminders import composing as reminders
from tracker.services.reminders.outbox import list_outbox
from tracker.services.reports.editions import list_editions, publish
from tracker.services.reports.reporting import Request
from tracker.services.returns import files, making, reading, received
from tracker.store.mails import outbox
from tracker.store.mails.returns import add_received

ONE = ("501/R1", "WHO")
S = OutboxState


def at(month, day, hour=10):
    return datetime(2026, month, day, hour, tzinfo=UTC)


@pytest.fixture
def filled(register):
    b.organizations(register, "WHO", "FAO")
    b.report(register, now=at(1, 5))
    return register


def test_the_end_of_a_day_and_an_instant_together_are_the_earlier_of_the_two():
    assert At(b.TODAY).until is None
    assert At(b.TODAY, date(2026, 3, 1)).until == datetime(2026, 3, 1, 23, 59, 59, tzinfo=UTC)
    assert At(b.TODAY, known_at=at(2, 1)).until == at(2, 1)
    assert At(b.TODAY, date(2026, 3, 1), at(2, 1)).until == at(2, 1)
    assert At(b.TODAY, date(2026, 1, 1), at(2, 1)).until < at(2, 1)


def put(register, number, now):
    with register.write() as session:
        words = {"key": f"k{number}", "recipient": "a@example.org", "subject": "s", "message": b"m"}
        return outbox.put(session, **words, now=now)


def tried(register, event, now, text="said"):
    """One attempt on the mail whose turn it is."""
    lease = timedelta(minutes=5)
    with register.write() as session:
        (mail,) = outbox.claim(session, owner="a", now=now, lease=lease, limit=1)
        outbox.begin_transmission(session, mail.id, owner="a", now=now, lease=lease)
        outbox.settle(session, mail, Answer(event, text), owner="a", now=now)
    return mail.id


def decided(register, mail, event, now):
    with register.write() as session:
        outbox.decide(session, [mail], event, actor="ana", now=now)


def states(register, until, *wanted):
    return {mail.id: mail.state for mail in list_outbox(register, wanted, until=until)}


def test_a_mail_is_told_as_far_as_it_had_come(register):
    mail = put(register, 1, at(3, 1))
    tried(register, Event.POSTPONE, at(3, 2), "451 later")
    tried(register, Event.REFUSE, at(3, 4), "550 no")
    decided(register, mail, Event.RETRY, at(3, 6))
    tried(register, Event.ACCEPT, at(3, 8), "250 taken")
    told = [list_outbox(register, until=at(3, day)) for day in range(1, 9)]
    assert list_outbox(register, until=at(2, 28)) == []
    assert [(item.state, item.answer) for (item,) in told] == [
        (S.QUEUED, None),
        (S.RETRY, "451 later"),
        (S.RETRY, "451 later"),
        (S.FAILED, "550 no"),
        (S.FAILED, "550 no"),
        (S.QUEUED, "retried by ana"),
        (S.QUEUED, "retried by ana"),
        (S.SENT, "250 taken"),
    ]
    (then,) = list_outbox(register, until=at(3, 5))
    assert (then.attempts, then.next_attempt_at, then.settled_at) == (None, None, None), "not kept, hence not told"
    assert then.queued_at == at(3, 1)


def test_a_mail_that_is_being_sent_is_told_as_waiting(register):
    mail = put(register, 1, at(3, 1))
    with register.write() as session:
        outbox.claim(session, owner="a", now=at(3, 2), lease=timedelta(minutes=5), limit=1)
    assert states(register, None) == {mail: S.CLAIMED}
    assert states(register, at(3, 3)) == {mail: S.QUEUED}


def test_mails_are_found_by_the_state_they_were_in(register):
    first, second = put(register, 1, at(3, 1)), put(register, 2, at(3, 2))
    tried(register, Event.ACCEPT, at(3, 5))
    assert states(register, at(3, 4), S.QUEUED) == {first: S.QUEUED, second: S.QUEUED}
    assert states(register, at(3, 6), S.QUEUED) == {second: S.QUEUED}
    assert [mail.id for mail in list_outbox(register, until=at(3, 6), limit=1)] == [second]
    assert states(register, at(3, 6)) == states(register, None)


def test_the_ledger_as_of_a_day_holds_what_had_been_composed_and_what_had_become_of_it(filled):
    settings = Settings(None, "x", OfficeSettings(name="Office", email="office@example.org"))
    add_officer(filled, "WHO", b.who(), post=Post.EXECUTIVE_HEAD, name="H", email="h@example.org", from_on=b.ISSUED)
    b.move(filled, *ONE, to=Acceptance.ACCEPTED, on=date(2026, 2, 1), due=date(2026, 3, 1), now=at(2, 1))
    reminders.compose_due(filled, settings, now=at(6, 2), organizations=["WHO"])
    tried(filled, Event.ACCEPT, at(6, 4))

    def outcomes(until):
        return {line.outcome for line in reminders.read_log(filled, ["WHO"], until=until)}

    assert [outcomes(at(6, day)) for day in (1, 3, 5)] == [set(), {S.QUEUED}, {S.SENT}]
    assert reminders.read_log(filled, until=at(6, 5)) == reminders.read_log(filled)


def came_in(register, now, content=b"x", state=ReturnState.HELD):
    sha256 = files.Source("who.xlsx", content).sha256
    facts = {"sha256": sha256, "name": "who.xlsx", "size": len(content), "received_at": now, "state": state}
    with register.write() as session:
        add_received(session, **facts, organization_id=None, why="a stranger")


def listed(register, until, *wanted):
    return [(item.state, item.why) for item in received.received(register, wanted, until=until)]


def test_a_return_is_told_as_far_as_it_had_got(filled):
    came_in(filled, at(3, 1))
    received.settle(filled, 1, ReturnState.DROPPED, b.who(now=at(3, 3)), why="a second copy")
    received.settle(filled, 1, ReturnState.QUEUED, b.who(now=at(3, 5)))
    assert listed(filled, at(2, 28)) == []
    assert listed(filled, at(3, 2)) == [(ReturnState.HELD, "a stranger")]
    assert listed(filled, at(3, 4)) == [(ReturnState.DROPPED, "a second copy")]
    assert listed(filled, at(3, 6)) == listed(filled, None) == [(ReturnState.QUEUED, "a second copy")]
    assert listed(filled, at(3, 4), ReturnState.QUEUED) == []
    assert len(listed(filled, at(3, 4), ReturnState.DROPPED)) == 1


def test_a_return_had_not_been_read_before_it_was(filled, tmp_path):
    made = making.make(filled, "WHO", office="Office", reply_to="o@example.org", today=date(2026, 3, 1))
    content = fill(made, {"A/80/501/R1": {Field.ACCEPTANCE: "Accepted"}})
    source, store = files.Source("who.xlsx", content), tmp_path / "evidence"
    came_in(filled, at(3, 2), content, ReturnState.QUEUED)
    reading.read(filled, source, b.who(now=at(3, 4)), evidence_store=store)
    (now,), (then,) = received.received(filled), received.received(filled, until=at(3, 3))
    assert (now.state, now.why) == (ReturnState.READ, None)
    assert now.batch is not None
    assert (then.state, then.why, then.batch) == (ReturnState.QUEUED, "a stranger", None)
    assert received.received(filled, until=at(3, 4)) == [now]


def test_the_editions_that_had_been_published(filled, tmp_path):
    def published(now):
        request = Request(Quarter(2026, 1), today=now.date(), now=now, prepared_by="A.", office="Office")
        publish(filled, request, ("json",), tmp_path, b.who(now=now))

    published(at(4, 5))
    b.move(filled, *ONE, to=Acceptance.ACCEPTED, on=date(2026, 3, 1), now=at(5, 1))
    published(at(5, 5))
    days = [at(4, 4), at(4, 6), at(5, 6)]
    assert [[item.number for item in list_editions(filled, day)] for day in days] == [[], [1], [1, 2]]
    assert list_editions(filled, at(5, 6)) == list_editions(filled)


def waiting(register, *, as_of=None, known_at=None):
    found = extensions.undecided(register, At(b.TODAY, as_of, known_at))
    return [(item.requested_to, item.due_on, item.reason) for item in found]


def ask(register, to, now):
    extensions.request(register, *ONE, DueDate(to), "budget", b.who(now=now))


def decide(register, now, *, granted, actor="officer"):
    extensions.decide(register, *ONE, b.who(actor, now=now), granted=granted, to=None, note="so decided")


def test_the_requests_that_waited_on_a_day_with_the_due_date_of_then(filled):
    b.move(filled, *ONE, due=date(2027, 3, 31), on=date(2026, 2, 1), now=at(2, 1))
    ask(filled, date(2027, 6, 30), at(3, 1))
    decide(filled, at(4, 1), granted=True)
    ask(filled, date(2027, 9, 30), at(5, 1))
    first, second = (
        (date(2027, 6, 30), date(2027, 3, 31), "budget"),
        (date(2027, 9, 30), date(2027, 6, 30), "budget"),
    )
    days = [date(2026, month, 15) for month in (2, 3, 4, 5)]
    assert [waiting(filled, as_of=day) for day in days] == [[], [first], [], [second]]
    assert [waiting(filled, known_at=at(month, 15)) for month in (2, 3, 4, 5)] == [[], [first], [], [second]]
    assert waiting(filled) == [second]


def test_a_request_whose_refusal_was_taken_back_waited_only_as_far_as_that_was_known(filled):
    b.move(filled, *ONE, due=date(2027, 3, 31), on=date(2026, 2, 1), now=at(2, 1))
    ask(filled, date(2027, 6, 30), at(3, 1))
    decide(filled, at(4, 1), granted=False)
    corrections.undo(filled, b.who(now=at(5, 1)))
    decide(filled, at(6, 1), granted=False, actor="head")
    known = {month: len(waiting(filled, known_at=at(month, 15))) for month in (3, 4, 5, 6)}
    assert known == {3: 1, 4: 0, 5: 1, 6: 0}
    assert len(waiting(filled, as_of=date(2026, 4, 15))) == 1, "as is known now, it was not decided then"


def test_the_evidence_that_had_been_given(filled, tmp_path):
    def give(link, on, now):
        given, one = {"evidence_store": tmp_path, "evidence": [link]}, updates.Selection("501/R1", ("WHO",))
        updates.update(filled, one, Update(on, None, None, (), None), b.who(now=now), **given)

    def links(**then):
        found = given_evidence(filled, *ONE, At(b.TODAY, **then))
        return [item.location[-1] for item in found]

    give("https://example.org/1", date(2026, 3, 1), at(3, 1))
    give("https://example.org/2", date(2026, 2, 15), at(4, 1))
    assert links() == ["1", "2"]
    assert links(as_of=date(2026, 2, 20)) == ["2"]
    assert links(as_of=date(2026, 3, 20), known_at=at(3, 20)) == ["1"]
    assert links(known_at=at(2, 1)) == []
    with pytest.raises(UnknownNameError, match="is not addressed to WHO on 2025-01-01"):
        links(as_of=date(2025, 1, 1))


def test_a_comparison_with_what_was_known_of_ours(register, tmp_path):
    ours = write(tmp_path, "ours.csv", csv_text(*ROWS))
    import_register(register, ours, mapping(tmp_path), b.who(now=at(6, 1)))
    theirs = write(tmp_path, "theirs.csv", csv_text(*ROWS))

    def compared(known_at):
        return reconcile(register, theirs, mapping(tmp_path, name="theirs.toml"), at=At(b.TODAY, known_at=known_at))

    before, after = compared(at(5, 1)), compared(at(7, 1))
    assert (len(before.agree), len(before.only_there)) == (0, len(before.rows(agreements=True)))
    assert (len(after.agree), len(after.only_there)) == (2, 0)
    assert {row["verdict"] for row in after.rows(agreements=False)} == {"silent"}


def test_a_follow_up_only_here_is_a_row_of_its_own(register, tmp_path):
    ours = write(tmp_path, "ours.csv", csv_text(*ROWS))
    import_register(register, ours, mapping(tmp_path), b.who())
    theirs = write(tmp_path, "theirs.csv", csv_text(*ROWS[:1]))
    result = reconcile(register, theirs, mapping(tmp_path, name="theirs.toml"), at=At(b.TODAY))
    (row,) = [row for row in result.rows(agreements=False) if row["verdict"] == "only_here"]
    assert row["follow_up"] == result.only_here[0]
    assert len({tuple(each) for each in result.rows(agreements=True)}) == 1, "every row has the same keys"
