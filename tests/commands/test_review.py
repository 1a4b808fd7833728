"""`tracker review`: every prompt a line, nothing written until confirmed, resumed where one stopped."""

import json
import re

import pytest


def test_decisions_are_written_together_after_a_yes(filled, rows):
    done = filled("review", "WHO", input="a\nby letter\n2026-12\nn\ntoo dear\ny\n")
    assert done.exit_code == 0, done.stderr
    found = rows()
    assert (found["A/80/501/R1"]["acceptance"], found["A/80/501/R1"]["due_on"]) == ("accepted", "2026-12-31")
    assert (found["A/80/501/R2"]["acceptance"], found["A/80/501/R2"]["note"]) == ("not-accepted", "too dear")
    assert len({line["batch"] for line in json.loads(filled("history", "R1", "--json").stdout)}) == 2


def test_nothing_is_written_without_the_yes(filled, rows):
    done = filled("review", "WHO", input="a\n\n\nq\nn\n")
    assert done.exit_code == 0
    assert "Nothing was written" in done.stderr
    assert rows()["A/80/501/R1"]["acceptance"] == "no-information"


def test_what_was_kept_is_gone_on_with(filled, rows):
    assert "Kept for later" in filled("review", "WHO", input="a\n\n\nq\nk\n").stderr
    again = filled("review", "who", input="a\n\n\ny\n")
    assert "Going on from last time" in again.stderr
    assert "2 of 2: A/80/501/R2" in again.stderr
    assert "1 of 2" not in again.stderr
    assert {row["acceptance"] for row in rows().values()} == {"accepted"}


def test_an_end_of_input_keeps_the_decisions(filled):
    done = filled("review", "WHO", input="a\n\n\n")
    assert done.exit_code == 0
    assert "Kept for later" in done.stderr


def test_a_needed_note_is_insisted_on_and_a_strange_key_changes_nothing(filled):
    done = filled("review", "WHO", input="z\nn\n\nb\nq\n")
    assert "“z” means nothing here." in done.stderr
    assert "not-accepted needs a note" in done.stderr
    assert "Nothing was decided" in done.stderr


def test_a_row_that_somebody_changed_meanwhile_is_refused(filled, rows):
    filled("review", "WHO", input="a\n\n\nq\nk\n")
    filled("update", "R1", "WHO", "--to", "under-consideration")
    done = filled("review", "WHO", input="q\ny\n")
    assert done.exit_code == 1
    assert "A/80/501/R1 WHO: somebody changed it meanwhile; review it again." in done.stderr
    assert rows()["A/80/501/R1"]["acceptance"] == "under-consideration"


def test_only_moves_of_the_table_are_offered(filled):
    shown = filled("review", "WHO", input="q\n").stderr
    assert "a accepted" in shown
    assert "in-progress" not in shown
    assert "verified" not in shown


def test_nothing_open_is_said(filled):
    filled("update", "--all", "--org", "WHO", "--to", "not-relevant", "--note", "no", "--yes")
    done = filled("review", "WHO")
    assert done.exit_code == 1
    assert "nothing is open for WHO." in done.stderr


def test_the_queue_of_claims_is_verified_by_another_person(filled, rows):
    filled("update", "R1", "WHO", "--to", "accepted")
    filled("update", "R1", "WHO", "--to", "implemented", "--note", "list kept")
    own = filled("review", "--claims", input="q\n").stderr
    assert "1 of 1: A/80/501/R1 WHO" in own
    assert "y verified" not in own, "four eyes: the one who reported it may not verify it"
    done = filled("--actor", "second", "review", "--claims", input="y\n\ny\n")
    assert done.exit_code == 0, done.stderr
    assert rows()["A/80/501/R1"]["verification"] == "verified"
    assert filled("review", "--claims").exit_code == 1
    assert filled("review").exit_code == 2


