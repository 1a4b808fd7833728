"""Registers that commands are tried on."""

import json
import tomllib
from pathlib import Path

import pytest

NOTE = (Path(__file__).parent / "note.txt").read_text(encoding="utf-8")


@pytest.fixture
def filled(run, tmp_path):
    """A register with one organization, WHO, and the note of two recommendations, A/80/501."""
    note = tmp_path / "A_80_501_Add.1.txt"
    note.write_text(NOTE, encoding="utf-8")
    assert run("org", "add", "WHO", "--name", "Health").exit_code == 0
    done = run("import", str(note))
    assert done.exit_code == 0, done.stderr
    return run


@pytest.fixture
def rows(filled):
    """The register's rows by reference: `rows()["A/80/501/R1"]`."""

    def read(*words: str):
        done = filled("list", "--json", *words)
        assert done.exit_code == 0, done.stderr
        return {row["ref"]: row for row in json.loads(done.stdout)}

    return read


@pytest.fixture
def due(filled):
    """WHO has a head and one recommendation that was due long ago."""
    head = (
        "officer",
        "add",
        "WHO",
        "--post",
        "executive-head",
        "--name",
        "Ada Holder",
        "--email",
        "ada@who.example.org",
    )
    assert filled(*head, "--from", "2020-01-01").exit_code == 0
    done = filled("update", "A/80/501/R1", "WHO", "--to", "accepted", "--due", "2025-06-30", "--on", "2025-06-01")
    assert done.exit_code == 0, done.stderr
    return filled


@pytest.fixture
def config(tmp_path, monkeypatch):
    """Write a tracker.toml that the commands take."""

    def write(text):
        path = tmp_path / "tracker.toml"
        path.write_text(text, encoding="utf-8")
        tomllib.loads(text)
        monkeypatch.setenv("TRACKER_CONFIG", str(path))

    return write
