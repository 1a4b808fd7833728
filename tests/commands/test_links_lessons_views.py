"""Links, lessons, saved views, the editor: the smaller commands of an officer's day."""

import csv
import io
import json
import shlex
import stat

import pytest
from answers import ok

from tracker.domain.vocabulary import FOLLOW_UP_KEYS


def test_a_row_that_waits_says_for_what_until_that_is_settled(filled, rows):
    ok(filled("link", "add", "R2", "waits-for", "R1"))
    assert rows()["A/80/501/R2"]["flags"] == ["waits-for A/80/501/R1"]
    assert rows()["A/80/501/R1"]["flags"] == []
    assert "waits for A/80/501/R1" in filled("list", "--org", "WHO").stdout.replace("-", " ")
    ok(filled("update", "R1", "WHO", "--to", "not-relevant", "--note", "no field offices"))
    assert rows()["A/80/501/R2"]["flags"] == []


def test_nothing_waits_for_itself_whatever_way_round(filled):
    assert "cannot be linked to itself" in filled("link", "add", "R1", "waits-for", "R1").stderr
    ok(filled("link", "add", "R2", "waits-for", "R1"))
    done = filled("link", "add", "R1", "waits-for", "R2")
    assert done.exit_code == 1
    assert "A/80/501/R2 waits for A/80/501/R1: that would lead from A/80/501/R1 back to itself" in done.stderr
    ok(filled("link", "add", "R1", "repeats", "R2"))
    assert filled("link", "add", "R2", "repeats", "R1").exit_code == 1
    assert len(json.loads(filled("link", "list", "--json").stdout)) == 2


@pytest.fixture
def three(filled, tmp_path):
    """A second note, whose recommendations are 502/R1 and R2."""
    text = (tmp_path / "A_80_501_Add.1.txt").read_text(encoding="utf-8").replace("80/501", "80/502")
    (tmp_path / "A_80_502_Add.1.txt").write_text(text, encoding="utf-8")
    ok(filled("import", str(tmp_path / "A_80_502_Add.1.txt")))
    return filled


@pytest.mark.parametrize("kind", ["waits-for", "supersedes"])
def test_a_way_round_over_others_is_named_and_can_be_cut(three, kind):
    ok(three("link", "add", "501/R1", kind, "501/R2"))
    ok(three("link", "add", "501/R2", kind, "502/R1"))
    words = kind.replace("-", " ")
    done = three("link", "add", "502/R1", kind, "501/R1")
    way = f"A/80/501/R1 {words} A/80/501/R2, which {words} A/80/502/R1: that would lead from A/80/502/R1 back to itself"
    assert (done.exit_code, way in done.stderr) == (1, True)
    ok(three(*done.stderr.rpartition("tracker ")[2].strip().rstrip(".").split()))
    ok(three("link", "add", "502/R1", kind, "501/R1"))


def test_a_link_that_stands_is_not_written_over(filled):
    ok(filled("link", "add", "R2", "waits-for", "R1", "--note", "first", "--on", "2025-03-01"))
    done = filled("link", "add", "R2", "waits-for", "R1", "--note", "second")
    assert (done.exit_code, "A/80/501/R2 waits for A/80/501/R1 already" in done.stderr) == (1, True)


def test_a_link_from_an_earlier_day_on_is_compared_with_what_stood_then(filled, rows):
    ok(filled("link", "add", "R1", "waits-for", "R2", "--on", "2025-02-01"))
    ok(filled("link", "remove", "R1", "R2", "--on", "2025-04-01"))
    done = filled("link", "add", "R2", "waits-for", "R1", "--on", "2025-03-01")
    assert "until 2025-04-01, A/80/501/R1 waits for A/80/501/R2: that would lead" in done.stderr
    assert (done.exit_code, "Give --on 2025-04-01 or a later day." in done.stderr) == (1, True)
    again = filled("link", "add", "R1", "waits-for", "R2", "--on", "2025-01-20")
    assert "A/80/501/R1 waits for A/80/501/R2 already, from 2025-02-01 until 2025-04-01." in again.stderr
    assert rows("--as-of", "2025-03-15")["A/80/501/R2"]["flags"] == []
    ok(filled("link", "add", "R2", "waits-for", "R1", "--on", "2025-04-01"))


