"""What reads: as of a day, from what was known at an instant, and in every form for scripts."""

import csv
import io
import json
import re
from datetime import date, timedelta
from pathlib import Path

import pytest
import time_machine
from answers import ok

TOMORROW = str(date.today() + timedelta(days=2))
"""Whatever the time zone."""


def read(done):
    return json.loads(ok(done).stdout)


@pytest.fixture
def told(run, tmp_path):
    """WHO answered on three days; each command was given on the day of which it speaks, but one."""
    note = tmp_path / "A_80_501_Add.1.txt"
    note.write_bytes((Path(__file__).parent / "note.txt").read_bytes())
    story = [
        ("2026-01-10", ["org", "add", "WHO", "--name", "Health"]),
        ("2026-01-10", ["officer", "add", "WHO", "--post", "focal-point", "--name", "Ann", "--email", "ann@x.org"]),
        ("2026-02-01", ["import", str(note)]),
        ("2026-03-01", ["update", "R1", "WHO", "--to", "accepted", "--worked", "an owner", "--good-practice"]),
        ("2026-04-01", ["officer", "add", "WHO", "--post", "focal-point", "--name", "Bo", "--email", "bo@x.org"]),
        ("2026-05-01", ["update", "R1", "WHO", "--to", "in-progress", "--on", "2026-03-15", "--failed", "haste"]),
        ("2026-06-01", ["document", "edit", "501", "--title", "A better title"]),
    ]
    for day, words in story:
        with time_machine.travel(f"{day}T12:00:00+00:00"):
            ok(run(*words))
    return run


READING = [
    ["list"], ["show", "R1"], ["show", "R1", "WHO"], ["history", "R1"], ["lesson"], ["stats"], ["export", "--rows"],
    ["document", "list"],
]  # fmt: skip


@pytest.mark.parametrize("words", READING, ids=" ".join)
@pytest.mark.parametrize("option", ["--as-of", "--known-at"])
def test_a_day_to_come_is_refused_with_a_sentence(told, words, option):
    done = told(*words, option, TOMORROW)
    assert (done.exit_code, done.stdout) == (1, "")
    assert re.fullmatch(rf"tracker: {TOMORROW}(T\S+)? is in the future\. [^\n]+\n", done.stderr)
    assert told(*words, option, str(date.today() - timedelta(days=1))).exit_code == 0


def test_a_history_as_of_a_day_and_as_known_at_an_instant(told):
    def said(*words):
        return [
            line["to"] for line in read(told("history", "R1", "WHO", "--json", *words)) if line["topic"] != "lesson"
        ]

    assert said() == [None, "accepted", "in-progress"]
    assert said("--as-of", "2026-03-10") == [None, "accepted"]
    assert said("--as-of", "2026-03-20") == [None, "accepted", "in-progress"]
    assert said("--as-of", "2026-03-20", "--known-at", "2026-04-30") == [None, "accepted"]
    done = ok(told("history", "R1", "--known-at", "2025-12-31"))
    assert done.stdout.count("\n") == 1
    assert done.stderr == "Nothing had been written by then.\n"


def test_what_was_taken_back_later_was_not_taken_back_then(told):
    with time_machine.travel("2026-07-01T12:00:00+00:00"):
        entry = read(told("history", "R1", "--json"))[-1]["entry"]
        ok(told("correct", "R1", "WHO", str(entry), "--note", "wrong"))
    now = read(told("history", "R1", "--json"))
    then = read(told("history", "R1", "--json", "--known-at", "2026-06-30"))
    assert any(line["voided_by"] for line in now)
    assert not any(line["voided_by"] for line in then)


def test_lessons_as_of_a_day(told):
    (now,) = read(told("lesson", "--json"))
    (then,) = read(told("lesson", "--json", "--as-of", "2026-03-10"))
    assert (now["worked"], now["failed"], then["worked"], then["failed"]) == ("an owner", "haste", "an owner", None)
    assert read(told("lesson", "--json", "--as-of", "2026-02-20")) == []
    assert "haste" not in told("show", "R1", "WHO", "--as-of", "2026-03-10").stdout


