"""The road to the schema: one head, both ways, on both databases; refusals of what is not ours."""

import os
import sqlite3
import stat

import pytest
from alembic import command
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text
from sqlalchemy.exc import IntegrityError

from tracker.errors import WorldError
from tracker.services.upkeep.registration import check, initialize
from tracker.store.database import engine as engines
from tracker.store.database import schema
from tracker.store.database.engine import database_url, open_engine
from tracker.store.database.metadata import METADATA
from tracker.store.mails.returns import list_received, words_beside
from tracker.store.unit import Register


def scripts():
    return ScriptDirectory.from_config(schema._config(None))


@pytest.fixture
def empty_engine(request, tmp_path):
    """A database of the kind asked for, with nothing in it."""
    if request.param == "sqlite":
        engine = open_engine(database_url(str(tmp_path / "empty.db")))
        yield engine
        engine.dispose()
        return
    server = request.getfixturevalue("postgres")
    name = f"empty_{os.getpid()}_{id(request)}"
    server.psql(f"CREATE DATABASE {name};")
    engine = open_engine(database_url(server.get_uri(name)))
    yield engine
    engine.dispose()
    server.psql(f"DROP DATABASE {name} WITH (FORCE);")


both = pytest.mark.parametrize("empty_engine", ["sqlite", "postgresql"], indirect=True)


def test_there_is_one_head_and_the_program_knows_it():
    assert scripts().get_heads() == [schema.HEAD]


def test_the_versions_can_be_compared_as_words():
    walked = [revision.revision for revision in scripts().walk_revisions()]
    assert walked == sorted(walked, reverse=True)


@both
def test_from_empty_to_head_to_empty_to_head(empty_engine):
    assert schema.upgrade(empty_engine) == (None, schema.HEAD)
    assert schema.differences(empty_engine) == []
    with empty_engine.connect() as connection:
        command.downgrade(schema._config(connection), "base")
    with empty_engine.connect() as connection:
        left = set(inspect(connection).get_table_names())
    assert left <= {"alembic_version"}, "a downgrade leaves nothing behind"
    assert schema.upgrade(empty_engine) == (None, schema.HEAD)
    assert schema.differences(empty_engine) == []


@both
def test_every_step_can_be_taken_back_and_taken_again(empty_engine):
    for revision in reversed([item.revision for item in scripts().walk_revisions()]):
        schema.upgrade(empty_engine, revision=revision)
        with empty_engine.connect() as connection:
            command.downgrade(schema._config(connection), "-1")
        schema.upgrade(empty_engine, revision=revision)
    assert schema.differences(empty_engine) == []


@pytest.mark.parametrize("empty_engine", ["postgresql"], indirect=True)
def test_what_rows_are_ordered_by_is_compared_by_code_point_whatever_the_locale(empty_engine):
    schema.upgrade(empty_engine)
    wanted = {
        (table.name, column.name)
        for table in METADATA.sorted_tables
        for column in table.columns
        if getattr(column.type.dialect_impl(empty_engine.dialect), "collation", None)
    }
    found = inspect(empty_engine)
    collated = {
        (table, column["name"]): column["type"].collation
        for table in found.get_table_names()
        for column in found.get_columns(table)
        if getattr(column["type"], "collation", None)
    }
    assert collated == dict.fromkeys(wanted, "C")
    assert {("organization", "folded"), ("symbol", "symbol"), ("view", "name")} <= wanted


_MAIL = (
    "INSERT INTO outbox (id, key, recipient, subject, message, state, queued_at, next_attempt_at) "
    "VALUES ({0}, 'k{0}', 'a@example.org', 's', 'm', '{1}', '2026-11-02 09:00:00', '2026-11-02 09:00:00')"
)
_DIGEST = (
    "INSERT INTO reminder (id, recipient, cycle, composed_at, outbox_id) "
    "VALUES ({0}, 'a@example.org', '2026-11', '2026-11-02 09:00:00', {0})"
)


