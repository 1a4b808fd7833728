"""`tracker status`, `db` and `audit`: is everything well, and what to do when it is not."""

import hashlib
import json
import re
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from answers import ok

from tracker.domain.outbox import OutboxState
from tracker.services.reminders.ticking import LOCK_LEASE
from tracker.store.database import schema


def write(url, *statements):
    """Change a register behind the program's back."""
    with closing(sqlite3.connect(url)) as connection, connection:
        for statement in statements:
            connection.execute(*statement) if isinstance(statement, tuple) else connection.execute(statement)


def test_all_is_well(filled):
    done = ok(filled("status"))
    assert "All is well." in done.stderr
    found = json.loads(ok(filled("status", "--json")).stdout)
    assert (found["follow_ups"], found["open"], found["batches"], found["schema"]) == (2, 2, 2, schema.HEAD)
    assert found["without_executive_head"] == ["WHO"]
    assert found["troubles"] == []


def facts(run):
    """What `status` says, by its first words."""
    lines = ok(run("status")).stdout.splitlines()
    return {name: words for name, _, words in (line.partition("  ") for line in lines)}


def test_the_status_says_in_words_what_there_is(filled, sqlite_url, tmp_path):
    said = {name: words.strip() for name, words in facts(filled).items()}
    assert {name: said[name] for name in ("holds", "follow-ups", "outbox", "returns", "head vacant")} == {
        "holds": "1 organization, 1 document",
        "follow-ups": "2, 2 open, 0 overdue",
        "outbox": "empty",
        "returns": "none to be read",
        "head vacant": "WHO",
    }
    assert said["register"].startswith(f"{sqlite_url}, 0.")
    assert said["last backup"] == "never; make one with: tracker db backup FILE"
    assert said["scheduler"] == "none is running, last tick never"
    ok(filled("db", "backup", str(tmp_path / "b.zip")))
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d UTC", facts(filled)["last backup"].strip())


def test_a_later_date_that_was_asked_for_and_not_decided_is_not_forgotten(due):
    assert "extensions" not in facts(due)
    ok(due("extend", "request", "501/R1", "WHO", "--to", "2027-12-31", "--note", "The council meets in December."))
    assert facts(due)["extensions"].strip() == "1 request; see: tracker extend list"
    assert json.loads(ok(due("status", "--json")).stdout)["extensions_undecided"] == 1
    ok(due("extend", "refuse", "501/R1", "WHO", "--note", "No."))
    assert "extensions" not in facts(due)


def test_a_sound_database_is_said_to_be_so_and_answers_in_json(filled):
    assert ok(filled("db", "check")).stderr == "The database is sound.\n"
    assert json.loads(ok(filled("db", "check", "--json")).stdout) == {"findings": []}


def test_a_damaged_file_is_told_with_the_way_out_and_is_exit_status_4(filled, monkeypatch):
    monkeypatch.setattr("tracker.services.upkeep.registration.damage", lambda _: ["page 3 is never used"])
    done = filled("db", "check")
    assert (done.exit_code, done.stdout) == (4, "page 3 is never used\n")
    assert "the file is damaged. Restore a backup: tracker db restore FILE." in done.stderr


def test_a_restore_to_which_nobody_agrees_changes_nothing(filled, rows, tmp_path, monkeypatch):
    ok(filled("db", "backup", str(tmp_path / "b.zip")))
    ok(filled("update", "R1", "WHO", "--to", "accepted"))
    monkeypatch.setattr("tracker.commands.database.agreed", lambda *_, **__: False)
    done = filled("db", "restore", str(tmp_path / "b.zip"))
    assert (done.exit_code, done.stderr.endswith("Nothing was changed.\n")) == (1, True)
    assert rows()["A/80/501/R1"]["acceptance"] == "accepted"


@pytest.mark.parametrize(
    ("state", "sentence"),
    [(OutboxState.UNCERTAIN, "may or may not have arrived"), (OutboxState.FAILED, "could not be delivered")],
)
def test_a_mail_that_needs_a_person_is_exit_status_4(filled, sqlite_url, state, sentence):
    moment = datetime.now(UTC).replace(tzinfo=None)
    write(
        sqlite_url,
        (
            (
                "INSERT INTO outbox (key, recipient, subject, message, state, queued_at, next_attempt_at, claimed_by)"
                " VALUES ('k', 'a@example.org', 's', x'00', ?, ?, ?, 'host 1')"
            ),
            (state.value, str(moment), str(moment)),
        ),
    )
    done = filled("status")
    assert done.exit_code == 4
    assert sentence in done.stderr


def test_a_dead_scheduler_is_exit_status_4(filled, sqlite_url):
    long_ago = str((datetime.now(UTC) - timedelta(hours=2)).replace(tzinfo=None))
    insert = "INSERT INTO scheduler (id, holder, lease_until, ticked_at) VALUES (1, 'host 42', ?, ?)"
    write(sqlite_url, (insert, (long_ago, long_ago)))
    done = filled("status")
    assert done.exit_code == 4
    last = str(datetime.fromisoformat(long_ago) - LOCK_LEASE)[:16]
    said = f"the scheduler host 42 has given no sign since {last} UTC: it stopped, or waits for the mail"
    assert said in done.stderr