def test_documents_as_of_a_day_and_as_they_were_known(told):
    assert [item["title"] for item in read(told("document", "list", "--json"))] == ["A better title"]
    (then,) = read(told("document", "list", "--json", "--known-at", "2026-05-15"))
    assert then["title"] != "A better title"
    assert read(told("document", "list", "--json", "--known-at", "2026-01-15")) == []


def test_who_held_a_post_on_a_day(told):
    assert [item["name"] for item in read(told("officer", "list", "--json"))] == ["Bo"]
    assert [item["name"] for item in read(told("officer", "list", "--json", "--as-of", "2026-03-31"))] == ["Ann"]


FORMS = [
    (["history", "R1"], "{{ entry }} {{ topic }}"),
    (["lesson"], "{{ ref }} {{ worked }}"),
    (["org", "list"], "{{ code }}: {{ name }}"),
    (["officer", "list"], "{{ email }}"),
    (["list"], "{{ ref }}"),
]


@pytest.mark.parametrize(("words", "template"), FORMS, ids=lambda value: value if isinstance(value, str) else value[0])
def test_every_list_has_the_forms_for_scripts(told, words, template):
    rows = read(told(*words, "--json"))
    reader = csv.DictReader(io.StringIO(ok(told(*words, "--csv")).stdout))
    lines = list(reader)
    assert reader.fieldnames == list(rows[0])
    assert len(lines) == len(rows)
    done = ok(told(*words, "--template", template))
    assert len(done.stdout.splitlines()) == len(rows)
    assert (done.stderr, told(*words, "--csv").stderr) == ("", "")
    assert told(*words, "--csv", "--json").exit_code == 2


def test_an_empty_list_has_its_heading_in_csv(run):
    for words in (["org", "list"], ["officer", "list"], ["lesson"]):
        assert ok(run(*words, "--csv")).stdout.count("\n") == 1


def test_an_import_taken_back_keeps_its_history(filled):
    ok(filled("undo"))
    assert read(filled("list", "--json")) == []
    lines = read(filled("history", "R1", "WHO", "--json"))
    assert [line["topic"] for line in lines] == ["addressed", "void"]
    assert lines[0]["voided_by"] == lines[1]["entry"]
    assert filled("history", "R1", "FAO").exit_code == 1


def test_stats_give_both_lines_of_acceptance_and_the_mean_of_organizations(told, tmp_path):
    ok(told("org", "add", "FAO", "--name", "Food"))
    ok(told("import", "--org", "FAO", str(tmp_path / "A_80_501_Add.1.txt")))
    ok(told("update", "R2", "WHO", "--to", "not-relevant", "--note", "no"))
    lines = [line.split("\t") for line in told("stats", "--by", "report").stdout.splitlines()]
    assert lines[-5:] == [
        ["rate", "all together", "mean of organizations"],
        ["accepted", "25.0% (1/4)", "25.0%"],
        ["accepted, of relevant ones", "33.3% (1/3)", "50.0%"],
        ["implemented, of accepted", "0.0% (0/1)", "0.0%"],
        ["no information", "50.0% (2/4)", "50.0%"],
    ]
    said = read(told("stats", "--by", "report", "--json"))["mean_of_organizations"]
    assert said == {"acceptance": 25.0, "acceptance-of-relevant": 50.0, "implementation": 0.0, "information-gap": 50.0}


def test_stats_in_the_forms_for_scripts(told):
    groups = read(told("stats", "--json"))
    (who, total) = csv.DictReader(io.StringIO(ok(told("stats", "--csv")).stdout))
    assert (who["group"], who["acceptance_accepted"], who["acceptance_percent"]) == ("WHO", "1", "50.0")
    assert (total["group"], total["total"]) == ("all", str(groups["total"]["total"]))
    done = ok(told("stats", "--template", "{{ group }} {{ acceptance.accepted }} {{ rates[0].percent }}"))
    assert done.stdout == "WHO 1 50.0\nall 1 50.0\n"


