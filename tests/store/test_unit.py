"""The unit of work: committed on leaving, taken back on an exception; what the database says, as a sentence."""

import shutil
import signal
import sqlite3
from contextlib import closing, nullcontext
from pathlib import Path

import builders as b
import pytest
from sqlalchemy import event, func, select, text
from sqlalchemy.exc import OperationalError, ProgrammingError

from tracker.domain.rows import Organization
from tracker.domain.vocabulary import Acceptance
from tracker.errors import BadDataError, WorldError
from tracker.interrupts import interrupt, undisturbed
from tracker.store.database import engine as engines
from tracker.store.database.engine import database_url, open_engine
from tracker.store.database.tables import batch_table
from tracker.store.organizations import add_organization, all_organizations
from tracker.store.unit import Register


def test_leaving_commits_and_raising_takes_back(register):
    with register.batch(b.who("ana", asked="one")) as batch:
        add_organization(batch, Organization("WHO", "Health"))
    with pytest.raises(ZeroDivisionError), register.batch(b.who("ana", asked="two")) as batch:  # noqa: PT012
        add_organization(batch, Organization("FAO", "Food"))
        _ = 1 / 0
    with register.read() as session:
        assert [item.code for item in all_organizations(session)] == ["WHO"]
        assert session.scalar(select(func.count()).select_from(batch_table)) == 1


def test_a_dry_run_and_a_batch_of_nothing_leave_no_trace(register):
    with register.batch(b.who("ana", asked="dry"), dry_run=True) as batch:
        add_organization(batch, Organization("WHO", "Health"))
    with register.batch(b.who("ana", asked="nothing")):
        pass
    with register.read() as session:
        assert all_organizations(session) == []
        assert session.scalar(select(func.count()).select_from(batch_table)) == 0


def test_a_programming_error_is_not_dressed_up(sqlite_register):
    with pytest.raises(OperationalError, match="no such table"), sqlite_register.read() as session:
        session.execute(text("SELECT * FROM no_such_table"))


def test_a_register_that_was_moved_away_is_neither_read_nor_written_until_it_is_back(sqlite_register, sqlite_url):
    place = Path(sqlite_url)
    with sqlite_register.read() as session:
        assert all_organizations(session) == []
    for go in (sqlite_register.read, sqlite_register.write):
        moved = place.rename(place.with_name("moved.db"))
        with pytest.raises(WorldError, match="the register is not there any more"), go():
            pytest.fail("what is not there any more was opened")
        assert not place.exists()
        moved.rename(place)
    with sqlite_register.read() as session:
        assert all_organizations(session) == []


def test_what_goes_on_for_long_goes_over_to_the_register_that_was_put_in_the_place_of_its_own(
    sqlite_register, sqlite_url, migrated_file
):
    with sqlite_register.batch(b.who("ana", asked="one")) as batch:
        add_organization(batch, Organization("WHO", "Health"))
    place = Path(sqlite_url)
    for suffix in ("", "-wal", "-shm"):
        place.with_name(place.name + suffix).rename(place.with_name(f"moved.db{suffix}"))
    shutil.copy(migrated_file, place)
    with sqlite_register.batch(b.who("ana", asked="two")) as batch:
        add_organization(batch, Organization("FAO", "Food"))
    for name, codes in ((sqlite_url, ["FAO"]), (str(place.with_name("moved.db")), ["WHO"])):
        engine = open_engine(database_url(name))
        with Register(engine).read() as session:
            assert [item.code for item in all_organizations(session)] == codes
        engine.dispose()


def test_a_register_that_is_put_aside_while_somebody_waits_for_it_is_told_as_such(sqlite_url):
    with closing(sqlite3.connect(sqlite_url)) as alone:  # as a restore leaves what it puts aside
        alone.execute("PRAGMA journal_mode = DELETE")
    engine, place = open_engine(database_url(sqlite_url)), Path(sqlite_url)
    event.listen(engine, "connect", lambda *_: place.rename(place.with_name("aside.db")), insert=True)
    with pytest.raises(WorldError, match="moved or replaced meanwhile") as caught, Register(engine).write():
        pytest.fail("what was put aside was opened")
    assert str(caught.value.remedy).endswith("nothing was changed.")
    engine.dispose()