TICK = "INSERT INTO scheduler (id, ticked_at) VALUES (1, ?)"
QUEUE = (
    "INSERT INTO outbox (key, recipient, subject, message, state, queued_at, next_attempt_at, settled_at)"
    " VALUES ('k', 'a@example.org', 's', x'00', 'sent', ?, ?, ?)"
)
BACKUP = (
    "INSERT INTO batch (number, actor, asked, recorded_at, previous, hash)"
    " VALUES (0, 'ana', 'db backup b.zip', ?, '', '')"
)


def ago(**how_long):
    return str((datetime.now(UTC) - timedelta(**how_long)).replace(tzinfo=None))


def test_a_timer_that_calls_no_more_is_exit_status_4(filled, sqlite_url):
    write(sqlite_url, (TICK, [ago(hours=20)]))
    ok(filled("status"))
    write(sqlite_url, ("UPDATE scheduler SET ticked_at = ?", [ago(days=5)]))
    done = filled("status")
    assert done.exit_code == 4
    assert "no scheduler has ticked since" in done.stderr
    write(sqlite_url, (QUEUE, [ago(days=4)] * 3))
    ok(filled("status"))  # somebody sends by hand since


def test_a_tick_still_to_come_is_exit_status_4(filled, sqlite_url):
    write(sqlite_url, (TICK, [ago(days=-2)]))
    done = filled("status")
    assert done.exit_code == 4
    assert "which is in the future" in done.stderr


@pytest.mark.parametrize("column", ["composed_at", "lease_until"])
def test_what_a_clock_that_was_ahead_left_in_the_row_is_exit_status_4(filled, sqlite_url, column):
    write(sqlite_url, (TICK, [ago(hours=1)]), (f"UPDATE scheduler SET {column} = ?", [ago(days=-300)]))
    done = filled("status")
    assert done.exit_code == 4
    assert "which is in the future" in done.stderr


def test_a_backup_that_was_made_no_more_is_exit_status_4(filled, sqlite_url):
    assert "never; make one with: tracker db backup" in ok(filled("status")).stdout
    write(sqlite_url, (BACKUP, [ago(days=36)]))
    done = filled("status")
    assert done.exit_code == 4
    assert "the last backup is of" in done.stderr
    ok(filled("db", "backup", "b.zip"))
    ok(filled("status"))


def test_the_first_digests_wait_for_a_person_which_is_exit_status_4(filled, tmp_path):
    config = tmp_path / "tracker.toml"
    office = '[office]\nname = "Office"\nemail = "office@example.org"\n'
    config.write_text(office)
    found = json.loads(ok(filled("--config", str(config), "status", "--json")).stdout)
    assert found["digests_due"] == 1
    assert datetime.fromisoformat(found["next_digests_at"]) > datetime.now(UTC)
    config.write_text(f'{office}[mail]\nhost = "mail.example.org"\n')
    done = filled("--config", str(config), "status")
    assert done.exit_code == 4
    assert "the first digests (1) wait for a yes" in done.stderr
    assert f"schema        {schema.HEAD}" in done.stdout


@pytest.mark.parametrize(
    ("tampering", "finding"),
    [
        ("UPDATE journal SET note = 'forged' WHERE id = 3", "batch 3 (update R1 WHO --to not-accepted"),
        ("DELETE FROM journal WHERE id = 3", "batch 3"),
        ("UPDATE batch SET actor = 'nobody' WHERE number = 2", "batch 2 (import"),
        ("UPDATE batch SET recorded_at = '2020-01-01 00:00:00.000000' WHERE number = 3", "batch 3"),
        ("DELETE FROM batch WHERE number = 1", "batch 1 is missing"),
        ("UPDATE follow_up SET acceptance = 'accepted' WHERE id = 1", "acceptance is kept as"),
        ("UPDATE follow_up SET open = 0 WHERE id = 2", "A/80/501/R2 WHO: kept as open or settled against"),
        (
            (
                "INSERT INTO journal (id, batch, ordinal, follow_up_id, topic, source, target, effective_on,"
                " recorded_at, voice, note, voids) SELECT 99, batch, 99, follow_up_id, topic, source, 'accepted',"
                " effective_on, recorded_at, voice, note, voids FROM journal WHERE id = 3"
            ),
            "batch 3",
        ),
    ],
)
def test_tampering_is_found(filled, sqlite_url, tampering, finding):
    ok(filled("update", "R1", "WHO", "--to", "not-accepted", "--note", "no"))
    ok(filled("audit", "verify"))
    write(sqlite_url, "PRAGMA foreign_keys = OFF", tampering)
    done = filled("audit", "verify")
    assert done.exit_code == 1
    assert finding in done.stdout


def test_the_journal_can_be_exported_line_by_line(filled):
    lines = [json.loads(line) for line in ok(filled("audit", "export")).stdout.splitlines()]
    assert [line["number"] for line in lines] == [1, 2]
    assert lines[1]["previous"] == lines[0]["hash"]
    assert lines[1]["entries"][0]["follow_up"] == "A/80/501/R1 WHO"
    assert "sha256:" in lines[1]["asked"]


