"""`tracker review`: every prompt a line, nothing written until confirmed, resumed where one stopped."""

import json
import os
import re
import signal
import subprocess
import sys
from contextlib import contextmanager

import pytest
from answers import ok

from tracker.commands import review


@pytest.fixture
def meanwhile(filled, monkeypatch):
    """Let somebody else write something when a review shows a prompt that begins so."""

    def arrange(prompt, *words):
        read = review._read

        def interrupted(asked):
            if asked.startswith(prompt):
                monkeypatch.setattr(review, "_read", read)
                done = filled(*words)
                assert done.exit_code == 0, done.stderr
            return read(asked)

        monkeypatch.setattr(review, "_read", interrupted)

    return arrange


@pytest.fixture
def kept(tmp_path):
    """What is kept of reviews, by the name of its file."""
    return lambda: {path.name: json.loads(path.read_text()) for path in tmp_path.rglob("reviews/*/*.json")}


def test_decisions_are_written_together_after_a_yes(filled, rows):
    done = filled("review", "WHO", input="a\nby letter\n2026-12\nn\ntoo dear\ny\n")
    assert done.exit_code == 0, done.stderr
    found = rows()
    assert (found["A/80/501/R1"]["acceptance"], found["A/80/501/R1"]["due_on"]) == ("accepted", "2026-12-31")
    assert (found["A/80/501/R2"]["acceptance"], found["A/80/501/R2"]["note"]) == ("not-accepted", "too dear")
    assert len({line["batch"] for line in json.loads(filled("history", "R1", "--json").stdout)}) == 2


def test_a_follow_up_is_shown_with_its_place_its_words_and_where_it_stands(filled):
    ok(filled("update", "R1", "WHO", "--to", "accepted", "--due", "2025-01-31", "--on", "2025-01-20", "--note", "yes"))
    said = filled("review", "WHO", input="q\n").stderr
    assert said.splitlines()[:6] == [
        "2 follow-ups open.",
        "",
        "1 of 2: A/80/501/R1 WHO",
        "  Executive heads should keep a list of things.",
        "  Now: accepted, no-information, due 2025-01-31, overdue.",
        "  Last note (2025-01-20): yes",
    ]
    assert said.endswith("Nothing was decided, nothing was written.\n")


def test_nothing_is_written_without_the_yes(filled, rows):
    done = filled("review", "WHO", input="a\n\n\nq\nn\n")
    assert done.exit_code == 0
    assert "Nothing was written" in done.stderr
    assert rows()["A/80/501/R1"]["acceptance"] == "no-information"