@both
def test_mails_and_their_digests_outlive_the_way_to_several_digests_in_a_cycle_and_back(empty_engine):
    schema.upgrade(empty_engine, revision="0010")
    with empty_engine.begin() as connection:
        for statement in (_MAIL.format(1, "queued"), _MAIL.format(2, "held"), _DIGEST.format(1)):
            connection.execute(text(statement))
        connection.execute(text("INSERT INTO delivery VALUES (1, 1, '2026-11-02 09:00:00', 'retry', 'later')"))
    schema.upgrade(empty_engine)
    with empty_engine.begin() as connection:
        assert list(connection.execute(text("SELECT state FROM outbox ORDER BY id")).scalars()) == ["queued", "failed"]
        connection.execute(text(_DIGEST.format(2)))
    with pytest.raises(IntegrityError), empty_engine.begin() as connection:
        connection.execute(text("UPDATE outbox SET state = 'held'"))
    with empty_engine.connect() as connection:
        command.downgrade(schema._config(connection), "0010")
    with empty_engine.begin() as connection:
        assert list(connection.execute(text("SELECT outbox_id FROM reminder")).scalars()) == [2]
        assert connection.execute(text("SELECT count(*) FROM outbox")).scalar() == 2
        assert connection.execute(text("SELECT answer FROM delivery")).scalar() == "later"
        connection.execute(text("UPDATE outbox SET state = 'held' WHERE id = 2"))
    schema.upgrade(empty_engine)
    assert schema.differences(empty_engine) == []


@both
def test_a_mail_outlives_the_way_to_words_beside_its_return_and_back(empty_engine):
    schema.upgrade(empty_engine, revision="0011")
    mail = "INSERT INTO received_mail (id, key, sender, subject, fetched_at, verdict) "
    with empty_engine.begin() as connection:
        connection.execute(text(f"{mail} VALUES (1, '<1@x>', 'a@x', 's', '2026-11-02 09:00:00', 'queued')"))
        connection.execute(
            text(
                "INSERT INTO received_return (id, sha256, name, size, received_at, state, mail_id) "
                "VALUES (1, 'aa', 'who.xlsx', 1, '2026-11-02 09:00:00', 'queued', 1)"
            )
        )
    schema.upgrade(empty_engine)
    with empty_engine.begin() as connection:
        assert list_received(connection)[0].has_words is False
        connection.execute(text("UPDATE received_mail SET words = 'R5 is refused.'"))
        assert (list_received(connection)[0].has_words, words_beside(connection, 1)) == (True, "R5 is refused.")
    with empty_engine.connect() as connection:
        command.downgrade(schema._config(connection), "0011")
        assert connection.execute(text("SELECT key FROM received_mail")).scalars().all() == ["<1@x>"]
    schema.upgrade(empty_engine)
    assert schema.differences(empty_engine) == []


@both
def test_a_difference_would_be_found(empty_engine):
    schema.upgrade(empty_engine)
    with empty_engine.begin() as connection:
        connection.execute(text("ALTER TABLE officer ADD COLUMN telephone VARCHAR"))
    assert any("telephone" in found for found in schema.differences(empty_engine))


def test_a_newer_register_is_refused_by_reading_and_by_upgrading(register):
    with register.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    for refused in (schema.check_current, schema.upgrade):
        with pytest.raises(WorldError, match=r"is newer \(9999\) than this program") as caught:
            refused(register.engine)
        assert caught.value.remedy == "Install the newer version of tracker; nothing was changed."


@both
def test_the_database_of_another_program_is_left_alone(empty_engine):
    with empty_engine.begin() as connection:
        connection.execute(text("CREATE TABLE report (anything INTEGER)"))
    with pytest.raises(WorldError, match="holds a table report of another program"):
        schema.upgrade(empty_engine)
    with empty_engine.begin() as connection:
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR)"))
        connection.execute(text("INSERT INTO alembic_version VALUES ('abcdef012345')"))
    for refused in (schema.check_current, schema.upgrade):
        with pytest.raises(WorldError, match="belongs to another program"):
            refused(empty_engine)


def test_an_older_register_is_sent_to_the_upgrade(register):
    with register.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    with pytest.raises(WorldError, match=r"of an older version .* tracker db upgrade"):
        schema.check_current(register.engine)


@both
def test_a_database_without_a_register_is_sent_to_init(empty_engine):
    with pytest.raises(WorldError, match=r"there is no register in .*tracker init"):
        schema.check_current(empty_engine)


