"""What comes in, and what goes out as papers, says how far it is. Each step is told once its work is over."""

from __future__ import annotations

import json
from email.message import EmailMessage
from pathlib import Path

import builders as b
import pytest
import register_files
from filled_returns import fill
from imap_server import serving

from tracker.commands.terminal import progress
from tracker.domain.periods import Quarter
from tracker.domain.returns import Field
from tracker.ingest.notes.reading import read_note
from tracker.services.documents import intake
from tracker.services.reports.reporting import Request
from tracker.services.reports.site import write_site
from tracker.store import batches

NOTE = (Path(__file__).parent / "note.txt").read_text(encoding="utf-8")


@pytest.fixture
def at_once(monkeypatch):
    """Nobody watches, and no work is too short to speak of."""
    monkeypatch.setattr(progress, "LINES_AFTER", 0.0)


@pytest.fixture
def desk(sqlite_register, run, tmp_path, monkeypatch, at_once):
    monkeypatch.chdir(tmp_path)
    b.organizations(sqlite_register, "WHO")
    b.report(sqlite_register)
    assert run("return", "make", "WHO", "--out", "who.xlsx").exit_code == 0
    said = {f"{b.SYMBOL}/R{number}": {Field.ACCEPTANCE: "Accepted"} for number in "12"}
    (tmp_path / "who.xlsx").write_bytes(fill((tmp_path / "who.xlsx").read_bytes(), said))
    return run


def lines(done, title):
    assert done.exit_code == 0, done.stderr
    return [line for line in done.stderr.splitlines() if line.startswith(title)]


def test_a_return_that_is_read(desk):
    done = desk("return", "read", "who.xlsx", "--yes")
    assert lines(done, "Checking") == ["Checking: 1 of 2."]
    assert lines(done, "Writing") == ["Writing: 1 of 2."]


def test_a_return_that_is_imported(desk):
    assert lines(desk("import", "who.xlsx", "--as", "return"), "Reading") == ["Reading who.xlsx: 1 of 2."]


def mails(number):
    found = []
    for count in range(number):
        message = EmailMessage()
        message["From"], message["Message-ID"] = "x@example.org", f"<{count}@example.org>"
        message.set_content("a letter")
        found.append(message.as_bytes())
    return found


def test_a_folder_of_mails(desk, tmp_path):
    (tmp_path / "mails").mkdir()
    for number, raw in enumerate(mails(3)):
        (tmp_path / "mails" / f"{number}.eml").write_bytes(raw)
    done = desk("return", "fetch", "mails")
    assert lines(done, "Looking") == ["Looking at emails: 1 of 3.", "Looking at emails: 2 of 3."]


def test_a_mailbox(desk, monkeypatch):
    monkeypatch.setenv("TRACKER_MAILBOX_PASSWORD", "secret")
    with serving(mails(3)) as server:
        done = desk("return", "fetch", server.address)
    assert lines(done, "Looking") == ["Looking at emails: 1 of 3.", "Looking at emails: 2 of 3."]


def test_a_comparison(run, tmp_path, sqlite_register, at_once):
    mapping = register_files.mapping(tmp_path)
    theirs = register_files.write(tmp_path, "theirs.csv", register_files.csv_text())
    assert run("import", str(theirs), "--as", "register", "--mapping", str(mapping)).exit_code == 0
    done = run("reconcile", str(theirs), "--mapping", str(mapping))
    assert lines(done, "Comparing") == ["Comparing theirs.csv: 1 of 3.", "Comparing theirs.csv: 2 of 3."]


def test_a_register_is_read_then_taken_in_then_written(run, tmp_path, sqlite_register, at_once, monkeypatch):
    monkeypatch.setattr(batches, "_CHUNK", 2)
    mapping = register_files.mapping(tmp_path)
    theirs = register_files.write(tmp_path, "theirs.csv", register_files.csv_text())
    done = run("import", str(theirs), "--as", "register", "--mapping", str(mapping))
    assert lines(done, "Importing") == [
        "Importing theirs.csv …",
        "Importing theirs.csv, 3 follow-ups …",
        "Importing: 1 of 3.",
        "Importing: 2 of 3.",
        "Importing 10 entries of the journal …",
        "Importing: 2 of 10.",
        "Importing: 4 of 10.",
        "Importing: 6 of 10.",
        "Importing: 8 of 10.",
    ]


def test_a_long_document_is_counted_by_its_pages_and_several_by_themselves(run, tmp_path, monkeypatch, at_once):
    def read(path, *, on_page, **options):
        for page in (1, 2, 3) if on_page else ():
            on_page(page, 3)
        return read_note(path, **options)

    monkeypatch.setattr(intake, "read_note", read)
    paths = [register_files.write(tmp_path, f"A_80_50{number}_Add.1.txt", NOTE) for number in (1, 2)]
    one, both = run("import", str(paths[0]), "--symbol", "A/80/501/Add.1"), run("import", *map(str, paths))
    assert lines(one, "Reading") == [f"Reading {paths[0].name} …", "Reading: 1 of 3.", "Reading: 2 of 3."]
    assert [line for line in lines(both, "Reading") if " of " in line] == ["Reading: 1 of 2."]


@pytest.mark.parametrize(
    ("words", "total"),
    [
        (["scorecard", "WHO", "2025", "--format", "html,docx,md"], 3),
        (["annual", "2025", "--format", "html,docx,md"], 3),
        (["site", "--out", "site"], 11),
    ],
)
def test_papers_and_pages(desk, words, total):
    """The last step says nothing: the command itself names what it wrote."""
    said = lines(desk("report", *words), "Writing")
    done = [int(line.split()[1]) for line in said]
    assert said == [f"Writing: {number} of {total}." for number in done]
    assert done[-1] == total - 1


def test_the_number_of_pages_is_known_before(desk, sqlite_register, tmp_path):
    """The last step is the last file, so that no estimate runs beyond it."""
    told = []
    request = Request(Quarter.of(b.TODAY), today=b.TODAY, now=b.NOW)
    assert write_site(sqlite_register, request, tmp_path / "site", lambda *step: told.append(step)) == len(told)
    assert told[-1] == (len(told), len(told))


def test_a_note_of_one_file_has_nothing_to_say_in_between(desk):
    assert lines(desk("report", "note", "501"), "Writing") == []


@pytest.mark.parametrize(
    "words", [["return", "read", "who.xlsx", "--yes", "--json"], ["import", "who.xlsx", "--as", "return", "--json"]]
)
def test_what_a_program_reads_is_json_and_a_person_sees_how_far_it_is(desk, words):
    done = desk(*words)
    json.loads(done.stdout)
    assert ": 1 of 2." in done.stderr
