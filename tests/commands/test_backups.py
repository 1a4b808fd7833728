"""`tracker db backup`, `restore` and `check` where something is in the way: nothing is lost, and a sentence says why."""

import errno
import hashlib
import json
import os
import signal
import sqlite3
import stat
import subprocess
import sys
import tempfile
import zipfile
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from alembic import command
from answers import ok
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.exc import OperationalError

from tracker.commands.terminal import confirmation
from tracker.services.upkeep import backup as backups
from tracker.store import sqlite_files
from tracker.store.database import schema
from tracker.store.database.engine import database_url, open_engine


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


def test_a_register_whose_very_beginning_is_damaged_is_replaced_and_kept(filled, rows, backup, tmp_path):
    place = tmp_path / "register.db"
    content = place.read_bytes()
    place.write_bytes(content[:100] + b"X" * 400 + content[500:])
    ok(filled("db", "restore", str(backup), "--yes"))
    assert len(rows()) == 2
    assert (tmp_path / "register.db.before-restore-1").read_bytes()[100:500] == b"X" * 400


def test_each_register_that_is_put_aside_has_the_next_number(filled, backup):
    for number in (1, 2, 3):
        assert (
            ok(filled("db", "restore", str(backup), "--yes")).stderr.count(f"register.db.before-restore-{number}.") == 1
        )


def test_while_a_register_is_held_nobody_else_so_much_as_looks(filled, sqlite_url):
    with (
        sqlite_files.alone(Path(sqlite_url)),
        closing(sqlite3.connect(sqlite_url, timeout=0)) as other,
        pytest.raises(sqlite3.OperationalError, match="locked"),
    ):
        other.execute("SELECT count(*) FROM journal").fetchall()


def test_what_is_backed_up_and_restored_is_for_its_owner_only(filled, backup, sqlite_url):
    ok(filled("db", "restore", str(backup), "--yes"))
    assert [stat.S_IMODE(Path(path).stat().st_mode) for path in (backup, sqlite_url)] == [0o600, 0o600]


def test_a_register_is_restored_into_a_folder_that_is_still_to_be_made(backup, tmp_path, run):
    place = tmp_path / "new" / "folder" / "register.db"
    ok(run("--database", str(place), "db", "restore", str(backup), "--yes"))
    assert len(json.loads(ok(run("--database", str(place), "list", "--json")).stdout)) == 2


def test_of_a_link_the_register_that_it_leads_to_is_replaced(backup, tmp_path, run):
    link, place = tmp_path / "link.db", tmp_path / "elsewhere" / "register.db"
    place.parent.mkdir()
    link.symlink_to(place)
    ok(run("--database", str(link), "db", "restore", str(backup), "--yes"))
    assert (link.is_symlink(), place.is_file()) == (True, True)


def test_evidence_of_a_day_that_no_zip_file_knows_is_backed_up(filled, evidenced, tmp_path):
    os.utime(evidenced["whole.pdf"], (0, 0))
    ok(filled("db", "backup", str(tmp_path / "b.zip")))
    assert evidenced["whole.pdf"].name in "".join(zipfile.ZipFile(tmp_path / "b.zip").namelist())


def test_a_backup_of_an_older_program_is_brought_up_to_date_and_one_of_a_newer_is_refused(
    filled, rows, backup, sqlite_url, tmp_path
):
    def rewritten(name, *statements):
        path = tmp_path / "rewritten.db"
        path.write_bytes(zipfile.ZipFile(backup).read("register.db"))
        with closing(sqlite3.connect(path)) as connection:
            connection.executescript("; ".join(statements))
        content = path.read_bytes()
        zipped(tmp_path / name, {"sha256": hashlib.sha256(content).hexdigest()}, content)
        return str(tmp_path / name)

    newer = filled("db", "restore", rewritten("newer.zip", "UPDATE alembic_version SET version_num = '9999'"), "--yes")
    assert (newer.exit_code, "newer.zip" in newer.stderr) == (4, True), newer.stderr
    engine = open_engine(database_url(sqlite_url))
    with engine.connect() as connection:
        command.downgrade(schema._config(connection), "-1")
    engine.dispose()
    with zipfile.ZipFile(tmp_path / "older.zip", "w") as older:
        content = Path(sqlite_url).read_bytes()
        older.writestr("about.json", json.dumps({"sha256": hashlib.sha256(content).hexdigest()}))
        older.writestr("register.db", content)
    ok(filled("db", "restore", str(tmp_path / "older.zip"), "--yes"))
    assert len(rows()) == 2