def test_what_never_stood_together_is_no_way_round(three):
    ok(three("link", "add", "501/R1", "waits-for", "501/R2", "--on", "2025-02-01"))
    ok(three("link", "remove", "501/R1", "501/R2", "--on", "2025-03-01"))
    ok(three("link", "add", "501/R2", "waits-for", "502/R1", "--on", "2025-03-01"))
    ok(three("link", "add", "502/R1", "waits-for", "501/R1", "--on", "2025-02-01"))


@pytest.mark.parametrize("words", [("R2", "waits-for", "R1"), ("R1", "waits-for", "R2")], ids=["same", "round"])
def test_a_link_in_the_way_of_an_earlier_day_is_removed_as_the_refusal_says(filled, rows, words):
    ok(filled("link", "add", "R2", "repeats", "R1"))
    ok(filled("link", "add", "R2", "waits-for", "R1", "--on", "2025-03-01"))
    done = filled("link", "add", *words, "--on", "2025-02-01")
    assert done.exit_code == 1
    ok(filled(*done.stderr.rpartition("tracker ")[2].strip().rstrip(".").split()))
    ok(filled("link", "add", *words, "--on", "2025-02-01"))
    flags = rows("--as-of", "2025-03-15")
    assert [len(flags[f"A/80/501/{ref}"]["flags"]) for ref in (words[0], words[2])] == [1, 0]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["add", "R1", "repeats", "R2", "--on", "2024-12-31"], "2024-12-31 is before 2025-01-15, the day on which"),
        (["remove", "R2", "R1", "--on", "2025-02-28"], "is linked so since 2025-03-01. Give a later --on."),
        (["add", "R1", "repeats", "R2", "--on", "2999-01-01"], "2999-01-01 is in the future"),
        (["remove", "R2", "R1", "--on", "2999-01-01"], "2999-01-01 is in the future"),
        (["remove", "R2", "R1", "repeats"], "nothing links A/80/501/R2 to A/80/501/R1"),
        (["list", "--as-of", "2999-01-01"], "2999-01-01 is in the future"),
    ],
    ids=lambda value: " ".join(value[-2:]) if isinstance(value, list) else "",
)
def test_a_day_on_which_no_link_can_begin_or_end_is_refused(filled, words, says):
    ok(filled("link", "add", "R2", "waits-for", "R1", "--on", "2025-03-01"))
    done = filled("link", *words)
    assert (done.exit_code, says in done.stderr) == (1, True), done.stderr


def test_one_kind_of_link_can_be_removed(filled):
    for kind in ("waits-for", "repeats"):
        ok(filled("link", "add", "R2", kind, "R1"))
    ok(filled("link", "remove", "R2", "R1", "waits-for"))
    assert [link["kind"] for link in json.loads(filled("link", "list", "--json").stdout)] == ["repeats"]


def test_what_is_superseded_says_by_what_and_a_recommendation_shows_its_links(filled, rows):
    ok(filled("link", "add", "R2", "supersedes", "R1", "--on", "2025-03-01"))
    assert rows()["A/80/501/R1"]["flags"] == ["superseded-by A/80/501/R2"]
    assert rows("--as-of", "2025-02-28")["A/80/501/R1"]["flags"] == []
    assert "superseded by A/80/501/R2 · Exec" in filled("list").stdout
    assert "is superseded by A/80/501/R2" in filled("show", "R1").stdout
    (link,) = json.loads(filled("show", "R1", "--json").stdout)["links"]
    assert (link["ref"], link["kind"]) == ("A/80/501/R2", "supersedes")
    ok(filled("update", "R1", "WHO", "--to", "not-relevant", "--note", "no field offices"))
    assert rows()["A/80/501/R1"]["flags"] == [], "nobody is asked any more"


