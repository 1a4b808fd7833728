"""What reaches the screen: nothing that commands it, nothing that is only colour, nothing that must be noticed cut."""

import csv
import io
import json
import re
from datetime import date
from pathlib import Path

import pytest
from answers import ok
from terminals import on_a_terminal

NOTE = (Path(__file__).parent / "note.txt").read_text(encoding="utf-8")
LONG = "JIU/REP/2023/4/Corr.1"
ESCAPE = "\x1b]0;owned\x07\x1b[31mred\x9b2J\x7f\u202eback"
SHOWN = "␛]0;owned␇␛[31mred\N{REPLACEMENT CHARACTER}2J␡\N{REPLACEMENT CHARACTER}back"
COMMANDING = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]")


@pytest.fixture
def odd(filled):
    """A register whose texts, names and notes would command a terminal."""
    ok(filled("org", "edit", "WHO", "--name", f"Health{ESCAPE}"))
    ok(filled("update", "R1", "WHO", "--to", "accepted", "--note", ESCAPE))
    ok(filled("document", "edit", "501", "--title", f"Title{ESCAPE}"))
    ok(filled("link", "add", "R2", "waits-for", "R1", "--note", ESCAPE))
    return filled


PEOPLE = [
    ["list"], ["show", "R1"], ["show", "R1", "WHO"], ["history", "R1"], ["org", "list"], ["org", "show", "WHO"],
    ["document", "list"], ["link", "list"], ["update", "R2", "WHO", "--note", ESCAPE], ["list", "--org", ESCAPE],
    ["show", ESCAPE], ["undo"],
]  # fmt: skip


@pytest.mark.parametrize("words", PEOPLE, ids=lambda words: ascii(" ".join(words)))
def test_nothing_that_commands_a_terminal_reaches_people(odd, words):
    done = odd(*words)
    assert COMMANDING.search(done.stdout) is None, ascii(done.stdout)
    assert COMMANDING.search(done.stderr) is None, ascii(done.stderr)


def test_what_is_hidden_elsewhere_is_shown_as_signs(odd):
    assert SHOWN in odd("history", "R1").stdout
    assert SHOWN in odd("update", "R2", "WHO", "--note", ESCAPE).stderr


def test_programs_get_the_data_as_it_is(odd):
    assert json.loads(odd("show", "R1", "WHO", "--json").stdout)["note"] == ESCAPE
    (row, _) = csv.DictReader(io.StringIO(odd("list", "--csv").stdout))
    assert row["note"] == ESCAPE
    assert odd("list", "--template", "{{ note }}").stdout.splitlines(keepends=True)[0] == f"{ESCAPE}\n"


@pytest.mark.parametrize("form", [["--json"], ["--csv"], ["--template", "{{ note }}"], []], ids=str)
def test_on_a_terminal_the_data_cannot_command_either(odd, sqlite_url, form):
    screen = on_a_terminal(sqlite_url, "list", *form).replace("\r\n", "\n")
    assert COMMANDING.search(screen) is None, ascii(screen)
    if form == ["--json"]:
        assert json.loads(screen)[0]["note"] == ESCAPE, "the same data, escaped"


def test_a_note_of_several_lines_stays_within_its_entry(filled):
    ok(filled("update", "R1", "WHO", "--note", "one\ntracker: 5 follow-ups changed."))
    assert "one tracker: 5 follow-ups changed." in filled("history", "R1").stdout


def test_no_color_is_plain_and_colour_is_not(odd, sqlite_url):
    for words in (["list"], ["show", "R1"], ["history", "R1"], ["stats"]):
        assert "\x1b" not in on_a_terminal(sqlite_url, *words, stderr=True), words
    assert "\x1b[32maccepted" in on_a_terminal(sqlite_url, "list", NO_COLOR="", COLORTERM="", TERM="xterm-256color")


@pytest.fixture
def remarkable(filled):
    """Rows with every remark, beside the widest words of the vocabulary."""
    ok(filled("org", "add", "UN-WOMEN", "--name", "Women"))
    ok(filled("org", "add", "FAO", "--name", "Food"))
    ok(filled("import", "A_80_501_Add.1.txt"))
    ok(filled("update", "R1", "WHO", "--to", "accepted", "--due", f"{date.max.year - 1}-12"))
    ok(filled("update", "R1", "WHO", "--to", "implemented", "--note", "done"))
    ok(filled("--actor", "second", "update", "R1", "WHO", "--to", "disputed", "--note", "not seen"))
    ok(filled("update", "R2", "WHO", "--to", "partially-accepted", "--note", "half"))
    ok(filled("update", "R2", "WHO", "--to", "implemented", "--note", "done"))
    ok(filled("--actor", "second", "update", "R2", "WHO", "--to", "verified"))
    ok(filled("update", "R1", "FAO", "--to", "under-consideration", "--due", "2025-02"))
    ok(filled("update", "R2", "FAO", "--to", "not-accepted", "--note", "no"))
    ok(filled("update", "R2", "FAO", "--to", "implemented", "--note", "done all the same"))
    ok(filled("link", "add", "R1", "waits-for", "R2"))
    ok(filled("link", "add", "R2", "repeats", "R1"))
    return filled