@pytest.mark.parametrize("columns", [60, 80, 96, 120])
def test_bars_are_drawn_where_there_is_room_and_push_no_figure_out(told, sqlite_url, columns):
    from terminals import on_a_terminal

    screen = on_a_terminal(sqlite_url, "stats", columns=columns).replace("\r\n", "\n")
    assert max(map(len, screen.splitlines())) <= columns
    assert ("█" in screen) is (columns >= 80)
    if columns >= 80:
        assert "no information" in screen.splitlines()[0]


def test_a_long_name_goes_on_beside_the_fractions_and_every_rate_has_its_bar(monkeypatch, capsys):
    from tracker.commands import stats
    from tracker.commands.terminal import render
    from tracker.domain.figures.groups import Group
    from tracker.domain.rates import Cell, Counts
    from tracker.domain.vocabulary import Acceptance, Implementation, Verification

    done = Cell(Acceptance.ACCEPTED, Implementation.IMPLEMENTED, Verification.NOT_VERIFIED, 1_178, open=12)
    names = ["ADSTEAM-MARINE-NZ", "AMATEUR-AIRCRAFT-CONSTRUCTORS-ASSN", "AIR-NZ"]
    monkeypatch.setenv("COLUMNS", "80")
    for module in (render, stats):
        monkeypatch.setattr(module, "is_terminal", lambda stream=None: stream is None)
    stats._print_groups("org", [Group(name, name, Counts((done,))) for name in names])
    heading, _, *lines = (line.rstrip() for line in capsys.readouterr().out.splitlines())
    assert [line[:16].strip() for line in lines] == [
        "ADSTEAM-MARINE-", "NZ", "AMATEUR-", "AIRCRAFT-", "CONSTRUCTORS-", "ASSN", "AIR-NZ", "",
    ]  # fmt: skip
    first, below = lines[0].split(), lines[1].split()
    assert first[1:] == ["1,178", "12", "0", "████", "100.0%", "████", "100.0%", "····", "0.0%"]
    assert below == ["NZ", "(1178/1178)", "(1178/1178)", "(0/1178)"]
    assert lines[0].index("████ 100.0%") == lines[1].index("(1178/1178)") == heading.index("accepted")


@pytest.mark.parametrize("columns", [70, 80, 100, 120])
def test_no_figure_is_cut_or_left_out_however_long_the_names_and_the_numbers(monkeypatch, capsys, columns):
    from tracker.commands import stats
    from tracker.commands.terminal import render
    from tracker.domain.figures.groups import Group
    from tracker.domain.rates import Cell, Counts
    from tracker.domain.vocabulary import Acceptance, Implementation, Verification

    def cell(acceptance, implementation, count):
        return Cell(acceptance, implementation, Verification.NOT_VERIFIED, count, open=count)

    silent = cell(Acceptance.NO_INFORMATION, Implementation.NO_INFORMATION, 12_345)
    done = cell(Acceptance.ACCEPTED, Implementation.IMPLEMENTED, 4_321)
    begun = cell(Acceptance.ACCEPTED, Implementation.IN_PROGRESS, 1_234)
    group = Group("legislative-body", "legislative-body", Counts((silent, done, begun)))
    monkeypatch.setenv("COLUMNS", str(columns))
    for module in (render, stats):
        monkeypatch.setattr(module, "is_terminal", lambda stream=None: stream is None)
    stats._print_groups("addressee", [group])
    screen = capsys.readouterr().out
    assert max(map(len, screen.splitlines())) <= columns
    assert "…" not in screen
    shown = screen.split()
    for figure in ("17,900", "31.0%", "(5555/17900)", "77.8%", "(4321/5555)", "69.0%", "(12345/17900)"):
        assert figure in shown