def test_what_repeats_another_says_which_in_every_list(filled, rows, tmp_path):
    ok(filled("link", "add", "R2", "repeats", "R1", "--on", "2025-03-01"))
    assert rows()["A/80/501/R2"]["flags"] == ["repeats A/80/501/R1"]
    assert rows()["A/80/501/R1"]["flags"] == [], "it was there first"
    assert rows("--as-of", "2025-02-28")["A/80/501/R2"]["flags"] == []
    assert "repeats A/80/501/R1 · Exec" in filled("list").stdout
    (row,) = csv.DictReader(io.StringIO(filled("list", "once a year", "--csv").stdout))
    assert row["flags"] == "repeats A/80/501/R1"
    ok(filled("update", "R2", "WHO", "--to", "not-relevant", "--note", "no field offices"))
    assert rows()["A/80/501/R2"]["flags"] == ["repeats A/80/501/R1"], "whatever became of it"
    for form in ("md", "html"):
        ok(filled("report", "quarterly", "--format", form, "--out", str(tmp_path / "out")))
        (report,) = (tmp_path / "out").glob(f"*.{form}")
        assert "Open; Repeats A/80/501/R1" in report.read_text(encoding="utf-8").replace("\\", "")


def test_a_link_can_be_removed_once(filled, rows):
    ok(filled("link", "add", "R2", "waits-for", "R1"))
    ok(filled("link", "remove", "R2", "R1"))
    assert rows()["A/80/501/R2"]["flags"] == []
    assert filled("link", "remove", "R2", "R1").exit_code == 1


def test_a_link_that_stood_twice_keeps_the_end_of_the_first_time(filled, rows):
    for begun, ended in (("2025-02-01", "2025-03-01"), ("2025-05-01", "2025-06-01")):
        ok(filled("link", "add", "R2", "waits-for", "R1", "--on", begun))
        assert ok(filled("link", "remove", "R2", "R1", "--on", ended)).stderr == "Removed 1 link.\n"
    days = [f"2025-{day}" for day in ("01-31", "02-01", "02-28", "03-01", "05-01", "05-31", "06-01")]
    assert [len(rows("--as-of", day)["A/80/501/R2"]["flags"]) for day in days] == [0, 1, 1, 0, 1, 1, 0]


def test_lessons_are_logged_on_closing_listed_and_undone(filled):
    ok(filled("update", "R1", "WHO", "--to", "accepted"))
    ok(
        filled(
            "update", "R1", "WHO", "--to", "implemented", "--note", "list kept", "--worked", "one owner",
            "--failed", "a committee", "--why", "nobody felt asked", "--good-practice",
        )
    )  # fmt: skip
    found = json.loads(filled("lesson", "--good-practice", "--json").stdout)
    assert found == [
        {
            "ref": "A/80/501/R1",
            "organization": "WHO",
            "worked": "one owner",
            "failed": "a committee",
            "why": "nobody felt asked",
            "good_practice": True,
        }
    ]
    ok(filled("undo"))
    assert json.loads(filled("lesson", "--json").stdout) == []


def test_of_a_lesson_the_last_word_on_each_point_is_shown_and_the_history_keeps_all(filled):
    ok(filled("update", "R1", "WHO", "--worked", "one owner", "--why", "nobody felt asked", "--good-practice"))
    ok(filled("update", "R1", "WHO", "--worked", "a short list"))
    (shown,) = json.loads(filled("lesson", "--json").stdout)
    points = [shown[point] for point in ("worked", "failed", "why", "good_practice")]
    assert points == ["a short list", None, "nobody felt asked", True]
    said = filled("history", "R1", "WHO").stdout
    assert "worked: one owner" in said
    assert "worked: a short list" in said
    assert "the latest entry on each point" in " ".join(filled("lesson", "--help").stdout.split())