SAID = [
    ("database is locked", "in use by another program"),
    ("attempt to write a readonly database", "cannot be written to"),
    ("database or disk is full", "the disk is full"),
    ("disk I/O error", "the disk has no room left, or failed"),
    ("unable to open database file", "cannot be opened"),
    ("file is not a database", "is not a register"),
    ("database disk image is malformed", "is damaged"),
    ('connection failed: connection to server at "127.0.0.1", port 1 failed: Connection refused', "cannot be reached"),
    (
        'connection is bad: connection to server on socket "/run/.s.PGSQL.5432" failed: No such file or directory',
        "cannot be reached",
    ),
    ("failed to resolve host 'nowhere.example.org': [Errno -2] Name or service not known", "cannot be reached"),
    ("connection timeout expired", "cannot be reached"),
    ('connection failed: FATAL:  password authentication failed for user "x"', "refuses the login"),
    ('connection failed: FATAL:  role "x" does not exist', "refuses the login"),
    ('connection failed: FATAL:  database "x" does not exist', "there is no such database"),
    ("server closed the connection unexpectedly", "went away"),
    ("FATAL:  terminating connection due to administrator command", "went away"),
    ("the connection is closed", "went away"),
    ("the connection is lost", "went away"),
    ("consuming input failed: could not receive data from server: Connection timed out", "went away"),
    ("sending query and params failed: SSL SYSCALL error: EOF detected", "went away"),
    ("consuming input failed: SSL connection has been closed unexpectedly", "went away"),
    (
        "connection failed: connection to server at 10.0.0.1 failed: FATAL:  the database system is starting up",
        "is starting or stopping",
    ),
    (
        'connection failed: connection to server at "10.0.0.1", port 5432 failed: FATAL:  sorry, too many clients already',
        "has no connection to spare",
    ),
    (
        'connection failed: connection to server at "10.0.0.1", port 5432 failed: FATAL:  no pg_hba.conf entry for host',
        "does not admit this user from this machine",
    ),
    (
        'connection failed: connection to server at "10.0.0.1" failed: server does not support SSL, but SSL was required',
        "no secure connection",
    ),
    ('connection failed: root certificate file "/root/.postgresql/root.crt" does not exist', "no secure connection"),
    (
        'connection failed: connection to server at "10.0.0.1" failed: FATAL:  Passwort-Authentifizierung fehlgeschlagen',
        "refuses the connection",
    ),
    ("permission denied for table follow_ups", "does not allow it"),
    ("must be owner of table alias", "does not allow it"),
    ("cannot execute INSERT in a read-only transaction", "the database server is read-only"),
    ("canceling statement due to lock timeout", "in use by another program"),
    ("canceling statement due to user request", "cancelled the command before it was done"),
    ("deadlock detected", "cancelled the command before it was done"),
    ('invalid connection option "foo"', "an option that PostgreSQL does not take"),
    ("PostgreSQL text fields cannot contain NUL (0x00) bytes", "a character that PostgreSQL does not keep"),
    ('connection is bad: invalid sslmode value: "nonsense"', "an option that PostgreSQL does not take"),
]


@pytest.mark.parametrize(("words", "sentence"), SAID)
def test_what_a_user_can_mend_is_a_sentence(words, sentence, sqlite_register):
    with pytest.raises(WorldError, match=sentence) as caught, sqlite_register.translated():
        raise OperationalError("SELECT 1", {}, sqlite3.OperationalError(words))
    assert caught.value.exit_status == 4
    assert caught.value.remedy
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("55P03", "in use by another program"),
        ("25006", "the database server is read-only"),
        ("40P01", "cancelled the command before it was done"),
        ("53100", "the disk is full"),
        ("42501", "does not allow it"),
        ("57P01", "went away"),
    ],
)
def test_a_server_that_speaks_another_language_is_known_by_its_codes(code, sentence, sqlite_register):
    said = sqlite3.OperationalError("erreur dans la base de données")
    said.sqlstate = code
    with pytest.raises(WorldError, match=sentence), sqlite_register.translated():
        raise OperationalError("SELECT 1", {}, said)