def test_init_twice_is_harmless_and_the_file_is_its_owners(tmp_path):
    place = tmp_path / "100% odd dir" / "the register.db"
    before = os.umask(0)  # the mode is ours, not the umask's
    try:
        assert initialize(str(place)) == (None, schema.HEAD, str(place))
    finally:
        os.umask(before)
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    engine = open_engine(database_url(str(place)))
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO organization (code, folded, name, timezone, language) VALUES ('WHO','WHO','H','UTC','en')"
            )
        )
    assert initialize(str(place)) == (schema.HEAD, schema.HEAD, str(place))
    with engine.connect() as connection:
        assert connection.execute(text("SELECT code FROM organization")).scalars().all() == ["WHO"]
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in place.parent.iterdir()}
    engine.dispose()
    assert set(modes.values()) == {0o600}, f"the log beside the file is as private as the file: {modes}"


@both
def test_an_upgrade_is_one_transaction(empty_engine, monkeypatch):
    schema.upgrade(empty_engine, revision="0002")
    create_table, made = Operations.create_table, []

    def stopped(operations, name, *columns, **more):
        made.append(name)
        if name == "alias":  # of 0004
            raise KeyboardInterrupt
        return create_table(operations, name, *columns, **more)

    monkeypatch.setattr(Operations, "create_table", stopped)
    with pytest.raises(KeyboardInterrupt):
        schema.upgrade(empty_engine)
    with empty_engine.connect() as connection:
        assert (made[-1], schema.current(connection)) == ("alias", "0002")


@pytest.mark.parametrize("empty_engine", ["postgresql"], indirect=True)
def test_an_upgrade_waits_no_longer_than_a_minute_for_who_reads(empty_engine, monkeypatch):
    monkeypatch.setattr(engines, "LONGEST_WAIT_MS", 50)
    schema.upgrade(empty_engine, revision="0005")
    with empty_engine.connect() as reader:
        for table in ("batch", "follow_up", "journal", "outbox", "report"):
            reader.execute(text(f"SELECT count(*) FROM {table}"))
        with pytest.raises(WorldError, match="in use by another program"), Register(empty_engine).translated():
            schema.upgrade(empty_engine)
    with empty_engine.connect() as connection:
        assert schema.current(connection) == "0005"
    assert schema.upgrade(empty_engine) == ("0005", schema.HEAD)


def test_an_init_that_was_stopped_leaves_no_file(tmp_path, monkeypatch):
    def stop(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(command, "upgrade", stop)
    with pytest.raises(KeyboardInterrupt):
        initialize(str(tmp_path / "register.db"))
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "register.db").touch()
    with pytest.raises(KeyboardInterrupt):
        initialize(str(tmp_path / "register.db"))
    assert (tmp_path / "register.db").exists(), "what was there before stays"


def test_an_existing_file_keeps_its_mode_and_its_content(tmp_path):
    place = tmp_path / "register.db"
    initialize(str(place))
    place.chmod(0o640)
    initialize(str(place))
    assert stat.S_IMODE(place.stat().st_mode) == 0o640


def test_foreign_keys_hold_on_both_databases(register):
    with pytest.raises(IntegrityError), register.write() as session:
        session.execute(
            text("INSERT INTO symbol (report_id, symbol, folded, role) VALUES (4711, 'A/1', 'A/1', 'main')")
        )


def test_sqlite_keeps_what_was_committed(sqlite_register):
    with sqlite_register.engine.connect() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "foreign_keys", "busy_timeout", "synchronous")
        }
    assert pragmas == {"journal_mode": "wal", "foreign_keys": 1, "busy_timeout": 10_000, "synchronous": 2}


def test_a_migrated_register_is_found_sound(register):
    assert check(register) == []


def test_a_row_that_refers_to_nothing_is_found(sqlite_register):
    other = sqlite3.connect(sqlite_register.engine.url.database)  # as another program would, without foreign keys
    other.execute("INSERT INTO symbol (report_id, symbol, folded, role) VALUES (4711, 'A/1', 'A/1', 'main')")
    other.commit()
    other.close()
    assert any("symbol" in found for found in check(sqlite_register))