def test_a_mark_as_good_practice_is_taken_off_by_a_further_entry(filled):
    ok(filled("update", "R1", "WHO", "--to", "accepted", "--good-practice", "--on", "2026-03-01"))
    ok(filled("update", "R1", "WHO", "--worked", "one owner", "--on", "2026-03-02"))
    done = ok(filled("update", "R1", "WHO", "--no-good-practice", "--on", "2026-03-05", "--note", "not taken up"))
    assert "A/80/501/R1 WHO: lesson: no longer a good practice\n" in done.stderr
    assert json.loads(filled("lesson", "--good-practice", "--json").stdout) == []
    (lesson,) = json.loads(filled("lesson", "--json").stdout)
    assert (lesson["worked"], lesson["good_practice"]) == ("one owner", False)
    assert json.loads(filled("show", "R1", "WHO", "--json").stdout)["lesson"]["good_practice"] is False
    assert "good practice" in filled("lesson", "--good-practice", "--as-of", "2026-03-04").stdout
    assert filled("history", "R1", "WHO").stdout.count("good practice") == 2
    ok(filled("undo"))
    assert len(json.loads(filled("lesson", "--good-practice", "--json").stdout)) == 1
    ok(filled("audit", "verify"))


def test_a_mark_that_was_taken_off_leaves_no_empty_lesson_and_the_organization_is_not_heard_by_it(filled):
    ok(filled("update", "R1", "WHO", "--to", "accepted", "--good-practice", "--on", "2026-03-01"))
    ok(filled("update", "R1", "WHO", "--no-good-practice"))
    assert json.loads(filled("lesson", "--json").stdout) == []
    assert json.loads(filled("show", "R1", "WHO", "--json").stdout)["lesson"] is None
    assert json.loads(filled("history", "R1", "WHO", "--json").stdout)[-1]["voice"] == "office"
    ok(filled("update", "R1", "WHO", "--good-practice"))
    assert len(json.loads(filled("lesson", "--good-practice", "--json").stdout)) == 1


def test_only_a_mark_that_holds_is_taken_off(filled):
    ok(filled("update", "R1", "WHO", "--to", "accepted", "--worked", "one owner", "--on", "2026-02-01"))
    refused = filled("update", "R1", "WHO", "--no-good-practice")
    assert refused.exit_code == 1
    assert "it is not marked as a good practice." in refused.stderr
    ok(filled("update", "R1", "WHO", "--good-practice", "--on", "2026-03-01"))
    early = filled("update", "R1", "WHO", "--no-good-practice", "--on", "2026-02-15")
    assert "it was marked as a good practice on 2026-03-01, after 2026-02-15." in early.stderr
    ok(filled("update", "R1", "WHO", "--no-good-practice", "--on", "2026-03-01"))
    assert filled("update", "R1", "WHO", "--no-good-practice").exit_code == 1


def test_search_finds_words_of_texts_titles_and_notes_old_ones_too(filled, rows):
    assert set(rows("once a year")) == {"A/80/501/R2"}
    assert set(rows("invent")) == {"A/80/501/R1", "A/80/501/R2"}
    assert set(rows("keep LIST")) == {"A/80/501/R1"}
    ok(filled("update", "R2", "WHO", "--to", "under-consideration", "--note", "the Board meets in Réunion"))
    ok(filled("update", "R2", "WHO", "--to", "accepted", "--note", "done"))
    assert set(rows("réunion board")) == {"A/80/501/R2"}
    assert rows("NOT AND OR") == {}
    assert rows('"(*') == {}
    assert "contains no word to search for" in filled("list", '"(*').stderr


def test_of_several_words_all_must_be_there(filled, rows):
    assert set(rows("year", "--org", "WHO", "once")) == set(rows("once a year")) == {"A/80/501/R2"}
    assert rows("year", "things") == {}
    exported = json.loads(ok(filled("export", "once", "year")).stdout)
    assert [row["number"] for row in exported] == ["2"]
    for words in (["list", ""], ["list", " ", ""], ["export", ""], ["view", "save", "x", ""]):
        done = filled(*words)
        assert (done.exit_code, done.stdout) == (2, ""), words
        assert "the text is empty" in done.stderr