HEARING = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)
from tracker.commands import main
main()
"""


@pytest.mark.parametrize("answers", ["a\n\n\n", "a\n\n\nq\n"], ids=["at a recommendation", "at the last question"])
def test_a_review_that_is_terminated_asks_nothing_more_and_is_gone_on_with(filled, rows, sqlite_url, answers):
    words = ["--database", sqlite_url, "--actor", "officer", "review", "WHO"]
    pipes = {"stdin": subprocess.PIPE, "stderr": subprocess.PIPE}
    program = subprocess.Popen([sys.executable, "-c", HEARING, *words], **pipes)
    program.stdin.write(answers.encode())
    program.stdin.flush()
    said = b""
    while b"2 of 2" not in said or not said.endswith(b" ") or (b"\nWrite" not in said and "q" in answers):
        said += os.read(program.stderr.fileno(), 4096)
    program.send_signal(signal.SIGTERM)
    more = program.communicate(timeout=20)[1].decode()
    assert (program.returncode, more) == (143, "")
    assert rows()["A/80/501/R1"]["acceptance"] == "no-information"
    assert "Going on from last time" in filled("review", "WHO", input="q\nk\n").stderr


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
    assert "“z” is not an answer here." in done.stderr
    assert "not-accepted needs a note" in done.stderr
    assert "Nothing was decided" in done.stderr


def test_a_row_that_somebody_changed_meanwhile_is_refused_and_nothing_is_lost(filled, rows, meanwhile):
    meanwhile("Write ", "update", "R1", "WHO", "--to", "under-consideration")
    done = filled("review", "WHO", input="a\nby letter\n\na\n\n\ny\n")
    assert done.exit_code == 1
    assert "A/80/501/R1 WHO: somebody changed it meanwhile; review it again." in done.stderr
    assert "what was decided is kept for later. Go on with: tracker review WHO." in done.stderr
    assert rows()["A/80/501/R2"]["acceptance"] == "no-information"
    again = filled("review", "WHO", input="p\npart of it\n\ny\n")
    assert again.exit_code == 0, again.stderr
    said = " ".join(again.stderr.split())
    assert "R1 WHO: somebody has changed it meanwhile; decide again. Your decision was: accepted (by letter)." in said
    assert "2 of 2: A/80/501/R1" in again.stderr, "it is what one is asked about, and the only one"
    assert "1 of 2" not in again.stderr
    assert [row["acceptance"] for row in rows().values()] == ["partially-accepted", "accepted"]


def test_what_is_set_aside_is_kept_until_it_is_decided_again(filled, kept):
    filled("review", "WHO", input="a\nby letter\n\nq\nk\n")
    filled("update", "R1", "WHO", "--to", "under-consideration")
    for _ in range(2):
        done = filled("review", "WHO", input="q\n")
        assert "Nothing was decided" in done.stderr
        assert "Decided before somebody changed it: accepted (by letter)." in done.stderr
    assert "1 follow-up changed." in filled("review", "WHO", input="\na\n\n\ny\n").stderr
    assert "by letter" in str(kept()), "nobody has said that it is not wanted"
    assert "Nothing was decided" in filled("review", "WHO", input="s\nq\n").stderr
    assert kept() == {}


def test_what_is_new_or_gone_meanwhile_is_said_and_shown(filled, rows, kept):
    filled("update", "R2", "WHO", "--to", "not-relevant", "--note", "no")
    filled("review", "WHO", input="a\nby letter\n\nk\n")
    filled("update", "R2", "WHO", "--to", "accepted", "--due", "2026-01-31")
    assert "2 of 2: A/80/501/R2" in filled("review", "WHO", input="i\nat work\nk\n").stderr
    filled("update", "R2", "WHO", "--to", "not-relevant", "--note", "no")
    done = filled("review", "WHO", input="k\n")
    assert (
        "A/80/501/R2 WHO: no answer is needed any more; your decision is left out: in-progress (at work)."
        in done.stderr
    )
    assert "1 of 1" not in done.stderr, "where all is decided, only the last question is left"
    assert "Write 1 update?" in done.stderr


def test_the_last_question_has_a_way_back(filled, rows):
    done = filled("review", "WHO", input="a\n\n\na\n\n\nb\ns\ny\n")
    assert done.exit_code == 0, done.stderr
    assert {ref[-2:]: row["acceptance"] for ref, row in rows().items()} == {"R1": "accepted", "R2": "no-information"}


def test_moving_a_due_date_asks_for_the_note_that_it_needs(filled, rows):
    filled("update", "R1", "WHO", "--to", "under-consideration", "--due", "2026-06-30")
    done = filled("review", "WHO", input="a\n\n2027-06\n\na\n\n2027-06\nby letter\nq\ny\n")
    assert done.exit_code == 0, done.stderr
    assert done.stderr.count("  It is due on 2026-06-30 already; moving the date needs a note that says why.") == 2
    assert "That needs a note; nothing was decided." in done.stderr
    assert (rows()["A/80/501/R1"]["due_on"], rows()["A/80/501/R1"]["note"]) == ("2027-06-30", "by letter")


@contextmanager
def answering_elsewhere(url):
    """Another process of the same person that has answered the first of two questions, and waits at the second."""
    with subprocess.Popen(
        [sys.executable, "-m", "tracker", "--database", url, "--actor", "officer", "review", "WHO"],
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        process.stdin.write(b"a\nby letter\n\n")
        process.stdin.flush()
        while b"2 of 2" not in (line := process.stderr.readline()):
            assert line, "the review ended before its second question"
        try:
            yield process
        finally:
            process.kill()  # harder than a line that drops, and nobody can have it ignored


def test_of_two_at_once_the_second_says_so_and_takes_nothing_from_the_first(filled, sqlite_url, kept):
    with answering_elsewhere(sqlite_url) as first:
        second = filled("review", "WHO", input="n\ntoo dear\nq\nk\n")
        assert second.exit_code == 1
        assert re.search(
            rf"a review of WHO by officer is already in progress since 20\S+ \S+ UTC \(process {first.pid}\)\.",
            second.stderr,
        )
        assert "Go on there; or stop it there with q" in second.stderr
        assert filled("--actor", "another", "review", "WHO", input="q\n").exit_code == 0
        assert filled("review", "--claims", input="q\n").stderr.endswith(
            "nothing is reported implemented and still to be verified. See: tracker list.\n"
        )
    assert ["by letter" in str(said) for said in kept().values()] == [True]
    assert "Going on from last time" in filled("review", "WHO", input="q\nk\n").stderr


def test_what_is_over_holds_nobody_up(filled, tmp_path):
    assert filled("review", "WHO", input="a\n\n\nq\nk\n").exit_code == 0
    assert list(tmp_path.rglob("*.lock")) == []
    assert filled("review", "WHO", input="q\nn\n").exit_code == 0


def test_every_answer_is_kept_at_once(filled, sqlite_url, kept):
    with answering_elsewhere(sqlite_url):
        pass
    assert "by letter" in str(kept())
    assert "A/80/501/R1 WHO: accepted (by letter)" in filled("review", "WHO", input="q\nn\n").stderr
    assert kept() == {}


def test_what_one_kept_is_not_written_under_the_name_of_another(filled, rows, kept):
    filled("--actor", "A. Quist", "review", "WHO", input="a\nby A\n\nq\nk\n")
    other = filled("--actor", "B. Maas", "review", "WHO", input="q\ny\n")
    assert "A review of it is kept by A. Quist too; yours starts from the beginning." in other.stderr
    assert "Nothing was decided" in other.stderr
    assert len(kept()) == 1
    assert filled("--actor", "a. quist", "review", "who", input="q\ny\n").exit_code == 0
    assert rows()["A/80/501/R1"]["note"] == "by A"


@pytest.mark.parametrize("said", ["", "[]", '{"subject": "WHO claims", "actor": "A. Quist"}'])
def test_a_file_of_another_that_cannot_be_read_or_is_about_something_else_is_passed_over(filled, rows, tmp_path, said):
    filled("--actor", "A. Quist", "review", "WHO", input="a\nby A\n\nq\nk\n")
    (file,) = tmp_path.rglob("reviews/*/*.json")
    file.write_text(said)
    done = filled("--actor", "B. Maas", "review", "WHO", input="q\ny\n")
    assert done.exit_code == 0
    assert "is kept by" not in done.stderr


def test_what_was_kept_for_one_register_is_not_that_of_another_beside_it(filled, run, sqlite_url, tmp_path):
    (tmp_path / "other.db").write_bytes((tmp_path / "register.db").read_bytes())
    filled("review", "WHO", input="a\n\n\nq\nk\n")
    assert "Nothing was decided" in run("--database", str(tmp_path / "other.db"), "review", "WHO", input="q\n").stderr


def test_what_is_no_text_is_asked_for_again(filled, rows):
    done = filled("review", "WHO", input=b"n\ntoo \xff dear\ntoo \x00 dear\ntoo dear\nq\ny\n")
    assert done.exit_code == 0, done.stderr
    assert done.stderr.count("type it again") == 2
    assert rows()["A/80/501/R1"]["note"] == "too dear"


def test_without_an_input_it_ends_as_at_the_end_of_one(filled, monkeypatch):
    monkeypatch.setattr("sys.stdin", None)
    with pytest.raises(EOFError):
        review._read("What is the answer?")


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
    assert "y is not possible: you reported it (four eyes)." in own
    assert "Evidence: none." in own
    done = filled("--actor", "second", "review", "--claims", input="y\n\ny\n")
    assert done.exit_code == 0, done.stderr
    assert rows()["A/80/501/R1"]["verification"] == "verified"
    assert filled("review", "--claims").exit_code == 1
    assert filled("review").exit_code == 2


def test_a_claim_is_shown_with_its_evidence_and_who_made_it_when(filled):
    filled("update", "R1", "WHO", "--to", "accepted", "--on", "2026-03-01")
    link = "https://who.example.org/list"
    filled("update", "R1", "WHO", "--to", "implemented", "--evidence", link, "--on", "2026-04-02")
    filled("--actor", "third", "update", "R1", "WHO", "--to", "implemented", "--note", "still so", "--on", "2026-05-03")
    shown = filled("--actor", "second", "review", "--claims", input="q\n").stderr
    assert f"  Evidence: {link}\n" in shown
    assert "  Reported by officer on 2026-04-02.\n" in shown
    assert "four eyes" not in shown


def test_how_to_see_the_files_of_a_claim_is_said(filled, tmp_path, monkeypatch):
    monkeypatch.setenv("COLUMNS", "120")
    policy = tmp_path / "policy.txt"
    policy.write_text("We keep a list.")
    filled("update", "R1", "WHO", "--to", "accepted")
    filled("update", "R1", "WHO", "--to", "implemented", "--evidence", str(policy))
    shown = filled("--actor", "second", "review", "--claims", input="q\n").stderr
    assert "  Evidence: policy.txt\n  Copy its files out with: tracker evidence A/80/501/R1 WHO --out DIR.\n" in shown


def test_a_claim_is_made_on_the_first_day_of_which_it_is_said(filled):
    def claimed():
        return filled("--actor", "second", "review", "--claims", input="q\n").stderr

    filled("update", "R1", "WHO", "--to", "accepted", "--on", "2026-02-01")
    filled("update", "R1", "WHO", "--to", "implemented", "--note", "done", "--on", "2026-04-01")
    filled("update", "R1", "WHO", "--to", "implemented", "--note", "letter", "--on", "2026-03-01")
    assert "  Reported by officer on 2026-03-01.\n" in claimed()
    letter = json.loads(filled("history", "R1", "WHO", "--json").stdout)[-1]["entry"]
    filled("update", "R1", "WHO", "--to", "implemented", "--note", "still so", "--on", "2026-05-01")
    filled("correct", "R1", "WHO", str(letter - 1), "--note", "of another report")
    filled("correct", "R1", "WHO", str(letter), "--note", "of another report")
    assert "  Reported by officer on 2026-05-01.\n" in claimed()


def test_help_lists_the_keys_and_what_each_does(filled):
    shown = filled("review", "WHO", input="?\nq\n").stderr
    lines = [line.strip() for line in shown.splitlines()]
    assert "a     accepted" in lines
    assert "n     not-accepted; needs a note" in lines
    assert any(line.startswith("Enter ") for line in lines)
    assert "Several letters are several moves, one after the other: ai means accepted, then" in " ".join(shown.split())
    assert "“z” is not an answer here. ? lists the answers." in filled("review", "WHO", input="z\nq\n").stderr


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
    assert [word in done.stderr for word in ("“i” is not", "“ni” is not", "“ax” is not")] == [True] * 3
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
    prompts = ("What is the answer?", "Note (", "Due date (", "Write ")
    assert [line for line in lines if len(line) > columns and not line.startswith(prompts)] == []
    for line in lines:
        assert not line.endswith(("-", "·")) or line.endswith(" ·"), line
        assert not re.search(r"· \S$", line), f"a key without its word: {line}"
    words = " ".join(shown.split())
    assert "self-evident and well-known half-year plan" in words
    assert "(note)" in words
    assert "\x1b" not in shown, "nothing that a screen reader could not say"


LINK = "https://who.example.org/policy"


def test_evidence_is_added_by_link_and_by_file_alone_or_with_a_move(filled, rows, tmp_path):
    policy = tmp_path / "the policy.txt"
    policy.write_text("We keep a list.")
    filled("update", "R2", "WHO", "--to", "accepted")
    done = filled("review", "WHO", input=f"e\n{LINK}\n\nby phone\nde\n'{policy}'\n{LINK}\n\n\ny\n")
    assert done.exit_code == 0, done.stderr
    assert f"  A/80/501/R1 WHO: evidence {LINK} (by phone)\n" in done.stderr
    found = rows()
    assert [found["A/80/501/R1"][key] for key in ("acceptance", "note")] == ["no-information", "by phone"]
    assert [item["location"] for item in found["A/80/501/R1"]["evidence"]] == [LINK]
    assert found["A/80/501/R2"]["implementation"] == "implemented"
    given = json.loads(filled("evidence", "R2", "WHO", "--json").stdout)
    assert [(item["location"], item["state"]) for item in given] == [("the policy.txt", "whole"), (LINK, None)]
    assert len({line["batch"] for line in json.loads(filled("history", "--json", "R1").stdout)[1:]}) == 1
    assert filled("audit", "verify").exit_code == 0


def test_what_is_no_evidence_is_asked_for_again_and_none_goes_back(filled, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty.txt").touch()
    done = filled("review", "WHO", input="e\nnot there\nhttps://\nempty.txt\n~nobody/x\n\nq\n")
    said = " ".join(done.stderr.split())
    assert f"{tmp_path}/not there: there is no such file." in said
    assert "names no server" in said
    assert f"{tmp_path}/empty.txt: it is empty." in said
    assert done.stderr.count("Evidence (a link or a file; ") == 5
    assert "Nothing was decided" in done.stderr


def test_nothing_is_kept_of_a_file_without_the_yes_nor_written_where_it_is_gone(filled, rows, tmp_path):
    policy = tmp_path / "policy.txt"
    policy.write_text("We keep a list.")
    filled("review", "WHO", input=f"ae\n{policy}\n\n\n\na\n\n\nk\n")
    assert not (tmp_path / "evidence").exists()
    policy.unlink()
    done = filled("review", "WHO", input="y\n")
    assert done.exit_code == 1
    assert f"A/80/501/R1 WHO: {policy}: there is no such file." in done.stderr
    assert "kept for later" in done.stderr
    assert {row["acceptance"] for row in rows().values()} == {"no-information"}
    policy.write_text("We keep a longer list.")
    assert filled("review", "WHO", input="y\n").exit_code == 0
    assert json.loads(filled("evidence", "R1", "WHO", "--json").stdout)[0]["state"] == "whole"


def test_more_time_is_asked_for_with_its_reason_and_in_the_same_batch(filled, rows):
    filled("update", "R1", "WHO", "--to", "accepted", "--due", "2026-06-30")
    done = filled("review", "WHO", input="it\nbudget\n2026-06\nit\nbudget\n2027Q1\ns\ny\n")
    assert done.exit_code == 0, done.stderr
    assert "It is due on 2026-06-30, and 2026-06-30 is not later." in done.stderr
    assert "A/80/501/R1 WHO: in-progress, more time until 2027-03-31 (budget)" in done.stderr
    assert "Due date (" not in done.stderr
    assert (rows()["A/80/501/R1"]["due_on"], rows()["A/80/501/R1"]["implementation"]) == ("2026-06-30", "in-progress")
    asked = json.loads(filled("extend", "list", "--json").stdout)
    assert [(item["requested_to"], item["reason"]) for item in asked] == [("2027-03-31", "budget")]
    again = filled("review", "WHO", input="t\nq\n").stderr
    assert re.search(r"More time asked for on \S+, until 2027-03-31: budget\n", again)
    assert "t is not possible: it has a request for 2027-03-31 that is not decided." in " ".join(again.split())
    assert "t more time" not in again
    assert filled("extend", "grant", "R1", "WHO", "--note", "yes").exit_code == 0
    full = json.loads(filled("show", "R1", "WHO", "--json").stdout)
    assert full["due"]["given"] == "2027Q1"
    assert filled("audit", "verify").exit_code == 0


def test_more_time_needs_a_due_date_a_note_and_something_that_stays_open(filled):
    filled("update", "R2", "WHO", "--to", "accepted", "--due", "2026-06-30")
    done = filled("review", "WHO", input="t\n\ndt\ndone\n2027-01\ns\nt\nq\n")
    said = " ".join(done.stderr.split())
    assert "more time needs a note; nothing was decided." in said
    assert "It would be settled, and there is nothing to extend." in said
    assert "“t” is not an answer here. t is not possible: it has no due date. ? lists the answers." in said
    assert "Nothing was decided" in said


def test_evidence_and_a_request_are_kept_for_later_and_dated_as_all_else(filled, rows):
    filled("update", "R1", "WHO", "--to", "accepted", "--due", "2026-06-30", "--on", "2026-03-01")
    filled("review", "WHO", "--on", "2026-03-30", input=f"et\n{LINK}\n\nbudget\n2027-01\nq\nk\n")
    done = filled("review", "WHO", input="q\ny\n")
    assert f"A/80/501/R1 WHO: evidence {LINK} on 2026-03-30, more time until 2027-01-31 (budget)" in (
        " ".join(done.stderr.split())
    )
    assert json.loads(filled("extend", "list", "--json").stdout)[0]["requested_on"] == "2026-03-30"
    assert filled("evidence", "R1", "WHO", "--as-of", "2026-03-29", "--json").stdout.strip() == "[]"
    assert len(json.loads(filled("evidence", "R1", "WHO", "--as-of", "2026-03-30", "--json").stdout)) == 1
    assert filled("undo").exit_code == 0
    assert filled("extend", "list", "--json").stdout.strip() == "[]"


def test_what_cannot_be_kept_can_still_be_decided_and_written(filled, rows, tmp_path):
    (tmp_path / "reviews").write_text("in the way of the folder")
    done = filled("review", "WHO", input="a\n\n\nq\ny\n")
    assert done.exit_code == 0, done.stderr
    assert "It cannot be kept for later: not a directory." in done.stderr
    assert rows()["A/80/501/R1"]["acceptance"] == "accepted"


def test_answers_of_an_earlier_day_are_dated_with_it_and_count_in_its_quarter(filled, rows):
    done = filled("review", "WHO", "--on", "2026-03-30", input="a\n\n\nn\ntoo dear\ny\n")
    assert done.exit_code == 0, done.stderr
    assert "What you decide now is dated 2026-03-30." in done.stderr
    assert "A/80/501/R2 WHO: not-accepted on 2026-03-30 (too dear)" in done.stderr
    assert {row["acceptance"] for row in rows("--as-of", "2026-03-29").values()} == {"no-information"}
    assert {row["acceptance"] for row in rows("--as-of", "2026-03-31").values()} == {"accepted", "not-accepted"}


def test_a_decision_that_is_kept_keeps_its_day(filled, rows):
    filled("review", "WHO", "--on", "2026-03-30", input="a\n\n\nq\nk\n")
    done = filled("review", "WHO", input="a\n\n\ny\n")
    assert done.exit_code == 0, done.stderr
    assert [row["ref"] for row in rows("--as-of", "2026-03-31", "--acceptance", "accepted").values()] == ["A/80/501/R1"]


def test_what_does_not_follow_on_its_day_is_refused_at_once(filled):
    filled("update", "R1", "WHO", "--to", "accepted", "--on", "2026-03-01")
    filled("update", "R1", "WHO", "--to", "in-progress", "--on", "2026-05-01")
    done = filled("review", "WHO", "--on", "2026-03-30", input="n\ntoo dear\nq\n")
    assert "(in-progress on 2026-05-01) would no longer hold" in " ".join(done.stderr.split())
    assert done.stderr.count("1 of 2: A/80/501/R1 WHO") == 2
    assert "Nothing was decided" in done.stderr


def test_what_is_possible_is_asked_from_where_it_stood_on_the_day(filled, rows):
    filled("update", "R1", "WHO", "--to", "accepted", "--on", "2026-05-01")
    done = filled("review", "WHO", "--on", "2026-03-30", input="i\nu\n\nq\ny\n")
    assert "Now: accepted, no-information.\n  On 2026-03-30: no-information, no-information.\n" in done.stderr
    assert done.stderr.count("On 2026-03-30: ") == 1
    assert "“i” is not an answer here." in done.stderr
    assert rows("--as-of", "2026-03-31")["A/80/501/R1"]["acceptance"] == "under-consideration"


def test_what_is_otherwise_since_the_day_is_no_change_of_today_and_a_confirmation_none_either(filled, rows):
    filled("update", "R1", "WHO", "--to", "accepted", "--on", "2026-05-01")
    filled("update", "R2", "WHO", "--to", "accepted", "--on", "2026-03-01")
    done = filled("review", "WHO", "--on", "2026-03-30", input="u\n\nc\n\n\ny\n")
    assert done.stderr.endswith("0 follow-ups changed, 1 confirmed, 1 entered for an earlier day.\n")
    said = " ".join(done.stderr.split())
    assert "no-information → under-consideration on 2026-03-30; since 2026-05-01 it is accepted" in said
    assert rows()["A/80/501/R1"]["acceptance"] == "accepted"


def test_a_day_to_come_is_refused_before_anything_is_asked(filled):
    done = filled("review", "WHO", "--on", "2199-01-01")
    assert (done.exit_code, done.stdout) == (1, "")
    assert (
        done.stderr == "tracker: 2199-01-01 is in the future. Give the day on which it was so, today at the latest.\n"
    )
