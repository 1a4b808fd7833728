"""What people see: plain text in a pipe, tables that fit a terminal of 80 columns."""

import json
import re

import pytest
from terminals import on_a_terminal


@pytest.fixture
def told(filled, tmp_path):
    """A register with a short story."""
    filled("org", "add", "UN-WOMEN", "--name", "Women")
    filled("import", str(tmp_path / "A_80_501_Add.1.txt"))
    filled(
        "update",
        "R1",
        "WHO",
        "--to",
        "accepted",
        "--on",
        "2025-05-04",
        "--due",
        "2025Q2",
        "--note",
        "by letter of the Director",
    )
    filled("update", "R1", "WHO", "--to", "in-progress", "--on", "2025-06-01")
    filled(
        "update",
        "R2",
        "WHO",
        "--to",
        "not-relevant",
        "--on",
        "2025-07-01",
        "--note",
        "has no list, and will not have one; " * 3,
    )
    assert filled("correct", "R2", "WHO", "8", "--note", "wrong row").exit_code == 0
    return filled


WORDS = [
    ["list"],
    ["list", "--open"],
    ["show", "R1"],
    ["show", "R1", "WHO"],
    ["history", "R1"],
    ["history", "R2", "WHO"],
]


def settled(text):
    """The text without what differs from day to day: the day and the minute of writing."""
    day = re.sub(r"20(?!25)\d\d-\d\d-\d\d", "YYYY-MM-DD", text)
    return re.sub(r"YYYY-MM-DD \d\d:\d\d", "YYYY-MM-DD HH:MM", day).replace("\r\n", "\n")


@pytest.mark.parametrize("words", WORDS, ids=" ".join)
def test_in_a_pipe(told, words, snapshot):
    done = told(*words)
    assert done.exit_code == 0, done.stderr
    assert settled(done.stdout) + "--- stderr\n" + settled(done.stderr) == snapshot


@pytest.mark.parametrize("words", WORDS, ids=" ".join)
def test_on_a_terminal_of_80_columns(told, sqlite_url, words, snapshot):
    text = re.sub(r"\x1b\[[0-9;]*m", "", settled(on_a_terminal(sqlite_url, *words)))
    lines = [line.rstrip() for line in text.splitlines()]
    assert max(len(line) for line in lines) <= 80
    assert "\n".join(lines) == snapshot


def test_a_narrow_terminal_keeps_the_words_whole(told, sqlite_url):
    text = on_a_terminal(sqlite_url, "list", columns=70)
    for word in ("A/80/501/R1", "WHO", "in-progress", "no-information"):
        assert word in text


def test_a_reference_is_found_with_the_full_stop_of_its_sentence_and_a_wrong_one_is_named_without(filled):
    assert json.loads(filled("show", "501/R1.", "WHO", "--json").stdout)["ref"] == "A/80/501/R1"
    assert "A/80/501 has no recommendation 9. It has 2: 1, 2." in filled("show", "501/R9.", "WHO").stderr


def test_line_ends_of_windows_are_line_ends(filled):
    assert filled("update", "R1", "WHO", "--note", "one\r\ntwo").exit_code == 0
    assert "one two" in filled("show", "R1", "WHO").stdout
    assert "\N{SYMBOL FOR CARRIAGE RETURN}" not in filled("show", "R1", "WHO").stdout


def test_a_cell_with_tabs_and_line_ends_stays_one_line(filled):
    filled("update", "R1", "WHO", "--note", "one\ttwo\nthree")
    lines = filled("history", "R1").stdout.splitlines()
    assert [line.count("\t") for line in lines] == [6] * len(lines)
    assert lines[-1].endswith("one two three")


def test_nothing_found_is_an_empty_list_and_no_error(filled):
    done = filled("list", "--verification", "disputed")
    assert (done.exit_code, done.stdout.count("\n")) == (0, 1)
    assert done.stderr == "No follow-up matches; leave out a filter, or see all with: tracker list.\n"
    assert filled("list", "--verification", "disputed", "--json").stdout == "[]\n"


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("WHO", "--org WHO"),
        ("--overdue who", "--org who"),
        ("501 nonesuch", "--report 501"),
        ("A/80/501/R2", "tracker show A/80/501/R2"),
    ],
)
def test_a_name_that_no_text_holds_is_answered_with_the_way_to_ask_for_it(filled, words, meant):
    done = filled("list", *words.split())
    assert done.exit_code == 0
    assert done.stderr.endswith(f" is searched for in texts, titles and notes. Did you mean {meant}?\n")


def test_a_word_that_names_nothing_is_simply_not_found(filled):
    assert filled("list", "nonesuch").stderr.startswith("No follow-up matches; leave out a filter")


def test_an_empty_register_says_how_to_begin(run):
    done = run("list")
    assert done.exit_code == 0
    assert done.stderr == "There is no follow-up yet; import a note with: tracker import NOTE.\n"


def test_figures_of_thousands_are_written_alike(sqlite_register, run):
    import builders as b

    b.organizations(sqlite_register, *(f"ORG{number}" for number in range(600)))
    b.report(sqlite_register)
    assert "1,200 follow-ups, 1,200 open, 0 overdue" in run("list").stderr


@pytest.mark.parametrize(
    ("limit", "said"),
    [
        ("1", "The first 1 (--limit 1): 1 open, 0 overdue (!). There are more."),
        ("3", "The first 3 (--limit 3): 3 open, 1 overdue (!). There are more."),
        ("4", "4 follow-ups, 4 open, 1 overdue (!)."),
        ("5", "4 follow-ups, 4 open, 1 overdue (!)."),
    ],
)
def test_a_list_that_a_limit_has_cut_says_so_and_is_not_counted_as_all(told, limit, said):
    done = told("list", "--limit", limit)
    assert done.stderr.splitlines()[-1] == said
    rows = min(4, int(limit))
    assert len(done.stdout.splitlines()) == rows + 1
    assert len(told("list", "--limit", limit, "--template", "{{ ref }}").stdout.splitlines()) == rows