def test_a_log_that_outlived_its_register_is_not_written_into_the_restored_one(filled, rows, backup, sqlite_url):
    place, log = Path(sqlite_url), Path(f"{sqlite_url}-wal")
    with closing(sqlite3.connect(sqlite_url)) as other:
        other.execute("SELECT count(*) FROM journal").fetchall()  # whoever looks keeps the log from being folded in
        for number in ("R1", "R2"):
            ok(filled("update", number, "WHO", "--to", "accepted", "--note", "a word " * 500))
        left = log.read_bytes()
    place.unlink()
    log.write_bytes(left)
    Path(f"{sqlite_url}-journal").write_bytes(b"what a program of another kind had begun")
    ok(filled("db", "restore", str(backup), "--yes"))
    assert rows()["A/80/501/R1"]["acceptance"] == "no-information"
    ok(filled("db", "check"))
    ok(filled("audit", "verify"))
    assert Path(f"{sqlite_url}.before-restore-1-wal").read_bytes() == left
    assert Path(f"{sqlite_url}.before-restore-1-journal").exists()


FULL = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_backup_for_which_there_is_no_room_says_where(filled, tmp_path, monkeypatch):
    def full(*_):
        raise FULL

    monkeypatch.setattr(zipfile.ZipFile, "write", full)
    done = filled("db", "backup", str(tmp_path / "b.zip"))
    assert (done.exit_code, done.stderr) == (
        4, f"tracker: {tmp_path / 'b.zip'}: no space left on device. Nothing was left half-written; correct the cause and try again.\n",
    )  # fmt: skip


def test_that_there_is_no_room_for_the_copy_is_not_said_of_the_disk_of_the_register(filled, tmp_path, monkeypatch):
    def full(*_):
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "small"))
    (tmp_path / "small").mkdir()
    with monkeypatch.context() as patch:
        patch.setattr(DefaultDialect, "do_execute", only_for("VACUUM", full))
        done = filled("db", "backup", str(tmp_path / "b.zip"))
    said = f"tracker: {tmp_path / 'small'}: there is no room for a copy of the register. Make room there, "
    said += "or name another folder in TMPDIR; nothing was changed.\n"
    assert (done.exit_code, done.stderr) == (4, said)


def only_for(word, refuse):
    execute = DefaultDialect.do_execute

    def do_execute(self, cursor, statement, parameters, context=None):
        return (refuse if statement.startswith(word) else execute)(self, cursor, statement, parameters)

    return do_execute


