"""What the world does to a register: one sentence, the right exit status, the register as before."""

import json
import os
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

import pytest

from tracker.store.database import engine as engines
from tracker.store.database import schema

ROOT = Path(schema.__file__).resolve().parents[2]
NOBODY = 65534


def program(url, *words, before=None):
    """The program in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "tracker", "--database", str(url), "--actor", "ana", *words],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=before,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


def is_one_sentence(stderr, says):
    lines = stderr.strip().splitlines()
    assert len(lines) == 1, stderr
    assert lines[0].startswith("tracker: ")
    assert says in lines[0]
    assert "Traceback" not in stderr
    assert "sqlalche" not in stderr


def content(path):
    with closing(sqlite3.connect(path)) as connection, connection:
        return [row for row in connection.iterdump() if "search_" not in row]


@pytest.fixture
def as_nobody(run, tmp_path, monkeypatch):
    """A folder that anybody may read, and commands run there by a user who may not write."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        pytest.skip("only root may become another user")
    folder = Path(tempfile.mkdtemp(prefix="tracker-nobody-"))
    folder.chmod(0o755)
    monkeypatch.chdir(folder)
    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"):
        monkeypatch.setenv(name, str(folder))

    def invoke(*words):
        run("--database", str(tmp_path / "warm.db"), "init")  # what a command imports must be in memory already
        run(*words, "--help")
        os.seteuid(NOBODY)
        try:
            return run("--database", str(folder / "register.db"), *words)
        finally:
            os.seteuid(0)

    yield folder, invoke
    shutil.rmtree(folder)


def test_a_file_that_is_no_database(run, tmp_path):
    place = tmp_path / "letter.txt"
    place.write_text("Dear colleague, " * 100)
    for words in (["list"], ["init"], ["update", "R1", "WHO", "--to", "accepted"], ["db", "check"]):
        done = run("--database", str(place), *words)
        assert done.exit_code == 4
        is_one_sentence(done.stderr, "the file is not a register.")
    assert place.read_text() == "Dear colleague, " * 100


def test_a_database_of_another_program(run, tmp_path):
    place = tmp_path / "other.db"
    with closing(sqlite3.connect(place)) as connection, connection:
        connection.execute("CREATE TABLE songs (title)")
    done = run("--database", str(place), "list")
    assert done.exit_code == 4
    is_one_sentence(done.stderr, "there is no register in")


def test_an_empty_file(run, tmp_path):
    place = tmp_path / "empty.db"
    place.touch()
    done = run("--database", str(place), "list")
    assert done.exit_code == 4
    is_one_sentence(done.stderr, "there is no register in")


@pytest.mark.parametrize(
    "words", [["list"], ["db", "check"], ["audit", "verify"], ["org", "add", "FAO", "--name", "Food"]], ids=" ".join
)
def test_a_damaged_register(filled, sqlite_url, words):
    with closing(sqlite3.connect(sqlite_url)) as connection, connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        page = connection.execute("PRAGMA page_size").fetchone()[0]
    with Path(sqlite_url).open("r+b") as file:
        pages = os.fstat(file.fileno()).st_size // page
        file.seek(page)
        file.write(os.urandom(page * (pages - 1)))
    done = filled(*words)
    assert done.exit_code in (1, 4), done.output
    assert "Traceback" not in done.output
    assert not isinstance(done.exception, sqlite3.Error)
    is_one_sentence(done.stderr, "")


