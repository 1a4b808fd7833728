"""Several programs on one register: nothing lost, the chain whole, nobody turned away."""

import multiprocessing
from datetime import timedelta

import builders as b
import pytest
from sqlalchemy import func, select

from tracker.domain.journal import GENESIS, batch_hash
from tracker.domain.journal import standing as fold
from tracker.domain.vocabulary import Acceptance
from tracker.errors import RefusedError
from tracker.services.upkeep import audit
from tracker.store.database.engine import database_url, open_engine
from tracker.store.database.tables import batch_table, journal_table
from tracker.store.journal import chain, history
from tracker.store.unit import Register

PROCESSES, UPDATES = 3, 8


@pytest.fixture
def url(register_url):
    engine = open_engine(database_url(register_url))
    register = Register(engine)
    b.organizations(register, "WHO", "FAO")
    b.report(register, b.recommendation("1"))
    engine.dispose()
    return register_url


def write_updates(url, name, failures):
    """What one program does: read where things stand, decide, write; over and over."""
    engine = open_engine(database_url(url))
    try:
        for number in range(UPDATES):
            to = Acceptance.ACCEPTED if number % 2 else Acceptance.UNDER_CONSIDERATION
            now = b.NOW + timedelta(seconds=number)
            b.move(Register(engine), "R1", "WHO", "FAO", to=to, note=f"{name} {number}", actor=name, now=now)
    except Exception as error:  # noqa: BLE001 - whatever it is must reach the test
        failures.put(f"{name}: {error!r}")
    finally:
        engine.dispose()


def test_updates_of_several_processes_are_all_kept(url):
    context = multiprocessing.get_context("spawn")
    failures = context.Queue()
    writers = [context.Process(target=write_updates, args=(url, f"p{n}", failures)) for n in range(PROCESSES)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    assert [writer.exitcode for writer in writers] == [0] * PROCESSES
    assert failures.empty(), failures.get()
    _check_whole(url, batches=PROCESSES * UPDATES)


def _check_whole(url, *, batches):
    engine = open_engine(database_url(url))
    register = Register(engine)
    row = b.follow_up(register, "R1", "WHO")
    assert row.version == 1 + batches, "a lost update would leave a lower version"
    with register.read() as session:
        numbers = session.scalars(select(batch_table.c.number).order_by(batch_table.c.number)).all()
        assert numbers == list(range(1, batches + 3))
        assert session.scalar(select(func.count()).select_from(journal_table)) == 2 + 2 * batches
        at = fold(history(session, [row.id])[row.id])
        assert (at.positions.acceptance, at.last.note) == (row.acceptance, row.note)
        previous = GENESIS
        for facts, before, own, lines in chain(session):
            assert before == previous
            assert own == batch_hash(before, facts, lines)
            previous = own
    assert audit.verify(register, b.TODAY).findings == []
    engine.dispose()


def test_a_reader_sees_one_state_while_a_writer_writes(url):
    engine = open_engine(database_url(url))
    register = Register(engine)
    with register.read() as session:
        count = select(func.count()).select_from(journal_table)
        before = session.scalar(count)
        b.move(register, "R1", "WHO", to=Acceptance.ACCEPTED)
        assert session.scalar(count) == before
    with register.read() as session:
        assert session.scalar(count) == before + 1
    engine.dispose()


def test_a_refused_update_leaves_no_trace_and_frees_the_register(url):
    engine = open_engine(database_url(url))
    register = Register(engine)
    with register.read() as session:
        before = session.scalar(select(func.count()).select_from(batch_table))
    with pytest.raises(RefusedError):
        b.move(register, "R1", "WHO", to=Acceptance.NOT_ACCEPTED)
    with register.read() as session:
        assert session.scalar(select(func.count()).select_from(batch_table)) == before
    b.move(register, "R1", "WHO", to=Acceptance.ACCEPTED)
    engine.dispose()