def test_what_postgresql_may_not_do_is_a_sentence(sqlite_register):
    with pytest.raises(WorldError, match="does not allow it"), sqlite_register.translated():
        raise ProgrammingError("SELECT 1", {}, sqlite3.ProgrammingError("permission denied for schema public"))


def test_a_register_in_use_is_said_after_the_busy_timeout(sqlite_url, monkeypatch):
    monkeypatch.setattr(engines, "BUSY_TIMEOUT_MS", 50)
    register = Register(open_engine(database_url(sqlite_url)))
    b.organizations(register, "WHO")
    other = sqlite3.connect(sqlite_url, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(WorldError, match="in use by another program"):
        b.organizations(register, "FAO")
    with register.read() as session:
        assert len(all_organizations(session)) == 1, "reading goes on meanwhile"
    other.execute("ROLLBACK")
    other.close()
    b.organizations(register, "FAO")
    register.engine.dispose()


def test_a_batch_that_another_holds_up_for_too_long_is_said_on_postgresql_too(postgres_url, monkeypatch):
    monkeypatch.setattr(engines, "LONGEST_WAIT_MS", 50)
    register, other = (Register(open_engine(database_url(postgres_url))) for _ in range(2))
    with other.batch(b.who("ana", asked="one")) as batch:
        add_organization(batch, Organization("WHO", "Health"))
        with pytest.raises(WorldError, match="in use by another program") as caught:
            b.organizations(register, "FAO")
    assert caught.value.exit_status == 4
    b.organizations(register, "FAO")
    with register.read() as session:
        assert [item.code for item in all_organizations(session)] == ["FAO", "WHO"]
    register.engine.dispose()
    other.engine.dispose()


def test_how_long_a_batch_waits_is_for_the_office_to_say(postgres_url, monkeypatch):
    monkeypatch.setattr(engines, "LONGEST_WAIT_MS", 50)
    register = Register(open_engine(database_url(f"{postgres_url}&options=-c%20lock_timeout%3D7000")))
    with register.batch(b.who("ana", asked="one"), dry_run=True) as batch:
        assert batch.session.scalar(text("SHOW lock_timeout")) == "7s"
    register.engine.dispose()


def end_connections(server, register):
    """As the server does when it stops."""
    ended = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{register.engine.url.database}';"
    server.psql(ended)


def _at_insert(act):
    once = iter([act])

    def look(_connection, _cursor, statement, *_):
        if statement.startswith("INSERT"):
            next(once, lambda: None)()

    return look


def test_of_a_server_that_goes_away_at_the_commit_it_is_not_said_that_nothing_was_changed(postgres, postgres_url):
    register = Register(open_engine(database_url(postgres_url)))
    event.listen(register.engine, "commit", lambda _: end_connections(postgres, register))
    with pytest.raises(WorldError, match="went away before it said that all is written") as caught:
        b.organizations(register, "WHO")
    assert "nothing was changed" not in str(caught.value)
    assert "may be written or not" in str(caught.value)
    assert not register.has_written
    register.engine.dispose()


def test_a_server_that_goes_away_before_all_is_asked_has_changed_nothing(postgres, postgres_url):
    register = Register(open_engine(database_url(postgres_url)))
    event.listen(register.engine, "before_cursor_execute", _at_insert(lambda: end_connections(postgres, register)))
    with pytest.raises(WorldError, match=r"went away\. Try again; nothing was changed"):
        b.organizations(register, "WHO")
    with register.read() as session:
        assert all_organizations(session) == [], "the same program goes on when the server is back"
    register.engine.dispose()


def test_a_server_that_is_gone_without_a_word_is_not_awaited_for_hours(postgres_url):
    for address, seconds in ((postgres_url, "30"), (f"{postgres_url}&keepalives_idle=7", "7")):
        engine = open_engine(database_url(address))
        with engine.connect() as connection:
            said = {item.keyword.decode(): item.val for item in connection.connection.dbapi_connection.pgconn.info}
        assert said["keepalives_idle"] == seconds.encode()
        assert said["tcp_user_timeout"] == b"60000"
        engine.dispose()


def test_a_postgresql_that_is_not_there_and_a_database_that_is_not_there(postgres):
    for url, sentence in [
        ("postgresql://nobody@127.0.0.1:1/none", "cannot be reached"),
        (postgres.get_uri("no_such_database"), "there is no such database"),
    ]:
        register = Register(open_engine(database_url(url)))
        with pytest.raises(WorldError, match=sentence), register.read() as session:
            session.execute(text("SELECT 1"))


def test_a_statement_that_the_server_ends_is_a_sentence(postgres_url):
    register = Register(open_engine(database_url(f"{postgres_url}&options=-c%20statement_timeout%3D50")))
    with pytest.raises(WorldError, match="cancelled the command before it was done"), register.read() as session:
        session.execute(text("SELECT pg_sleep(20)"))
    register.engine.dispose()


@pytest.mark.parametrize(
    "url", ["postgresql://me:s3cret@127.0.0.1:1/none", "postgresql://127.0.0.1:1/a?password=s3cret"]
)
def test_a_password_is_never_told(url):
    register = Register(open_engine(database_url(url)))
    with pytest.raises(WorldError) as caught, register.read() as session:
        session.execute(text("SELECT 1"))
    assert "s3cret" not in str(caught.value)
    assert "127.0.0.1" in str(caught.value)


@pytest.mark.parametrize("text_", ["mysql://host/x", "oracle+x://host", "://", "postgresql://host:port/x"])
def test_an_address_that_cannot_be_used_is_refused(text_):
    with pytest.raises((BadDataError, WorldError)):
        open_engine(database_url(text_))


def test_an_undone_update_is_not_half_there(register):
    b.organizations(register, "WHO")
    b.report(register)
    with pytest.raises(RuntimeError), register.batch(b.who("ana", asked="x")) as batch:  # noqa: PT012
        batch.touch()
        raise RuntimeError
    b.move(register, "501/R1", "WHO", to=Acceptance.ACCEPTED)
    assert b.follow_up(register, "501/R1", "WHO").acceptance is Acceptance.ACCEPTED


@pytest.fixture
def hearing():
    """Ctrl-C is heard, which it is not in what a shell starts in the background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def test_ctrl_c_in_the_midst_of_a_commit_comes_when_it_is_noted(sqlite_register, hearing):
    event.listen(sqlite_register.engine, "commit", lambda _: signal.raise_signal(signal.SIGINT))
    with pytest.raises(KeyboardInterrupt):
        b.organizations(sqlite_register, "WHO")
    assert sqlite_register.has_written
    with sqlite_register.read() as session:
        assert [item.code for item in all_organizations(session)] == ["WHO"]


def test_a_second_ctrl_c_is_heard_at_once_and_one_at_the_end_not_at_all(hearing):
    heard = []
    with pytest.raises(KeyboardInterrupt), undisturbed():  # noqa: PT012
        signal.raise_signal(signal.SIGINT)
        heard.append(1)
        signal.raise_signal(signal.SIGINT)
        heard.append(2)
    with undisturbed(forgetting=True):
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)
    assert heard == [1]


@pytest.mark.parametrize(("number", "stops"), [(signal.SIGTERM, True), (signal.SIGINT, False)])
def test_where_ctrl_c_is_ignored_other_signals_stop_what_is_under_way(number, stops):
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with pytest.raises(KeyboardInterrupt) if stops else nullcontext(), undisturbed():
            interrupt(number)
    finally:
        signal.signal(signal.SIGINT, before)


def test_what_was_written_is_noted(register):
    with register.read():
        pass
    with register.batch(b.who("ana", asked="dry"), dry_run=True) as batch:
        add_organization(batch, Organization("WHO", "Health"))
    assert (register.has_written, register.has_spoken) == (False, False)
    with register.batch(b.who("ana", asked="wet")) as batch:
        add_organization(batch, Organization("WHO", "Health"))
    assert (register.has_written, register.has_spoken) == (True, False), "nothing about a follow-up"