@pytest.fixture(autouse=True)
def _beside_the_note(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("columns", [80, 96, 120, 200])
@pytest.mark.parametrize("words", [["list", "--sort", "org"], ["show", "R1"], ["show", "R2"]], ids=" ".join)
def test_a_remark_is_never_left_out_and_never_cut(remarkable, sqlite_url, words, columns):
    lines = on_a_terminal(sqlite_url, *words, columns=columns, stderr=True).replace("\r\n", "\n").splitlines()
    assert [line for line in lines if len(line) > columns] == []
    of = {line.split()[1]: line for line in lines if line.startswith("A/80/501/R1")}
    of |= {f"{line.split()[1]}2": line for line in lines if line.startswith("A/80/501/R2")}
    legend = " ".join(line for line in lines if re.match(r"[NDWRV] |tracker show", line))
    if words != ["show", "R2"]:
        assert re.search(r" D( |$)", of["WHO"]), "disputed"
        assert "D disputed" in legend
        assert " W " in f"{of['UN-WOMEN']} ", "waits"
        assert "W waits for another" in legend
    if words != ["show", "R1"]:
        assert " NR " in f"{of['FAO2']} "
        assert "R repeats another" in legend
        assert "N implemented though not accepted" in legend
        assert " RV " in f"{of['WHO2']} "
        assert "V verified" in legend
    for word in re.findall(r"(\S*)…", "\n".join(lines)):
        assert not any(
            remark.startswith(word) for remark in ("implemented", "disputed", "verified", "waits", "repeats") if word
        )


def test_the_words_stand_beside_the_text_where_there_is_room(remarkable, sqlite_url):
    screen = on_a_terminal(sqlite_url, "list", columns=140)
    assert "implemented though not accepted · repeats A/80/501/R1 · Exe" in screen
    assert "waits for A/80/501/R2 · Exe" in screen


def test_in_a_pipe_the_words_say_it_and_the_columns_are_always_the_same(remarkable):
    lines = remarkable("list").stdout.splitlines()
    assert lines[0].split("\t") == ["ref", "org", "acceptance", "implementation", "due", "remarks and text"]
    assert any(line.split("\t")[5].startswith("disputed · Executive heads") for line in lines)
    assert "D disputed" not in remarkable("list").stderr


@pytest.mark.parametrize("columns", [60, 64, 70])
def test_a_narrow_terminal_breaks_words_between_their_parts_and_dates_never(remarkable, sqlite_url, columns):
    screen = on_a_terminal(sqlite_url, "list", columns=columns).replace("\r\n", "\n")
    assert max(map(len, screen.splitlines())) <= columns
    beneath = [
        line for line in screen.splitlines() if line.startswith("  ") and (" Executive" in line or " · " in line)
    ]
    assert len(beneath) == 6
    assert screen.count("…") == sum(line.endswith("…") for line in beneath), "only the text is cut"
    for word in ("9998-12-31", "2025-02-28 !", "consideration", "501/", "implemented"):
        assert word in screen


@pytest.mark.parametrize(
    ("words", "whole"),
    [
        (["officer", "list"], "executive.office.of.the.director@health.example.org"),
        (["remind", "ladder", "R1", "WHO"], "executive.office.of.the.director@health.example.org"),
        (["remind", "ladder"], "an extension was refused, and nothing was heard since"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_an_address_and_a_reason_are_whole_however_narrow_the_terminal(filled, sqlite_url, words, whole):
    add = ["officer", "add", "WHO", "--post", "executive-head", "--name", "Ann Bo", "--email"]
    ok(filled(*add, "executive.office.of.the.director@health.example.org", "--from", "2020-01-01"))
    ok(filled("update", "R1", "WHO", "--to", "accepted", "--due", "2026-01"))
    lines = on_a_terminal(sqlite_url, *words).replace("\r\n", "\n").splitlines()
    assert [line for line in lines if len(line) > 80] == []
    assert "…" not in "".join(lines)
    start = next(place for place, line in enumerate(lines) if whole[:12] in line)
    column = lines[start].index(whole[:12])
    cells = [line[column:].split("  ")[0].strip() for line in lines[start : start + 5]]
    assert "".join(cells).replace(" ", "").startswith(whole.replace(" ", ""))


@pytest.fixture
def long_names(run, tmp_path):
    """The symbol, the code and the statuses are as long as they come."""
    ok(run("org", "add", "UN-WOMEN", "--name", "Women"))
    (tmp_path / "A_80_501_Add.1.txt").write_text(NOTE, encoding="utf-8")
    ok(run("import", "A_80_501_Add.1.txt", "--report", LONG))
    ok(run("update", f"{LONG}/R1", "UN-WOMEN", "--to", "partially-accepted", "--note", "half", "--due", "2025-12"))
    ok(run("update", f"{LONG}/R2", "UN-WOMEN", "--to", "not-accepted", "--note", "no"))
    ok(run("update", f"{LONG}/R2", "UN-WOMEN", "--to", "implemented", "--note", "done"))
    return run


@pytest.mark.parametrize(("columns", "rows"), [(80, 2), (100, 1)])
def test_where_the_text_has_no_room_it_stands_beneath_its_row(long_names, sqlite_url, columns, rows):
    lines = on_a_terminal(sqlite_url, "list", columns=columns).replace("\r\n", "\n").splitlines()
    assert max(map(len, lines)) <= columns
    assert lines[0].split() == ["ref", "org", "acceptance", "implementation", "due"]
    assert lines[1].strip() == "remarks and text"
    assert [line.split()[0] for line in lines[3:] if line.startswith("JIU")] == [f"{LONG}/R1", f"{LONG}/R2"]
    first = 3 + rows  # words go on below where the terminal is narrow, a reference that fits does not
    assert lines[first] == "  Executive heads should keep a list of things."
    assert lines[-1].startswith("  implemented though not accepted · Executive heads should look at the list")


def test_where_there_is_room_the_text_stands_beside_and_its_heading_is_whole(long_names, sqlite_url):
    head, *_ = on_a_terminal(sqlite_url, "list", columns=124).splitlines()
    assert head.rstrip().endswith("  remarks and text")


@pytest.mark.parametrize("columns", [80, 120])
def test_a_code_whose_letters_are_twice_as_wide_is_whole(run, sqlite_url, columns):
    ministry = "\N{CJK UNIFIED IDEOGRAPH-6C34}\N{CJK UNIFIED IDEOGRAPH-5229}"
    ok(run("init"))
    ok(run("org", "add", ministry, "--name", "Water"))
    ok(run("import", str(Path(__file__).parent / "note.txt")))
    assert on_a_terminal(sqlite_url, "list", columns=columns).count(ministry) == 2


def test_a_text_that_stands_above_is_not_repeated_in_every_row(long_names, sqlite_url):
    screen = on_a_terminal(sqlite_url, "show", f"{LONG}/R2")
    assert screen.count("Executive heads should look") == 1
    assert "  implemented though not accepted" in screen


@pytest.mark.parametrize(("columns", "is_paged"), [(80, True), (200, False)])
def test_pages_are_turned_by_lines_and_not_by_rows(run, sqlite_url, columns, is_paged):
    """28 organizations are 28 lines where their names fit, and more than the terminal's 50 where they go on."""
    ok(run("org", "import", "--preset", "jiu"))
    screen = on_a_terminal(sqlite_url, "org", "list", columns=columns, person=True, PAGER="sed s/^/page/")
    assert screen.startswith("page") is is_paged
    assert "page" not in on_a_terminal(sqlite_url, "org", "list", columns=columns, PAGER="sed s/^/page/")


@pytest.mark.parametrize(
    ("pager", "is_paged"), [("LC_ALL=C sed s/^/page/", True), ("/no/such/pager -R", False), ("  ", False)]
)
def test_a_list_is_printed_where_the_pager_that_is_named_is_not_there(run, sqlite_url, pager, is_paged):
    ok(run("org", "import", "--preset", "jiu"))
    screen = on_a_terminal(sqlite_url, "org", "list", person=True, PAGER=pager)
    assert "UN-WOMEN" in screen or "UNESCO" in screen
    assert screen.startswith("page") is is_paged


@pytest.mark.parametrize(("own", "shown"), [(None, "q to leave"), ("-F", "-F")])
def test_who_does_not_know_the_pager_is_told_how_to_leave_it(run, sqlite_url, own, shown):
    """`less` takes its prompt from LESS, which stays as it is where the user has set it."""
    ok(run("org", "import", "--preset", "jiu"))
    chosen = {} if own is None else {"LESS": own}
    screen = on_a_terminal(sqlite_url, "org", "list", person=True, PAGER="printenv LESS; cat", **chosen)
    assert shown in screen.splitlines()[0]


@pytest.mark.parametrize("columns", [60, 80, 120])
def test_a_history_tears_no_word_and_cuts_nothing(long_names, sqlite_url, columns):
    note = "the committee has adopted its own plan, which is not this one"
    ok(long_names("update", f"{LONG}/R1", "UN-WOMEN", "--to", "under-consideration", "--note", note))
    screen = on_a_terminal(sqlite_url, "history", f"{LONG}/R1", columns=columns).replace("\r\n", "\n")
    assert max(map(len, screen.splitlines())) <= columns
    told = " ".join(screen.split())
    for word in ("partially-accepted", "under-consideration", "no-information", *note.replace(",", "").split()):
        assert word in told
    assert "…" not in told
