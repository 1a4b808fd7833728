"""Every command that lists has the forms for scripts, and looks at any day, by the table of commands.

What lists is not typed here: it is what has --csv; that whatever answers with rows has it, tests/docs/test_json_keys.py
sees to, which runs every command.
"""

import csv
import io
import json

import pytest
from command_table import commands, options
from terminals import on_a_terminal

LEAVES = commands()
FORMS, PAST = {"--json", "--csv", "--template"}, {"--as-of", "--known-at"}
LISTS = sorted(words for words, command in LEAVES.items() if options(command) & (FORMS - {"--json"}))

WITHOUT_A_PAST = {
    ("view", "list"): (PAST, "a saved view is the office's own, and overwritten without a trace"),
    ("org", "alias", "list"): (PAST, "no day or instant is kept of an alias"),
    ("officer", "list"): ({"--known-at"}, "a post is held from a day to a day; when that was written is not kept"),
    ("remind", "preview"): (PAST, "what would be sent now"),
    ("remind", "ladder"): (PAST, "the policy is a setting, and what would be sent is to come"),
    ("report", "verify"): (PAST, "what is kept is checked as it is now"),
}
"""What is not offered, and why."""


@pytest.mark.parametrize("words", LISTS, ids=" ".join)
def test_what_lists_has_all_forms_and_looks_at_any_day(words):
    missing, _ = WITHOUT_A_PAST.get(words, (set(), ""))
    assert (FORMS | PAST) - options(LEAVES[words]) == missing


def test_whatever_is_called_a_list_or_a_log_is_one():
    named = {words for words in LEAVES if words[-1] in ("list", "log")}
    assert len(named) > 10
    assert named - set(LISTS) == set()


def test_what_has_no_past_is_there():
    assert set(WITHOUT_A_PAST) <= set(LISTS)


def test_what_reads_one_thing_looks_at_a_day_too():
    for words in (("show",), ("export",), ("report", "quarterly")):
        assert options(LEAVES[words]) >= PAST
    assert "--as-of" in options(LEAVES["org", "show"])


EMPTY = [words for words in LISTS if words not in {("evidence",), ("history",), ("reconcile",), ("stats",)}]


@pytest.mark.parametrize("words", EMPTY, ids=" ".join)
def test_an_empty_list_has_its_heading_in_csv_and_no_line_by_a_template(run, words):
    shown = run(*words, "--csv")
    assert shown.exit_code == 0, shown.stderr
    assert shown.stdout.splitlines()[0].count(",") > 0
    if words != ("remind", "ladder"):
        assert shown.stdout.count("\n") == 1
        assert run(*words, "--template", "x").stdout == ""


@pytest.mark.parametrize("words", LISTS, ids=" ".join)
def test_two_forms_at_once_are_refused(run, words):
    needed = {"evidence": ["R1", "WHO"], "history": ["R1"], "reconcile": ["x.csv", "--mapping", "x.toml"]}
    done = run(*words, *needed.get(words[0], []), "--csv", "--template", "x")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "--json, --csv and --template cannot be used together." in done.stderr


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        (None, ""),
        (True, "true"),
        (0, "0"),
        ("=1+1", "'=1+1"),
        ([], ""),
        (["WHO", "FAO"], "WHO; FAO"),
        ([3, 4], "3; 4"),
        (["=1+1"], "'=1+1"),
        ([{"location": "a.pdf", "sha256": "ab"}, {"location": "b.pdf", "sha256": None}], "a.pdf; b.pdf"),
        ([{"name": "", "email": "a@example.org"}], "a@example.org"),
        ({}, ""),
        ({"organizations": ["WHO", "FAO"], "only_open": True}, "organizations: WHO, FAO; only_open: true"),
    ],
)
def test_a_value_as_a_cell(value, wanted):
    from tracker.commands.syntax.lines import cell

    assert cell(value) == wanted


@pytest.fixture
def mails(sqlite_register):
    """One mail, queued long ago and never tried."""
    from datetime import UTC, datetime

    from tracker.store.mails import outbox

    words = {"key": "k", "recipient": "a@example.org", "subject": "s", "message": b"m"}
    with sqlite_register.write() as session:
        outbox.put(session, **words, now=datetime(2025, 3, 1, 23, 30, tzinfo=UTC))


def test_the_outbox_of_a_day_says_nothing_that_is_not_kept(run, mails):
    def rows(*words):
        return json.loads(run("outbox", "list", "--json", *words).stdout)

    assert rows("--as-of", "2025-02-28") == rows("--known-at", "2025-03-01T23:00:00Z") == []
    (now,), (then,) = rows(), rows("--as-of", "2025-03-01")
    assert (now["attempts"], now["next_attempt_at"]) == (0, "2025-03-01T23:30:00Z")
    assert then == {**now, "attempts": None, "next_attempt_at": None}
    (line,) = csv.DictReader(io.StringIO(run("outbox", "list", "--as-of", "2025-03-01", "--csv").stdout))
    assert (line["state"], line["attempts"]) == ("queued", "")
    shown = run("outbox", "list", "--as-of", "2025-03-01").stdout.splitlines()[1].split("\t")
    assert shown == ["1", "queued", "a@example.org", "s", "", "", ""]


def test_a_view_and_a_document_as_rows(filled):
    assert filled("view", "save", "late", "--org", "WHO", "--overdue").exit_code == 0
    assert filled("view", "list", "--template", "{{ name }} {{ filters.organizations[0] }}").stdout == "late WHO\n"
    assert "late,organizations: WHO; only_overdue: true," in filled("view", "list", "--csv").stdout
    (row,) = csv.DictReader(io.StringIO(filled("document", "list", "--csv").stdout))
    assert (row["report"], row["asks_verification"]) == ("A/80/501", "false")
    assert row["symbols"].startswith("A/80/501; ")


def test_nothing_had_been_published_by_then(run):
    assert run("report", "list", "--as-of", "2025-01-01").stderr == "Nothing had been published by then.\n"


def test_who_held_the_posts_of_an_organization_on_a_day(filled):
    for name, since in (("Ann", "2025-01-01"), ("Bo", "2025-06-01")):
        words = ["--post", "focal-point", "--name", name, "--email", f"{name}@example.org", "--from", since]
        assert filled("officer", "add", "WHO", *words).exit_code == 0
    assert "Bo <" in filled("org", "show", "WHO").stdout
    assert "Ann <" in filled("org", "show", "WHO", "--as-of", "2025-05-31").stdout
    shown = json.loads(filled("org", "show", "WHO", "--as-of", "2025-05-31", "--json").stdout)["officers"]
    assert [officer["name"] for officer in shown] == ["Ann"]
    assert len(json.loads(filled("org", "show", "WHO", "--json").stdout)["officers"]) == 2


def test_a_template_prints_nothing_for_what_is_null(filled, sqlite_url):
    line = "{{ ref }}|{{ note }}|{{ due_on or 'no date' }}|{{ overdue }}"
    said = "A/80/501/R1||no date|False"
    assert filled("list", "--template", line).stdout.splitlines()[0] == said
    assert on_a_terminal(sqlite_url, "list", "--template", line).splitlines()[0] == said