def test_a_backup_that_failed_is_not_recorded_as_made(filled, tmp_path, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(zipfile.ZipFile, "write", full)
        assert filled("db", "backup", str(tmp_path / "b.zip")).exit_code == 4
    assert [path.name for path in tmp_path.iterdir() if "b.zip" in path.name] == []
    assert json.loads(filled("status", "--json").stdout)["last_backup_at"] is None


def test_a_backup_that_cannot_be_recorded_is_not_left_so_that_it_can_be_tried_again(filled, tmp_path, monkeypatch):
    def refuse(_):
        raise OperationalError("INSERT", {}, sqlite3.OperationalError("attempt to write a readonly database"))

    with monkeypatch.context() as patch:
        # The copy within the backup is recorded first, and may be written.
        patch.setattr(backups, "_recorded", failing_the_second_time(backups._recorded, refuse))
        done = filled("db", "backup", str(tmp_path / "b.zip"))
    assert (done.exit_code, "the register cannot be written to" in done.stderr) == (4, True), done.output
    assert [path.name for path in tmp_path.iterdir() if "b.zip" in path.name] == []
    ok(filled("db", "backup", str(tmp_path / "b.zip")))


def failing_the_second_time(recorded, refuse):
    calls = []

    @contextmanager
    def twice(register, *others):
        calls.append(1)
        with recorded(register, *others):
            yield
            if len(calls) > 1:
                with register.translated():
                    refuse(register)

    return twice


SLOW = """
import signal, sys, time
signal.signal(signal.SIGINT, signal.{ctrl_c})
from tracker.services.upkeep import backup
def slowly(*words):
    print("at work", *[oct(path.stat().st_mode)[-3:] for path in copies()], file=sys.stderr, flush=True)
    time.sleep(30)
def copies():
    import pathlib, tempfile
    return sorted(pathlib.Path(tempfile.gettempdir()).rglob("*"))
backup._write_evidence = slowly
from tracker.commands import main
main()
"""


@pytest.mark.parametrize("ctrl_c", ["default_int_handler", "SIG_IGN"])
@pytest.mark.parametrize("times", [1, 2], ids=["once", "twice in a moment, as timeout does"])
def test_a_backup_that_is_terminated_leaves_nothing_behind(filled, sqlite_url, tmp_path, ctrl_c, times):
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    words = ["--database", sqlite_url, "db", "backup", str(tmp_path / "b.zip")]
    program = subprocess.Popen(
        [sys.executable, "-c", SLOW.format(ctrl_c=ctrl_c), *words],
        stderr=subprocess.PIPE, text=True, env={**os.environ, "TMPDIR": str(scratch)},
    )  # fmt: skip
    assert program.stderr.readline() == "at work 700 600\n", "nobody else may read the copy"
    for _ in range(times):
        program.send_signal(signal.SIGTERM)
    _, said = program.communicate(timeout=20)
    assert (program.returncode, said) == (143, "\nStopped; nothing was left half-written.\n")
    assert list(scratch.iterdir()) == []
    assert [path.name for path in tmp_path.iterdir() if "b.zip" in path.name] == []
    ok(filled("db", "backup", str(tmp_path / "b.zip")))


def test_a_damaged_file_is_told_as_such(filled, sqlite_url, tmp_path):
    damage(sqlite_url)
    for words in (["check"], ["backup", str(tmp_path / "b.zip")]):
        done = filled("db", *words)
        assert (done.exit_code, "the register is damaged" in done.stderr) == (4, True), done.output


OTHER_ZIP = b"PK\x05\x06" + b"\0" * 18
"""A zip file with nothing in it."""
OTHERS = ("without", "no-json", "silent")


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
    zipped(tmp_path / "altered.zip", {"sha256": "0" * 64}, zipfile.ZipFile(backup).read("register.db"))
    for name, said in (("without", "{}"), ("no-json", "no")):
        with zipfile.ZipFile(tmp_path / f"{name}.zip", "w") as archive:
            archive.writestr("about.json", said)
    with zipfile.ZipFile(tmp_path / "silent.zip", "w") as archive:
        archive.writestr("register.db", b"")
    os.mkfifo(tmp_path / "pipe.zip")
    for name in ("bits", "8-1", "10-99", "10-14", "list", "words", "nothing", "pipe", "altered", *OTHERS):
        done = filled("db", "restore", str(tmp_path / f"{name}.zip"), "--yes")
        assert done.exit_code == 1, (name, done.exception)
        assert f"{name}.zip: " in done.stderr
        assert len(rows()) == 2


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("none.zip", None, "there is no such file"),
        ("words.zip", b"words", "this is not a whole backup"),
        ("other.zip", OTHER_ZIP, "this is not a whole backup"),
    ],
    ids=["none", "words", "another zip"],
)
def test_what_is_no_backup_is_told_before_anybody_is_asked(filled, tmp_path, monkeypatch, name, content, said):
    monkeypatch.setattr(confirmation, "is_answered", lambda: pytest.fail("somebody was asked"))
    if content is not None:
        (tmp_path / name).write_bytes(content)
    done = filled("db", "restore", str(tmp_path / name))
    assert (done.exit_code, said in done.stderr) == (1, True), done.output


