"""`tracker import` of several notes: each is a batch, and of those that are written nothing is denied."""

import json
from pathlib import Path

import pytest

NOTE = (Path(__file__).parent / "note.txt").read_text(encoding="utf-8")


@pytest.fixture
def notes(filled, tmp_path):
    """A note on a report of its own, and one that comments on A/80/503 under the symbol of the comments on A/80/501."""
    other, good, bad = (tmp_path / name for name in ("A_80_503_Add.1.txt", "A_80_502_Add.1.txt", "bad.txt"))
    other.write_text(NOTE.replace("80/501", "80/503"), encoding="utf-8")
    good.write_text(NOTE.replace("80/501", "80/502"), encoding="utf-8")
    bad.write_text(NOTE.replace("(see A/80/501)", "(see A/80/503)"), encoding="utf-8")
    assert filled("import", str(other)).exit_code == 0
    return str(good), str(bad)


def test_of_two_notes_of_which_the_second_is_refused_the_first_is_told_and_not_denied(filled, notes):
    done = filled("import", *notes, "--json")
    assert done.exit_code == 3
    assert "belongs to A/80/501 already" in done.stderr
    assert done.stderr.rstrip().endswith("What had been written by then stays; tracker undo takes it back.")
    assert [item["report"] for item in json.loads(done.stdout)] == ["A/80/502"]
    assert "Takes back: tracker import" in filled("undo").stderr
    assert len(json.loads(filled("list", "--json").stdout)) == 4


def test_of_two_notes_of_which_the_second_is_refused_a_dry_run_has_written_nothing(filled, notes):
    assert filled("import", *notes, "--dry-run").exit_code == 1
    assert len(json.loads(filled("list", "--json").stdout)) == 4


@pytest.mark.parametrize("option", ["--symbol", "--report", "--also"])
def test_a_symbol_is_of_one_document(filled, notes, option):
    done = filled("import", *notes, option, "A/80/509")
    assert (done.exit_code, "these name one document" in done.stderr) == (2, True)