def test_an_auditor_can_work_out_every_hash_from_the_exported_lines(filled):
    ok(filled("update", "R1", "WHO", "--to", "accepted", "--due", "2026Q3", "--note", "Zürich – so be it"))
    ok(filled("update", "R1", "WHO", "--to", "in-progress"))
    written = json.loads(ok(filled("history", "R1", "WHO", "--json")).stdout)
    ok(filled("correct", "R1", "WHO", str(written[-1]["entry"]), "--note", "too early"))
    lines = [json.loads(line) for line in ok(filled("audit", "export")).stdout.splitlines()]
    assert len({entry["voids"] for line in lines for entry in line["entries"]}) == 2
    before = "0" * 64
    for line in lines:
        assert line["previous"] == before
        before = line["hash"]
        assert before == _worked_out(line), line["number"]


def _worked_out(line):
    """The hash of a batch from what is exported of it, in the words of the canonical JSON."""
    renamed = {"from": "source", "to": "target"}
    entries = [{renamed.get(name, name): value for name, value in entry.items()} for entry in line["entries"]]
    for entry in entries:
        if entry["given"] is None:
            del entry["given"]
    content = {name: value for name, value in line.items() if name not in {"hash", "database_user"}}
    content |= {"entries": entries, "recorded_at": line["recorded_at"].replace("Z", "+00:00")}
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def test_a_backup_brings_everything_back_evidence_too(filled, rows, tmp_path):
    letter = tmp_path / "letter.txt"
    letter.write_text("signed", encoding="utf-8")
    ok(filled("update", "R1", "WHO", "--to", "accepted", "--evidence", str(letter)))
    ok(filled("db", "backup", str(tmp_path / "b.zip")))
    kept = next((tmp_path / "evidence").rglob("*" * 1 + "[0-9a-f]" * 4))
    kept.unlink()
    ok(filled("update", "R2", "WHO", "--to", "accepted"))
    done = ok(filled("db", "restore", str(tmp_path / "b.zip"), "--yes"))
    assert "before-restore-1" in done.stderr
    assert {row["acceptance"] for row in rows().values()} == {"accepted", "no-information"}
    assert kept.read_text(encoding="utf-8") == "signed"
    ok(filled("audit", "verify"))
    ok(filled("db", "check"))
    assert json.loads(filled("status", "--json").stdout)["last_backup_at"] is not None


def test_what_is_not_a_whole_backup_changes_nothing(filled, rows, tmp_path):
    ok(filled("db", "backup", str(tmp_path / "b.zip")))
    content = (tmp_path / "b.zip").read_bytes()
    (tmp_path / "cut.zip").write_bytes(content[: len(content) // 2])
    (tmp_path / "words.zip").write_text("no")
    for name in ("cut.zip", "words.zip", "absent.zip"):
        done = filled("db", "restore", str(tmp_path / name), "--yes")
        assert done.exit_code == 1, name
        assert len(rows()) == 2
    assert filled("db", "backup", str(tmp_path / "b.zip")).exit_code == 1, "an existing file is left alone"


def test_a_damaged_reference_is_found_by_check(filled, sqlite_url):
    write(sqlite_url, "PRAGMA foreign_keys = OFF", "DELETE FROM organization")
    done = filled("db", "check")
    assert done.exit_code == 1
    assert "refers to nothing" in done.stdout


def test_evidence_is_shown_copied_out_and_missed(filled, tmp_path):
    (tmp_path / "~ nach Rom.pdf").write_bytes(b"policy")
    given = ["--evidence", str(tmp_path / "~ nach Rom.pdf"), "--evidence", "https://example.org/a"]
    ok(filled("update", "R1", "WHO", *given))
    file, link = json.loads(ok(filled("evidence", "R1", "WHO", "--json")).stdout)
    assert (file["location"], file["size"], link["path"]) == ("~ nach Rom.pdf", 6, None)
    assert f"~ nach Rom.pdf ({file['path']}); https://example.org/a" in filled("show", "R1", "WHO").stdout
    done = ok(filled("evidence", "R1", "WHO", "--out", str(tmp_path / "out")))
    assert "2 pieces of evidence, 1 file copied to" in done.stderr
    (copy,) = (tmp_path / "out").iterdir()
    assert (copy.name, copy.read_bytes()) == (f"{file['sha256'][:8]}-_nach_Rom.pdf", b"policy")
    ok(filled("db", "check"))
    (tmp_path / "evidence" / file["sha256"][:2] / file["sha256"]).unlink()
    done = filled("db", "check")
    assert (done.exit_code, "~ nach Rom.pdf (A/80/501/R1 WHO): missing from the evidence" in done.stdout) == (1, True)
    done = filled("status")
    assert (done.exit_code, "1 file of evidence missing" in done.stderr) == (4, True)
    assert filled("evidence", "R1", "WHO", "--out", str(tmp_path)).exit_code == 4