@pytest.fixture
def evidenced(filled, tmp_path):
    """Three files of evidence by name, where the evidence keeps them: whole, gone, altered."""
    for name in ("whole.pdf", "gone.pdf", "altered.pdf"):
        (tmp_path / name).write_text(name)
        ok(filled("update", "R1", "WHO", "--note", "proof", "--evidence", str(tmp_path / name)))
    found = json.loads(ok(filled("evidence", "R1", "WHO", "--json")).stdout)
    return {item["location"]: Path(item["path"]) for item in found}


def spoil(evidenced):
    evidenced["gone.pdf"].unlink()
    evidenced["altered.pdf"].write_text("improved")


def test_a_backup_says_what_evidence_it_lacks_and_holds_all_the_rest(filled, evidenced, tmp_path):
    ok(filled("db", "backup", str(tmp_path / "good.zip")))
    spoil(evidenced)
    done = filled("db", "backup", str(tmp_path / "b.zip"))
    assert done.exit_code == 4, "a timer must notice"
    assert "gone.pdf (A/80/501/R1 WHO): missing from the evidence, and so from the backup." in done.stdout
    assert "altered.pdf (A/80/501/R1 WHO): altered since it was kept" in done.stdout
    assert "whole.pdf" not in done.output
    assert "b.zip lacks 2 files of evidence. Keep older backups" in done.stderr
    names = {Path(name).name: name.partition("/")[0] for name in zipfile.ZipFile(tmp_path / "b.zip").namelist()}
    folders = {name: names.get(path.name) for name, path in evidenced.items()}
    assert folders == {"whole.pdf": "evidence", "gone.pdf": None, "altered.pdf": "altered"}
    asked = [json.loads(line)["asked"] for line in ok(filled("audit", "export")).stdout.splitlines()]
    assert asked[-2:] == ["db backup good.zip", "db backup b.zip, without 2 files of evidence"]
    assert filled("undo").exit_code == 0, "a backup is nothing to take back: it is passed over"


@pytest.fixture
def letter(filled, tmp_path):
    """Where the evidence keeps a letter of an officer of WHO, which nobody has read yet."""
    head = ("--post", "executive-head", "--name", "Ana", "--email", "ana@who.example.org", "--from", "2020-01-01")
    ok(filled("officer", "add", "WHO", *head))
    (tmp_path / "mails").mkdir()
    (tmp_path / "mails" / "1.eml").write_bytes(b"From: ana@who.example.org\nMessage-ID: <1@x>\n\nWe accept.\n")
    ok(filled("return", "fetch", str(tmp_path / "mails")))
    return Path(next(iter((tmp_path / "evidence").glob("*/*"))))


def test_a_letter_that_waits_to_be_read_and_whose_file_is_gone_is_told(filled, letter, tmp_path):
    assert filled("db", "check").exit_code == 0
    letter.unlink()
    named = "letter.eml (number 1 of return list)"
    assert f"1 file of evidence missing or unreadable, as {named}." in filled("status").output
    assert f"{named}: missing from the evidence" in filled("db", "check").output
    done = filled("db", "backup", str(tmp_path / "b.zip"), "--json")
    (lack,) = json.loads(done.stdout)["lacking"]
    assert (lack["ref"], lack["organization"], lack["return"], lack["state"]) == (None, "WHO", 1, "missing")
    ok(filled("return", "drop", "1", "--note", "asked again"))
    assert filled("db", "check").exit_code == 0, "nobody waits for it any more"


