"""The number of queries does not grow with the rows: counted at two sizes."""

from collections import Counter
from contextlib import contextmanager

import builders as b
import crash_points
import pytest
from sqlalchemy import event, update

from tracker.domain.filters import Filters
from tracker.domain.outbox import Event, OutboxState
from tracker.domain.periods import DueDate
from tracker.domain.updates import Update
from tracker.domain.vocabulary import Acceptance, Implementation
from tracker.errors import RefusedError
from tracker.services import corrections, updates
from tracker.services.listing import At, list_follow_ups, list_lines, read_history, show
from tracker.services.reminders import outbox
from tracker.services.upkeep import audit
from tracker.store.database.mail_tables import outbox_table

FEW, MANY = 2, 14


@contextmanager
def counted(register):
    """A list that has, afterwards, every statement that was sent."""
    sent = []

    def note(_connection, _cursor, statement, *_):
        sent.append(statement)

    event.listen(register.engine, "before_cursor_execute", note)
    yield sent
    event.remove(register.engine, "before_cursor_execute", note)


def filled(register, size):
    b.organizations(register, *(f"ORG{n}" for n in range(size)))
    b.report(register, *(b.recommendation(str(n)) for n in range(1, size + 1)))
    everything = Filters(reports=(b.SYMBOL,))
    updates.update(
        register,
        updates.Selection(filters=everything),
        Update(b.TODAY, Acceptance.ACCEPTED, note="all"),
        b.who(),
        evidence=["https://example.org/letter"],
        evidence_store=None,
    )


def update_all(register):
    wanted = Update(b.TODAY, Acceptance.PARTIALLY_ACCEPTED, note="after all", due=DueDate(b.TODAY))
    updates.update(
        register, updates.Selection(filters=Filters(reports=(b.SYMBOL,))), wanted, b.who(), evidence_store=None
    )


def backdate_all(register):
    wanted = Update(b.ISSUED, Acceptance.UNDER_CONSIDERATION)
    updates.update(
        register, updates.Selection(filters=Filters(reports=(b.SYMBOL,))), wanted, b.who(), evidence_store=None
    )


def update_one_of_several(register):
    codes = [row.organization for row in list_follow_ups(register, Filters(numbers=("1",)), At(b.TODAY))]
    b.move(register, "501/R1", *codes, to=Acceptance.ACCEPTED)


ACTIONS = {
    "list": lambda register: list_follow_ups(register, Filters(), At(b.TODAY)),
    "list for people": lambda register: list_lines(register, Filters(), At(b.TODAY)),
    "list as of a day": lambda register: list_follow_ups(register, Filters(only_open=True), At(b.TODAY, as_of=b.TODAY)),
    "list of some organizations": lambda register: list_follow_ups(
        register, Filters(organizations=("ORG0", "ORG1")), At(b.TODAY)
    ),
    "show": lambda register: show(register, "501/R1", None, At(b.TODAY)),
    "history": lambda register: read_history(register, "501/R1", None),
    "update all": update_all,
    "backdate all": backdate_all,
    "update several": update_one_of_several,
    "undo": lambda register: corrections.undo(register, b.who()),
    "verify": lambda register: audit.verify(register, b.TODAY),
}


@pytest.fixture
def sizes(sqlite_url, tmp_path):
    """Two registers: a small one, and one of fifty times as many follow-ups."""
    import shutil

    from tracker.store.database.engine import database_url, open_engine
    from tracker.store.unit import Register

    registers = []
    for size in (FEW, MANY):
        path = tmp_path / f"{size}.db"
        shutil.copy(sqlite_url, path)
        registers.append(Register(open_engine(database_url(str(path)))))
        filled(registers[-1], size)
    yield registers
    for register in registers:
        register.engine.dispose()


@pytest.mark.parametrize("name", sorted(ACTIONS))
def test_queries_do_not_grow_with_the_rows(sizes, name):
    sent = []
    for register in sizes:
        with counted(register) as statements:
            ACTIONS[name](register)
        sent.append(statements)
    often = Counter(sent[1]).most_common(1)
    assert len(sent[0]) == len(sent[1]), f"{len(sent[0])} at {FEW}, {len(sent[1])} at {MANY}, most often {often}"
    assert 0 < len(sent[1]) <= 20


def test_a_refusal_that_tries_earlier_commands_asks_as_often_for_many_as_for_few(sizes):
    sent = []
    for register in sizes:
        b.move(register, "501/R1", "ORG0", to=Implementation.IN_PROGRESS, actor="second")
        with register.batch(b.who(asked="view save late")) as batch:
            batch.touch()
        with counted(register) as statements, pytest.raises(RefusedError, match="cannot be taken back"):
            corrections.undo(register, b.who())
        sent.append(len(statements))
    assert sent[0] == sent[1] <= 20


def test_importing_asks_as_often_for_many_organizations_as_for_few(sqlite_url, tmp_path):
    import shutil

    from tracker.store.database.engine import database_url, open_engine
    from tracker.store.unit import Register

    sent = []
    for size in (FEW, MANY):
        path = tmp_path / f"{size}.db"
        shutil.copy(sqlite_url, path)
        register = Register(open_engine(database_url(str(path))))
        b.organizations(register, *(f"ORG{n}" for n in range(size)))
        with counted(register) as statements:
            b.report(register)
        sent.append(len(statements))
        register.engine.dispose()
    assert sent[0] == sent[1]


def test_importing_again_asks_as_often_for_many_as_for_few(sizes):
    sent = []
    for register, size in zip(sizes, (FEW, MANY), strict=True):
        with counted(register) as statements:
            report = b.report(register, *(b.recommendation(str(n)) for n in range(1, size + 1)))
        assert (report.created, report.updated, report.unchanged) == (0, 0, size * size)
        sent.append(len(statements))
    assert sent[0] == sent[1]


@pytest.mark.parametrize("which", ["numbers", "state"])
@pytest.mark.parametrize("decision", [Event.RETRY, Event.DROP])
def test_deciding_about_many_mails_asks_as_often_as_about_few(sqlite_register, decision, which):
    crash_points.compose(sqlite_register, 12, b.NOW)
    mails = [mail.id for mail in outbox.list_outbox(sqlite_register)]
    sent = []
    for size in (3, 12):
        outbox.decide(sqlite_register, Event.DROP, mails, b.who())
        _make_uncertain(sqlite_register, mails[:size])
        with counted(sqlite_register) as statements:
            if which == "numbers":
                decided = outbox.decide(sqlite_register, decision, mails[:size], b.who())
            else:
                decided = outbox.decide_state(sqlite_register, decision, OutboxState.UNCERTAIN, b.who())
        assert len(decided) == size
        sent.append(statements)
    assert len(sent[0]) == len(sent[1]), Counter(sent[1]).most_common(1)


def _make_uncertain(register, numbers):
    with register.write() as session:
        values = {"state": OutboxState.UNCERTAIN}
        session.execute(update(outbox_table).where(outbox_table.c.id.in_(numbers)).values(values))