def test_help_lists_the_keys_and_what_each_does(filled):
    shown = filled("review", "WHO", input="?\nq\n").stderr
    lines = [line.strip() for line in shown.splitlines()]
    assert "a     accepted" in lines
    assert "n     not-accepted; needs a note" in lines
    assert any(line.startswith("Enter ") for line in lines)
    assert "Several letters are several moves, one after the other: ai means accepted, then" in " ".join(shown.split())
    assert "“z” means nothing here. ? lists what does." in filled("review", "WHO", input="z\nq\n").stderr


def test_several_moves_of_one_row_are_decided_at_once(filled, rows):
    done = filled("review", "WHO", input="a i\nby letter\n2027Q1\nad\n\nq\ny\n")
    assert done.exit_code == 0, done.stderr
    assert "implemented needs a note; nothing was decided." in done.stderr
    row = rows()["A/80/501/R1"]
    assert (row["acceptance"], row["implementation"], row["note"]) == ("accepted", "in-progress", "by letter")
    assert row["due_on"] == "2027-03-31"
    full = json.loads(filled("show", "R1", "WHO", "--json").stdout)
    assert full["due"]["given"] == "2027Q1"
    assert "A/80/501/R1 WHO: accepted, then in-progress, due 2027-03-31 (by letter)" in done.stderr


def test_moves_that_do_not_follow_from_each_other_mean_nothing(filled, rows):
    done = filled("review", "WHO", input="i\nni\nax\nq\n")
    assert [word in done.stderr for word in ("“i” means", "“ni” means", "“ax” means")] == [True] * 3
    assert "Nothing was decided" in done.stderr


def test_several_moves_are_kept_for_later(filled, rows):
    assert "Kept for later" in filled("review", "WHO", input="ai\n\n\nq\nk\n").stderr
    again = filled("review", "WHO", input="q\ny\n")
    assert again.exit_code == 0, again.stderr
    assert rows()["A/80/501/R1"]["implementation"] == "in-progress"


def test_every_prompt_has_a_way_back_to_the_keys(filled, rows):
    done = filled("review", "WHO", input="n\n<\na\nyes\n<\nu\n<\na\n\n\nq\ny\n")
    assert done.exit_code == 0, done.stderr
    assert done.stderr.count("1 of 2: A/80/501/R1 WHO") == 4
    assert rows()["A/80/501/R1"]["acceptance"] == "accepted"
    assert rows()["A/80/501/R1"]["note"] is None


def test_enter_leaves_what_was_decided_and_skip_takes_it_back(filled, rows):
    filled("review", "WHO", input="a\n\n\nb\n\nq\ny\n")
    assert rows()["A/80/501/R1"]["acceptance"] == "accepted"
    done = filled("review", "WHO", input="i\n\nb\ns\nq\n")
    assert "Nothing was decided" in done.stderr


@pytest.mark.parametrize("columns", [60, 80, 100])
def test_no_word_is_torn_and_no_key_from_its_word(filled, monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", str(columns))
    filled("update", "R1", "WHO", "--to", "accepted", "--note", "an unhyphenated administrative consideration " * 6)
    filled(
        "update", "R1", "WHO", "--to", "implemented", "--note", "the self-evident and well-known half-year plan " * 6
    )
    shown = filled("--actor", "second", "review", "WHO", input="?\na\n\nq\n").stderr
    shown += filled("--actor", "second", "review", "--claims", input="q\n").stderr
    lines = shown.splitlines()
    prompts = ("What does it say?", "Note (", "Due date (", "Write ")
    assert [line for line in lines if len(line) > columns and not line.startswith(prompts)] == []
    for line in lines:
        assert not line.endswith(("-", "·")) or line.endswith(" ·"), line
        assert not re.search(r"· \S$", line), f"a key without its word: {line}"
    words = " ".join(shown.split())
    assert "self-evident and well-known half-year plan" in words
    assert "(note)" in words
    assert "\x1b" not in shown, "nothing that a screen reader could not say"
