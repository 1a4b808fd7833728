"""A register in a folder where nothing may be written: it is read, and never as one that somebody else writes.

Root may write everywhere: what a folder allows is asked at one place, and what SQLite writes beside the file to
read it is kept from it by a link that names no server.
"""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import builders as b
import pytest

from tracker.domain.vocabulary import Acceptance
from tracker.errors import WorldError
from tracker.store.database.engine import database_url, open_engine
from tracker.store.database.read_only_files import connect_to_copy


@pytest.fixture
def filled(sqlite_register, run):
    """A register of two recommendations and an organization, which no program has open."""
    b.organizations(sqlite_register, "WHO")
    b.report(sqlite_register)
    b.move(sqlite_register, "501/R1", "WHO", to=Acceptance.ACCEPTED)
    sqlite_register.engine.dispose()
    return run


@pytest.fixture
def closed(monkeypatch, filled, sqlite_url):
    """The same where nothing may be written from now on."""
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK or Path(path) != Path(sqlite_url).parent)
    Path(f"{sqlite_url}-shm").symlink_to("/there/is/none")
    return filled


READING = [
    "list thing --json",
    "list --as-of 2026-01-01",
    "show R1",
    "history R1",
    "stats --by org",
    "export --out {out}/r.json",
    "report quarterly 2026Q3 --out {out}",
    "audit verify",
    "audit export",
    "db check",
    "status",
    "remind preview",
]


@pytest.mark.parametrize("words", READING)
def test_what_only_reads_reads(closed, words, tmp_path_factory):
    out = tmp_path_factory.mktemp("out")
    done = closed(*words.format(out=out).split())
    assert done.exit_code == 0, done.stderr


@pytest.mark.parametrize(
    "words", ["update R2 WHO --to accepted", "undo", "org add FAO --name Food", "db upgrade", "view save v --open"]
)
def test_what_writes_says_that_it_may_not(closed, words, sqlite_url):
    before = Path(sqlite_url).read_bytes()
    done = closed(*words.split())
    assert (done.exit_code, done.stdout) == (4, "")
    assert done.stderr == (
        f"tracker: {sqlite_url}: the register cannot be written to. Check the permissions of the file and its folder.\n"
    )
    assert Path(sqlite_url).read_bytes() == before


def connected(file):
    return connect_to_copy(open_engine(database_url(str(file))).dialect, None, [str(file)], {})


@pytest.mark.usefixtures("filled")
def test_a_folder_that_may_be_written_is_used_as_ever(sqlite_url):
    assert connected(sqlite_url) is None


@pytest.mark.parametrize("beside", ["-wal", "-shm", "-journal"])
@pytest.mark.usefixtures("closed")
def test_a_register_that_is_open_is_left_to_sqlite(sqlite_url, beside):
    file = Path(f"{sqlite_url}{beside}")
    file.unlink(missing_ok=True)
    file.touch()
    connected(sqlite_url).close()
    file.write_bytes(b"x")
    assert connected(sqlite_url) is None


@pytest.mark.usefixtures("closed")
def test_of_a_register_that_is_being_written_no_part_is_taken(sqlite_url, monkeypatch):
    read = Path.read_bytes

    def meanwhile(file):
        content = read(file)
        os.utime(file, (1, 1))
        return content

    monkeypatch.setattr(Path, "read_bytes", meanwhile)
    with pytest.raises(WorldError, match="was written while it was read"):
        connected(sqlite_url)


@pytest.mark.usefixtures("closed")
def test_nothing_is_written_into_what_nobody_would_find(sqlite_url):
    with closing(connected(sqlite_url)) as connection, pytest.raises(sqlite3.OperationalError, match="readonly"):
        connection.execute("DELETE FROM view")
