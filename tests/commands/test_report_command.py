"""`tracker report` from the outside: stdout is data, stderr is talk, exit statuses of the contract."""

import json
from datetime import UTC, datetime
from pathlib import Path

import builders as b
import pytest

from tracker.domain.vocabulary import Acceptance

JANUARY = datetime(2026, 1, 5, tzinfo=UTC)


@pytest.fixture
def filled(sqlite_register):
    b.organizations(sqlite_register, "WHO", "FAO")
    b.report(sqlite_register, now=JANUARY)
    b.move(sqlite_register, "501/R1", "WHO", to=Acceptance.ACCEPTED, on=JANUARY.date(), now=JANUARY)
    return sqlite_register


def test_the_paths_are_the_data(filled, run):
    done = run("report", "quarterly", "2026Q3")
    assert done.exit_code == 0
    assert done.stdout.splitlines() == ["quarterly-2026Q3.html", "quarterly-2026Q3.docx"]
    assert Path("quarterly-2026Q3.html").read_text().startswith("<!DOCTYPE html>")
    assert "as known at" in done.stderr


def test_figures_as_json(filled, run):
    done = run("report", "quarterly", "2026Q3", "--org", "WHO", "--json")
    content = json.loads(done.stdout)
    assert content["scope"]["organization"]["code"] == "WHO"
    assert content["scope"]["prepared_by"] == "officer"
    assert len(content["annex"]) == 2


def test_formats_and_folder(filled, run):
    done = run("report", "quarterly", "2026Q3", "--format", "json, html", "--out", "reports")
    assert done.stdout.splitlines() == ["reports/quarterly-2026Q3.json", "reports/quarterly-2026Q3.html"]


@pytest.mark.parametrize(
    ("words", "status", "sentence"),
    [
        (("2026",), 2, "“2026” is not a quarter"),
        (("2126Q1",), 1, "2126Q1 has not begun yet"),
        (("2026Q3", "--format", "pages"), 1, "“pages” is not a format"),
        (("2026Q3", "--format", ","), 1, "--format is empty"),
        (("2026Q3", "--org", "WHA"), 1, "Did you mean WHO?"),
        (("2026Q3", "--as-of", "2026-12-01"), 1, "is not in 2026Q3"),
        (("2026Q3", "--known-at", "2126-01-01"), 1, "is still to come"),
    ],
)
def test_bad_input_is_one_sentence(filled, run, words, status, sentence):
    done = run("report", "quarterly", *words)
    assert done.exit_code == status
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
    assert not list(Path().glob("quarterly*"))


def test_a_folder_that_cannot_be_written_is_the_world(filled, run):
    Path("file").write_text("")
    done = run("report", "quarterly", "2026Q3", "--out", "file/below")
    assert done.exit_code == 4
    assert "cannot be written" in done.stderr