def test_a_truncated_register(filled, sqlite_url):
    with closing(sqlite3.connect(sqlite_url)) as connection, connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    os.truncate(sqlite_url, Path(sqlite_url).stat().st_size // 2)
    done = filled("list")
    assert done.exit_code == 4
    is_one_sentence(done.stderr, "the register is damaged.")


def test_a_register_in_use(filled, sqlite_url, monkeypatch):
    monkeypatch.setattr(engines, "BUSY_TIMEOUT_MS", 50)
    other = sqlite3.connect(sqlite_url, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    done = filled("update", "R1", "WHO", "--to", "accepted")
    assert done.exit_code == 4
    is_one_sentence(
        done.stderr, "the register is in use by another program. Try again in a moment; nothing was changed."
    )
    assert filled("list").exit_code == 0, "reading goes on"
    other.execute("ROLLBACK")
    other.close()


def test_a_folder_that_is_a_file_and_a_register_that_is_a_folder(run, tmp_path):
    (tmp_path / "file").touch()
    done = run("--database", str(tmp_path / "file" / "register.db"), "init")
    assert done.exit_code == 4
    is_one_sentence(done.stderr, "the register cannot be made")
    (tmp_path / "folder").mkdir()
    for word in ("init", "list"):
        done = run("--database", str(tmp_path / "folder"), word)
        assert done.exit_code == 4
        is_one_sentence(done.stderr, "the register cannot be opened.")


def test_a_read_only_folder(as_nobody):
    folder, run_there = as_nobody
    done = run_there("init")
    assert done.exit_code == 4, done.output
    is_one_sentence(done.stderr, "the register cannot be made: permission denied.")
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("mode", [0o644, 0o600])
def test_a_read_only_register(as_nobody, filled, sqlite_url, mode):
    folder, run_there = as_nobody
    with closing(sqlite3.connect(sqlite_url)) as connection, connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(sqlite_url, folder / "register.db")
    (folder / "register.db").chmod(mode)
    before = content(folder / "register.db")
    filled("update", "R1", "WHO", "--note", "warm")
    done = run_there("update", "R1", "WHO", "--to", "accepted")
    assert done.exit_code == 4, done.output
    is_one_sentence(
        done.stderr, "the register cannot be opened." if mode == 0o600 else "the register cannot be written to."
    )
    assert content(folder / "register.db") == before


def full_disk(size):
    """No file of the process may grow beyond `size` bytes: what a full disk is to a database."""
    import signal

    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    return limit


def test_a_full_disk(filled, sqlite_url, tmp_path):
    with closing(sqlite3.connect(sqlite_url)) as connection, connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    before = content(sqlite_url)
    done = program(sqlite_url, "org", "import", "--preset", "jiu", before=full_disk(8192))
    assert done.returncode == 4, done.stderr
    is_one_sentence(done.stderr, "the disk")
    assert content(sqlite_url) == before
    assert filled("org", "import", "--preset", "jiu").exit_code == 0, "with room again it goes on"
    out = tmp_path / "out.json"
    with closing(sqlite3.connect(sqlite_url)) as reader:
        reader.execute(
            "SELECT * FROM batch"
        ).fetchall()  # the log's index is there, so that only the export is too large
        done = program(sqlite_url, "export", "--out", str(out), before=full_disk(512))
    assert done.returncode == 4
    is_one_sentence(done.stderr, "file too large")
    assert not out.exists()


def test_evidence_on_a_full_disk_is_not_half_kept(filled, sqlite_url, tmp_path):
    proof = tmp_path / "proof.pdf"
    proof.write_bytes(b"x" * 100_000)
    done = program(sqlite_url, "update", "R1", "WHO", "--evidence", str(proof), before=full_disk(50_000))
    assert done.returncode == 4, done.stderr
    is_one_sentence(done.stderr, "file too large")
    kept = [path for path in (tmp_path / "evidence").rglob("*") if path.is_file()]
    assert kept == []


def test_a_newer_register(filled, sqlite_url):
    with closing(sqlite3.connect(sqlite_url)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    for words in (["list"], ["init"], ["db", "upgrade"]):
        done = filled(*words)
        assert done.exit_code == 4
        is_one_sentence(done.stderr, "is newer (9999) than this program")


@pytest.mark.parametrize(
    ("url", "status", "says"),
    [
        ("postgresql://nobody@127.0.0.1:1/none", 4, "the database server cannot be reached."),
        ("postgresql://nobody:s3cret@127.0.0.1:1/none", 4, "the database server cannot be reached."),
        ("postgresql://nobody@host:port/none", 1, "the database address cannot be read."),
        ("postgresql://ana:p@ss@host/none", 1, "has an @ in the user or the password. Write it as %40, or keep"),
        ("mysql://host/none", 1, "the register cannot be kept in mysql."),
        ("nonsense://x", 1, "the register cannot be kept in nonsense."),
        ("postgresql://nobody@127.0.0.1:1/none?foo=bar", 4, "an option that PostgreSQL does not take."),
        ("postgresql+asyncpg://nobody@127.0.0.1:1/none", 1, "cannot be kept in postgresql+asyncpg."),
        ("sqlite+foo:///r.db", 1, "the register cannot be kept in sqlite+foo."),
        ("sqlite://", 1, "the database address names no file."),
        (":memory:", 1, "the database address names no file."),
        ("sqlite:///r.db?mode=ro", 1, "the database address names no file."),
        ("~nobodyhere/r.db", 1, "no user of that name has a home folder here."),
    ],
)
def test_a_database_that_is_not_there(run, url, status, says):
    for word in ("list", "init"):
        done = run("--database", url, word)
        assert done.exit_code == status, done.output
        is_one_sentence(done.stderr, says)
        assert "s3cret" not in done.output


@pytest.mark.parametrize(
    "words",
    [
        ["list", "--silent-for", "99999999999"],
        ["list", "--silent-for", "-1"],
        ["list", "--year", "99999999999999999999"],
        ["list", "--limit", "99999999999999999999"],
        ["correct", "R1", "WHO", "99999999999999999999", "--note", "x"],
        ["officer", "end", "99999999999999999999"],
        ["list", "--due-before", "9999Q4"],
        ["list", "--as-of", "0001-01-01"],
        ["list", "--as-of", "9999-12-31"],
        ["list", "--known-at", "0001-01-01T00:00:00+14:00"],
        ["list", "--known-at", "9999-12-31T23:59:59-14:00"],
        ["show", "R" + "9" * 5000],
        ["list", "x" * 10_000],
        ["list", '" OR *'],
        ["list", "%' --"],
        ["update", "R1", "WHO", "--due", "9999-12-31"],
        ["update", "R1", "WHO", "--note", "caf\u00e9 \U0001f600 \u202e \u0000"],
    ],
    ids=lambda words: " ".join(words)[:50].encode("unicode_escape").decode(),
)
def test_odd_values_end_in_an_answer_or_a_sentence(filled, words):
    done = filled(*words)
    assert done.exit_code in (0, 1, 2), (done.output, done.exception)
    assert done.exception is None or isinstance(done.exception, SystemExit)


@pytest.mark.parametrize(
    "words",
    [
        ["list", "\udcff"],
        ["update", "R1", "WHO", "--note", "caf\udce9"],
        ["show", "\udcff"],
        ["org", "add", "X\udcff", "--name", "N"],
    ],
    ids=ascii,
)
def test_words_that_are_no_utf_8(filled, sqlite_url, words):
    done = program(sqlite_url, *words)
    assert done.returncode == 2, done.stderr
    is_one_sentence(done.stderr, "is not UTF-8.")
    assert json.loads(filled("show", "R1", "WHO", "--json").stdout)["note"] is None


@pytest.mark.parametrize(
    ("toml", "says"),
    [
        ("[office", "this is not TOML"),
        ("[offise]\nname = 'x'", "offise is not a setting. Did you mean office?"),
        ("[office]\nnaem = 'x'", "[office] naem is not a setting. Did you mean name?"),
        ("office = 3", "office must be a section."),
        ("[office]\ntimezone = 'Mars/One'", "[office] timezone is “Mars/One”, which is not a time zone."),
        ("[office]\ntimezone = '../etc'", "which is not a time zone."),
        ("[office]\ntimezone = 'Europe'", "which is not a time zone."),
        ("[office]\nemail = 'office'", "[office] email is “office”, which is not an email address."),
        ("[office]\nreply_to = ''", "[office] reply_to is “”, which is not an email address."),
    ],
)
def test_a_configuration_with_a_mistake(run, tmp_path, toml, says):
    (tmp_path / "tracker.toml").write_text(toml)
    done = run("--config", str(tmp_path / "tracker.toml"), "list")
    assert done.exit_code == 1
    is_one_sentence(done.stderr, says)


def test_a_configuration_that_is_not_there(run, tmp_path, monkeypatch):
    done = run("--config", str(tmp_path / "none.toml"), "list")
    assert done.exit_code == 1
    is_one_sentence(done.stderr, "there is no such configuration file. Check --config.")
    monkeypatch.setenv("TRACKER_CONFIG", "none.toml")
    is_one_sentence(run("list").stderr, "there is no such configuration file. Check TRACKER_CONFIG.")


def test_a_time_zone_that_is_none(run, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "UTC+25")
        time.tzset()
        done = run("list")
    time.tzset()
    assert done.exit_code == 4
    is_one_sentence(done.stderr, "this machine's time zone cannot be used.")


@pytest.mark.parametrize("words", [["org", "import"], ["return", "read"], ["import", "--as", "export"]], ids=" ".join)
def test_a_pipe_in_the_place_of_a_file(run, tmp_path, words):
    os.mkfifo(tmp_path / "pipe.xlsx")
    done = run(*words, str(tmp_path / "pipe.xlsx"))
    assert done.exit_code == 1
    is_one_sentence(done.stderr.splitlines()[-1], "is not a regular file.")