def test_a_view_is_meant_in_upper_or_lower_case_and_keeps_a_span_of_no_days(filled, rows):
    ok(filled("view", "save", "Heard", "--silent-for", "0"))
    assert json.loads(filled("view", "list", "--json").stdout)[0]["filters"] == {"silent_for": 0}
    assert set(rows("--view", "heard")) == set(rows())
    assert json.loads(ok(filled("view", "save", "HEARD", "--open", "--json")).stdout)["name"] == "Heard"
    assert "Deleted Heard." in ok(filled("view", "drop", "hearD")).stderr
    assert filled("view", "save", "two words", "--open").exit_code == 1


def test_words_of_the_vocabulary_in_any_case(filled, rows):
    ok(filled("update", "R1", "WHO", "--to", "Accepted"))
    ok(filled("update", "R1", "WHO", "--to", "IN PROGRESS"))
    for word in ("IN-PROGRESS", "in_progress", "In progress"):
        assert set(rows("--status", word, "--acceptance", "ACCEPTED")) == {"A/80/501/R1"}


def test_before_anything_was_addressed_is_said(filled):
    assert filled("list", "--as-of", "0001-01-01").stderr.startswith("No recommendation had been addressed by then.\n")


def test_a_view_keeps_a_filter_and_is_narrowed_by_what_stands_beside_it(filled, rows):
    ok(filled("update", "R1", "WHO", "--due", "2026-06"))
    ok(filled("view", "save", "late-who", "--org", "WHO", "--overdue"))
    assert set(rows("--view", "late-who")) == {"A/80/501/R1"}
    assert rows("--view", "late-who", "--status", "implemented") == {}
    assert json.loads(filled("view", "list", "--json").stdout) == [
        {"name": "late-who", "filters": {"only_overdue": True, "organizations": ["WHO"]}, "sort": None}
    ]
    done = filled("list", "--view", "late-woh")
    assert done.exit_code == 1
    assert "Did you mean late-who?" in done.stderr
    ok(filled("view", "drop", "late-who"))
    assert filled("list", "--view", "late-who").exit_code == 1


def test_a_view_without_a_filter_is_refused(filled):
    assert filled("view", "save", "everything").exit_code == 1


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--org", "WHOO"], "there is no organization WHOO in the register. Did you mean WHO?"),
        (["--report", "502"], "there is no report 502 in the register. Did you mean 501?"),
    ],
)
def test_a_view_of_what_there_is_not_is_refused(filled, words, says):
    done = filled("view", "save", "odd", *words)
    assert done.exit_code == 1
    assert says in done.stderr
    assert filled("view", "list", "--json").stdout == "[]\n"


def test_a_view_keeps_the_text_and_the_order(filled):
    ok(filled("update", "R2", "WHO", "--due", "2027-01"))
    ok(filled("update", "R1", "WHO", "--due", "2027-02"))
    ok(filled("view", "save", "soon", "Executive", "--sort", "due", "--open"))

    def refs(*words):
        return [row["number"] for row in json.loads(ok(filled("list", "--json", *words)).stdout)]

    assert refs("--view", "soon") == ["2", "1"]
    assert refs("--view", "soon", "--sort", "ref") == ["1", "2"]
    assert [row["number"] for row in json.loads(filled("export", "--view", "soon").stdout)] == ["2", "1"]
    assert [row["number"] for row in json.loads(filled("export", "--sort", "due").stdout)] == ["2", "1"]
    ok(filled("view", "save", "soon", "once a year", "--sort", "due"))
    assert refs("--view", "soon") == ["2"]
    assert refs("--view", "soon", "list of things") == ["1"]
    assert json.loads(filled("view", "list", "--json").stdout)[0]["sort"] == "due"


def test_views_are_listed_as_they_are_typed(filled, rows):
    typed = ["once a year", "--org", "WHO", "--report", "501", "--acceptance", "no-information", "--status"]
    typed += ["no-information", "--verification", "not-verified", "--addressee", "executive-head", "--year", "2025"]
    typed += ["--open", "--silent-for", "1", "--sort", "org"]
    ok(filled("view", "save", "all-of-it", *typed))
    line = filled("view", "list").stdout.splitlines()[1]
    name, said = line.split("\t")
    assert (name, shlex.split(said)) == ("all-of-it", typed)
    assert set(rows(*shlex.split(said))) == set(rows("--view", "all-of-it")) == {"A/80/501/R2"}


