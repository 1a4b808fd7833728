"""`tracker demo` on the command line."""

import json
import shlex

import pytest

from tracker.services import demo, sample


@pytest.fixture
def made(monkeypatch):
    """The demonstration without the report, which is tested beside its service."""
    monkeypatch.setattr(demo, "_write_report", lambda *_: [])


def test_it_says_what_it_did_and_what_it_proposes_works(made, run, tmp_path):
    done = run("demo", str(tmp_path / "demo"))
    assert done.exit_code == 0, done.stderr
    assert "91 follow-ups: 58 open" in done.stdout
    assert "2 notes for 10 organizations" in done.stdout
    proposed = [shlex.split(line) for line in done.stdout.splitlines() if "--config" in line]
    assert len(proposed) == 8
    for words in proposed:
        tried = run(*words[words.index("--config") :])
        assert tried.exit_code == 0, f"{words}: {tried.stderr}"


def test_it_gives_json(made, monkeypatch, run, tmp_path):
    monkeypatch.setattr(sample, "tell", lambda _: 0)
    monkeypatch.setattr(demo, "_send_digests", lambda *_: [])
    done = run("demo", str(tmp_path / "demo"), "--json")
    assert json.loads(done.stdout)["database"] == str(tmp_path / "demo" / "register.db")


def test_a_folder_with_other_things_is_refused_in_one_sentence(run, tmp_path):
    (tmp_path / "letter.docx").write_text("mine")
    done = run("demo", str(tmp_path))
    assert done.exit_code == 1
    assert done.stdout == ""
    assert done.stderr == (
        f"tracker: {tmp_path}: it holds letter.docx, which no demonstration made. "
        "Give an empty or a new folder: tracker demo DIR.\n"
    )