def test_what_a_backup_lacks_is_in_its_json(filled, evidenced, tmp_path):
    spoil(evidenced)
    done = filled("db", "backup", str(tmp_path / "b.zip"), "--json")
    lacking = json.loads(done.stdout)["lacking"]
    assert (done.exit_code, [(item["location"], item["state"]) for item in lacking]) == (
        4, [("gone.pdf", "missing"), ("altered.pdf", "altered")],
    )  # fmt: skip


def test_a_file_that_cannot_be_read_prevents_no_backup(filled, evidenced, tmp_path, monkeypatch):
    read = hashlib.file_digest

    def bad_sector(file, algorithm):
        if file.name == str(evidenced["gone.pdf"]):
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return read(file, algorithm)

    monkeypatch.setattr(hashlib, "file_digest", bad_sector)
    done = filled("db", "backup", str(tmp_path / "b.zip"))
    assert (done.exit_code, "gone.pdf (A/80/501/R1 WHO): it cannot be read" in done.stdout) == (4, True)
    names = [Path(name).name for name in zipfile.ZipFile(tmp_path / "b.zip").namelist()]
    assert evidenced["gone.pdf"].name not in names
    assert evidenced["whole.pdf"].name in names


def test_a_restore_says_what_evidence_the_backup_lacks(filled, evidenced, tmp_path):
    altered = evidenced["altered.pdf"]
    spoil(evidenced)
    filled("db", "backup", str(tmp_path / "b.zip"))
    altered.write_text("altered.pdf")  # found again
    done = ok(filled("db", "restore", str(tmp_path / "b.zip"), "--yes"))
    assert "gone.pdf (A/80/501/R1 WHO): not in the backup, and not intact here either." in done.stderr
    assert "altered.pdf (A/80/501/R1 WHO): altered in the backup, but intact here." in done.stderr
    assert altered.read_text() == "altered.pdf"
    done = ok(filled("db", "restore", str(tmp_path / "b.zip"), "--yes", "--json"))
    assert [(item["location"], item["lost"]) for item in json.loads(done.stdout)["lacking"]] == [
        ("gone.pdf", True), ("altered.pdf", False),
    ]  # fmt: skip


def test_a_restore_mends_evidence_that_was_altered_and_takes_no_altered_one(filled, evidenced, tmp_path):
    ok(filled("db", "backup", str(tmp_path / "good.zip")))
    spoil(evidenced)
    with zipfile.ZipFile(tmp_path / "good.zip") as good, zipfile.ZipFile(tmp_path / "bad.zip", "w") as bad:
        for name in good.namelist():  # as a backup held it before it looked
            bad.writestr(name, "improved" if name.endswith(evidenced["gone.pdf"].name) else good.read(name))
    done = ok(filled("db", "restore", str(tmp_path / "bad.zip"), "--yes"))
    assert "gone.pdf (A/80/501/R1 WHO): altered in the backup, and not intact here either." in done.stderr
    assert not evidenced["gone.pdf"].exists()
    assert "not in the backup" not in ok(filled("db", "restore", str(tmp_path / "good.zip"), "--yes")).stderr
    assert {name: path.read_text() for name, path in evidenced.items()} == {name: name for name in evidenced}
    altered = evidenced["altered.pdf"]
    assert altered.with_name(f"{altered.name}.altered").read_text() == "improved", "nothing is thrown away"


def test_evidence_that_is_missing_or_altered_is_marked(filled, evidenced):
    spoil(evidenced)
    states = {item["location"]: item["state"] for item in json.loads(filled("evidence", "R1", "WHO", "--json").stdout)}
    assert states == {"whole.pdf": "whole", "gone.pdf": "missing", "altered.pdf": "altered"}
    done = ok(filled("evidence", "R1", "WHO"))
    assert f"missing: {evidenced['gone.pdf']}" in done.stdout
    assert f"altered: {evidenced['altered.pdf']}" in done.stdout
    assert "2 files missing or altered" in done.stderr