def test_a_note_may_be_written_in_the_editor(filled, rows, tmp_path, monkeypatch):
    editor = tmp_path / "editor"
    editor.write_text('#!/bin/sh\n{ echo "from the editor"; cat "$1"; } > "$1.new" && mv "$1.new" "$1"\n')
    editor.chmod(editor.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("EDITOR", str(editor))
    ok(filled("update", "R1", "WHO", "--to", "not-accepted", "--edit"))
    assert rows()["A/80/501/R1"]["note"] == "from the editor"
    monkeypatch.setenv("EDITOR", "false")
    assert filled("update", "R1", "WHO", "--to", "accepted", "--edit").exit_code == 2
    monkeypatch.setenv("EDITOR", "no-such-editor")
    assert filled("update", "R1", "WHO", "--to", "accepted", "--edit").exit_code == 4


def test_rows_for_scripts(filled):
    ok(filled("update", "R1", "WHO", "--to", "not-accepted", "--note", "=HYPERLINK(1)"))
    found = json.loads(filled("list", "--json").stdout)
    assert list(found[0]) == list(FOLLOW_UP_KEYS)
    lines = list(csv.DictReader(io.StringIO(filled("list", "--csv").stdout)))
    assert [line["ref"] for line in lines] == ["A/80/501/R1", "A/80/501/R2"]
    assert lines[0]["note"] == "'=HYPERLINK(1)"
    assert lines[0]["open"] == "false"
    assert filled("list", "--template", r"{{ number }}\t{{ organization }}").stdout == "1\tWHO\n2\tWHO\n"
    assert filled("list", "--csv", "--json").exit_code == 2


def test_a_template_that_cannot_be_used_is_a_usage_error(filled):
    deep = f"{{{{ {'(' * 300}1{')' * 300} }}}}"
    unusable = [
        "{{ nothing }}",
        "{{",
        "{{ ref.__class__.__mro__ }}",
        "{{ 1 / 0 }}",
        "{{ range(10 ** 9) | list }}",
        deep,
    ]
    unusable += ["{{ ref[99] }}", "{% macro a() %}{{ a() }}{% endmacro %}{{ a() }}", "{{ ref|truncate(-5) }}"]
    unusable += ["{{ 'a' * 99999999999999 }}", "{{ 10.0 ** 999 }}"]
    for template in unusable:
        done = filled("list", "--template", template)
        assert (done.exit_code, done.stdout) == (2, ""), template
        assert "the template cannot be used" in done.stderr
    for key, meant in {"org": "organization", "due": "due_on", "opn": "open"}.items():
        said = f"the template cannot be used: '{key}' is undefined. Did you mean {meant}?\n"
        assert filled("list", "--template", f"{{{{ {key} }}}}").stderr.endswith(said)
    assert "Keys are those of --json" in filled("list", "--template", "{{ nonesuch }}").stderr
    assert "it needs more memory than there is." in filled("list", "--template", "{{ 'a' * 99999999999999 }}").stderr


def test_an_extension_is_counted_and_the_original_date_stays(filled, rows):
    ok(filled("update", "R1", "WHO", "--due", "2027-03"))
    assert filled("extend", "grant", "R1", "WHO", "--note", "x").exit_code == 1, "nothing was asked for"
    assert filled("extend", "request", "R1", "WHO", "--to", "2027-02", "--note", "x").exit_code == 1, "not later"
    ok(filled("extend", "request", "R1", "WHO", "--to", "2027Q2", "--note", "budget"))
    assert filled("extend", "request", "R1", "WHO", "--to", "2027Q3", "--note", "x").exit_code == 1, "one at a time"
    ok(filled("extend", "grant", "R1", "WHO", "--note", "agreed"))
    row = rows()["A/80/501/R1"]
    assert (row["due_on"], row["original_due_on"]) == ("2027-06-30", "2027-03-31")
    assert (
        "1 granted, 91 days later than first set: to 2027-06-30 granted (budget)" in filled("show", "R1", "WHO").stdout
    )
    ok(filled("undo"))
    assert rows()["A/80/501/R1"]["due_on"] == "2027-03-31"
    ok(filled("extend", "refuse", "R1", "WHO", "--note", "not again"))
    assert "refused (budget)" in filled("show", "R1", "WHO").stdout


def test_a_second_lesson_adds_to_the_first_wherever_it_is_read(filled):
    ok(filled("update", "R1", "WHO", "--to", "not-accepted", "--note", "no", "--good-practice"))
    done = ok(filled("update", "R1", "WHO", "--worked", "one owner"))
    assert "A/80/501/R1 WHO: lesson: worked: one owner\n" in done.stderr
    ok(filled("update", "R1", "WHO", "--why", "asked early", "--on", "2025-06-01"))
    (lesson,) = json.loads(filled("lesson", "--good-practice", "--json").stdout)
    assert (lesson["worked"], lesson["why"], lesson["good_practice"]) == ("one owner", "asked early", True)
    shown = filled("show", "R1", "WHO").stdout
    assert "one owner" in shown
    assert "good practice" in shown
    assert "lesson: worked: one owner\t" in filled("history", "R1", "WHO").stdout
    ok(filled("undo"))
    (lesson,) = json.loads(filled("lesson", "--json").stdout)
    assert (lesson["worked"], lesson["why"]) == ("one owner", None)


def test_a_lesson_corrected_leaves_what_else_was_said(filled):
    ok(filled("update", "R1", "WHO", "--worked", "wrong words"))
    ok(filled("update", "R1", "WHO", "--failed", "a committee"))
    entry = next(x["entry"] for x in json.loads(filled("history", "R1", "--json").stdout) if x["topic"] == "lesson")
    ok(filled("correct", "R1", "WHO", str(entry), "--note", "another report's"))
    (lesson,) = json.loads(filled("lesson", "--json").stdout)
    assert (lesson["worked"], lesson["failed"]) == (None, "a committee")


def test_the_history_words_every_topic(filled):
    ok(filled("update", "R1", "WHO", "--due", "2027-03"))
    ok(filled("extend", "request", "R1", "WHO", "--to", "2027Q2", "--note", "budget"))
    done = ok(filled("extend", "refuse", "R1", "WHO", "--note", "no"))
    ok(filled("extend", "request", "R1", "WHO", "--to", "2027Q3", "--note", "budget"))
    ok(filled("extend", "grant", "R1", "WHO", "--note", "once"))
    done = ok(filled("undo"))
    for words in ("due 2027-09-30", "extension until 2027-09-30"):
        assert f": {words}\n" in done.stderr
    assert "None" not in done.stderr
    told = [line.split("\t")[5] for line in filled("history", "R1", "WHO").stdout.splitlines()[1:]]
    assert told[1:5] == [
        "due: 2027-03-31 (2027-03)",
        "extension: requested until 2027-06-30 (2027Q2)",
        "extension: refused",
        "extension: requested until 2027-09-30 (2027Q3)",
    ]
    assert told[-2].startswith("took back entry ")


def test_blanks_are_no_note_no_lesson_and_no_reason(filled):
    ok(filled("update", "R1", "WHO", "--due", "2027-03"))
    before = filled("history", "R1", "WHO", "--json").stdout
    assert filled("update", "R1", "WHO", "--to", "not-accepted", "--note", "  ").exit_code == 1
    assert "nothing to write" in filled("update", "R1", "WHO", "--worked", " ", "--note", "").stderr
    assert filled("extend", "request", "R1", "WHO", "--to", "2027-06", "--note", " ").exit_code == 2
    assert filled("history", "R1", "WHO", "--json").stdout == before


def test_a_group_lists_its_commands_with_whole_sentences(run):
    shown = " ".join(run("extend", "--help").stdout.split())
    assert (
        "Grant the request, for the date requested or another one; the original date is kept beside the new one."
        in shown
    )
