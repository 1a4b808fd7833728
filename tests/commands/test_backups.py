"""`tracker db backup`, `restore` and `check` where something is in the way: nothing is lost, and a sentence says why."""

import errno
import hashlib
import json
import os
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

import pytest


def ok(done):
    assert done.exit_code == 0, done.stderr
    return done


@pytest.fixture
def backup(filled, tmp_path):
    """A whole backup of the register."""
    path = tmp_path / "b.zip"
    ok(filled("db", "backup", str(path)))
    return path


def damage(path, table="journal"):
    """Overwrite where a table begins, as a bad disk does; what every command looks at first is whole."""
    with closing(sqlite3.connect(path)) as connection:
        (page,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)).fetchone()
    with Path(path).open("r+b") as file:
        file.seek((page - 1) * 4096)
        file.write(b"X" * 16)


def zipped(path, about, content):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("about.json", json.dumps(about))
        archive.writestr("register.db", content)


def test_a_register_in_use_is_not_replaced_and_what_was_committed_stays(filled, rows, backup, sqlite_url):
    with closing(sqlite3.connect(sqlite_url, isolation_level=None)) as other:
        other.execute("BEGIN")
        other.execute("SELECT count(*) FROM journal").fetchall()
        ok(filled("update", "R1", "WHO", "--to", "accepted"))
        done = filled("db", "restore", str(backup), "--yes")
    assert done.exit_code == 4
    assert "the register is in use" in done.stderr
    assert rows()["A/80/501/R1"]["acceptance"] == "accepted"


def test_what_is_put_aside_holds_all_that_was_written(filled, backup, sqlite_url):
    ok(filled("update", "R1", "WHO", "--to", "accepted"))
    ok(filled("db", "restore", str(backup), "--yes"))
    with closing(sqlite3.connect(f"{sqlite_url}.before-restore-1")) as aside:
        assert aside.execute("SELECT count(*) FROM follow_up WHERE acceptance = 'accepted'").fetchone() == (1,)


def test_a_register_that_is_no_database_any_more_is_replaced_and_kept(filled, rows, backup, sqlite_url, tmp_path):
    (tmp_path / "register.db").write_bytes(b"noise" * 1000)
    (tmp_path / "register.db-wal").write_bytes(b"a log that somebody may still read")
    ok(filled("db", "restore", str(backup), "--yes"))
    assert len(rows()) == 2
    assert (tmp_path / "register.db.before-restore-1-wal").read_bytes().startswith(b"a log")


def test_a_backup_that_failed_is_not_recorded_as_made(filled, tmp_path, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(zipfile.ZipFile, "write", full)
        assert filled("db", "backup", str(tmp_path / "b.zip")).exit_code == 4
    assert [path.name for path in tmp_path.iterdir() if "b.zip" in path.name] == []
    assert json.loads(filled("status", "--json").stdout)["last_backup_at"] is None


def test_a_damaged_file_is_told_as_such(filled, sqlite_url, tmp_path):
    damage(sqlite_url)
    for words in (["check"], ["backup", str(tmp_path / "b.zip")]):
        done = filled("db", *words)
        assert (done.exit_code, "the register is damaged" in done.stderr) == (4, True), done.output


def test_a_damaged_backup_is_told_as_such(filled, rows, backup, tmp_path):
    content = backup.read_bytes()
    start = content.index(b"register.db")
    (tmp_path / "bits.zip").write_bytes(content[: start + 200] + b"\xff" * 20 + content[start + 220 :])
    central = content.rindex(b"register.db") - 46
    for place, value in ((8, 1), (10, 99), (10, 14)):  # encrypted, an unknown method, another method than was used
        changed = bytearray(content)
        changed[central + place] = value
        (tmp_path / f"{place}-{value}.zip").write_bytes(changed)
    zipped(tmp_path / "list.zip", [1], b"")
    zipped(tmp_path / "words.zip", {"sha256": hashlib.sha256(b"words").hexdigest()}, b"words")
    zipped(tmp_path / "nothing.zip", {"sha256": hashlib.sha256(b"").hexdigest()}, b"")
    os.mkfifo(tmp_path / "pipe.zip")
    for name in ("bits", "8-1", "10-99", "10-14", "list", "words", "nothing", "pipe"):
        done = filled("db", "restore", str(tmp_path / f"{name}.zip"), "--yes")
        assert done.exit_code == 1, (name, done.exception)
        assert f"{name}.zip: " in done.stderr
        assert len(rows()) == 2
