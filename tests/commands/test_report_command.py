"""`tracker report` from the outside: stdout is data, stderr is talk, exit statuses of the contract."""

import json
import re
import shlex
from datetime import UTC, datetime
from pathlib import Path

import builders as b
import pytest
from sqlalchemy import text

from tracker.domain.vocabulary import Acceptance
from tracker.reports import files

JANUARY = datetime(2026, 1, 5, tzinfo=UTC)


@pytest.fixture
def filled(sqlite_register):
    b.organizations(sqlite_register, "WHO", "FAO")
    b.report(sqlite_register, now=JANUARY)
    b.move(sqlite_register, "501/R1", "WHO", to=Acceptance.ACCEPTED, on=JANUARY.date(), now=JANUARY)
    return sqlite_register


def test_the_paths_are_the_data(filled, run):
    done = run("report", "quarterly", "2026Q3")
    assert done.exit_code == 0
    assert done.stdout.splitlines() == ["quarterly-2026Q3.html", "quarterly-2026Q3.docx"]
    assert Path("quarterly-2026Q3.html").read_text().startswith("<!DOCTYPE html>")
    assert "as known at" in done.stderr
    assert done.stderr.endswith("Nothing dated after 2026-09-30 is included.\n")
    earlier = run("report", "quarterly", "2026Q3", "--as-of", "2026-08-31", "--format", "md")
    assert earlier.stderr.endswith("Nothing dated after 2026-08-31 is included.\n")


@pytest.mark.parametrize("words", [("quarterly", "2026Q3"), ("annual",), ("scorecard", "WHO"), ("site",)])
def test_a_name_of_a_file_is_not_taken_for_that_of_a_folder(filled, run, words):
    done = run("report", *words, "--out", "status.docx")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "--out names a folder, and status.docx reads like a file." in done.stderr
    assert not Path("status.docx").exists()
    Path("status.docx").mkdir()
    assert run("report", *words, "--out", "status.docx").exit_code == 0


def test_the_command_that_the_annual_paper_names_lists_what_a_line_counts(filled, run):
    b.report(filled, symbol="A/74/7", issued_on=datetime(2019, 3, 1, tzinfo=UTC).date(), now=JANUARY)
    assert run("report", "annual", "2026", "--since", "2019", "--format", "md").exit_code == 0
    said = Path("annual-2026.md").read_text()
    command = re.search(r"as in: tracker (list .+)\.$", said, re.MULTILINE)
    assert command is not None
    (line,) = [line for line in said.splitlines() if line.startswith("| FAO")]
    assert len(json.loads(run(*shlex.split(command[1]), "--json").stdout)) == int(line.split(" | ")[1]) == 4


def test_the_command_that_the_scorecard_names_lists_all_that_was_addressed(filled, run):
    assert run("report", "scorecard", "WHO", "2026", "--format", "md").exit_code == 0
    said = Path("scorecard-2026-WHO.md").read_text()
    command = re.search(r"is listed by: tracker (list .+)\.$", said, re.MULTILINE)
    assert command is not None
    assert "Settled is what is not accepted" in said
    found = json.loads(run(*shlex.split(command[1]), "--json").stdout)
    assert f"({len(found) - 1} of {len(found)})" in said  # accepted, of all addressed


def test_the_command_that_the_annex_names_shows_the_answers_behind_a_row(filled, run):
    assert run("report", "quarterly", "2026Q1", "--format", "md").exit_code == 0
    command = re.search(r"as in: tracker (history .+)\.$", Path("quarterly-2026Q1.md").read_text(), re.MULTILINE)
    traced = run(*shlex.split(command[1]))
    assert "no-information → accepted" in traced.stdout


def test_a_report_is_in_english_whatever_language_the_mails_of_the_office_are_in(filled, run):
    Path("tracker.toml").write_text('[office]\nlanguage = "fr"\n')
    assert run("report", "quarterly", "2026Q3", "--format", "html").exit_code == 0
    assert '<html lang="en">' in Path("quarterly-2026Q3.html").read_text()


@pytest.mark.parametrize("words", [(), ("--publish",)])
def test_a_report_says_of_how_many_follow_ups_it_does_not_know_what_was_dated_later(filled, run, words):
    october = datetime(2026, 10, 1, tzinfo=UTC)
    b.move(filled, "501/R1", "FAO", to=Acceptance.ACCEPTED, on=october.date(), now=october)
    b.move(filled, "501/R1", "WHO", to=Acceptance.UNDER_CONSIDERATION, on=october.date(), now=october, note="Again.")
    said = "Nothing dated after 2026-09-30 is included: {} moved since.\nTo date an answer on the day that it speaks "
    done = run("report", "quarterly", "2026Q3", "--format", "md", *words)
    assert said.format("2 follow-ups") + "of, log it with --on, as in: --on 2026-09-30.\n" in done.stderr
    if not words:
        b.move(filled, "501/R1", "FAO", to=Acceptance.ACCEPTED, on=datetime(2026, 9, 30).date(), now=october)
        one = run("report", "quarterly", "2026Q3", "--format", "md", "--org", "FAO")
        assert one.stderr.endswith("Nothing dated after 2026-09-30 is included.\n")  # it was said of the earlier day
        one = run("report", "quarterly", "2026Q3", "--format", "md", "--org", "WHO")
        assert said.format("1 follow-up") in one.stderr
        before = run("report", "quarterly", "2026Q3", "--format", "md", "--known-at", "2026-09-30T12:00:00Z")
        assert before.stderr.endswith("Nothing dated after 2026-09-30 is included.\n")


def test_the_instant_that_is_said_is_that_of_the_report_whatever_was_written_meanwhile(filled, run, monkeypatch):
    def while_somebody_else_writes(*words):
        b.move(filled, "501/R1", "FAO", to=Acceptance.ACCEPTED, on=JANUARY.date(), now=datetime(2099, 1, 1, tzinfo=UTC))
        return write_all(*words)

    write_all = files.write_all
    monkeypatch.setattr(files, "write_all", while_somebody_else_writes)
    done = run("report", "quarterly", "2026Q3", "--format", "json")
    known_at = json.loads(Path("quarterly-2026Q3.json").read_text())["scope"]["known_at"]
    assert f"as known at {known_at}." in done.stderr
    assert "2099" not in known_at


LOOKING_BACK = [
    (["--as-of", "2026-09-30"], ""),
    (["--as-of", "2026-08-31"], "-as-of-2026-08-31"),
    (["--known-at", "2026-10-01T12:00:00Z"], "-known-at-2026-10-01T120000Z"),
    (["--as-of", "2026-08-31", "--known-at", "2026-10-01T12:00:00Z"], "-as-of-2026-08-31-known-at-2026-10-01T120000Z"),
]


@pytest.mark.parametrize(("words", "ending"), LOOKING_BACK, ids=lambda value: value if isinstance(value, str) else "")
def test_a_report_that_looks_back_does_not_take_the_place_of_the_one_of_today(filled, run, words, ending):
    quarterly = ["report", "quarterly", "2026Q3", "--format", "md"]
    assert run(*quarterly).exit_code == 0
    of_today = Path("quarterly-2026Q3.md").read_text()
    for _ in range(2):
        assert run(*quarterly, *words).stdout == f"quarterly-2026Q3{ending}.md\n"
    if ending:
        assert Path("quarterly-2026Q3.md").read_text() == of_today
    assert run(*quarterly).stdout == "quarterly-2026Q3.md\n", "the same again takes the place of itself"


@pytest.mark.parametrize("words", [["note", "501"], ["scorecard", "WHO", "2026"], ["annual", "2026"]], ids=" ".join)
def test_nor_does_another_paper(filled, run, words):
    (usual, *_), (then, *_) = (
        run("report", *words, *back).stdout.splitlines() for back in ([], ["--as-of", "2026-08-31"])
    )
    name, _, ending = usual.rpartition(".")
    assert then == f"{name}-as-of-2026-08-31.{ending}"


def test_figures_as_json(filled, run):
    done = run("report", "quarterly", "2026Q3", "--org", "WHO", "--json")
    content = json.loads(done.stdout)
    assert content["scope"]["organization"]["code"] == "WHO"
    assert content["scope"]["prepared_by"] == "officer"
    assert len(content["annex"]) == 2


def test_formats_and_folder(filled, run):
    done = run("report", "quarterly", "2026Q3", "--format", "json, html", "--out", "reports")
    assert done.stdout.splitlines() == ["reports/quarterly-2026Q3.json", "reports/quarterly-2026Q3.html"]


@pytest.mark.parametrize(
    ("words", "status", "sentence"),
    [
        (("2026",), 2, "“2026” is not a quarter"),
        (("2126Q1",), 1, "2126Q1 has not begun yet"),
        (("2026Q3", "--format", "htm"), 2, "“htm” is not a format of this. Did you mean html?"),
        (("2026Q3", "--format", ","), 2, "--format is empty"),
        (("2026Q3", "--org", "WHA"), 1, "Did you mean WHO?"),
        (("2026Q3", "--as-of", "2026-12-01"), 1, "is not in 2026Q3"),
        (("2026Q3", "--known-at", "2126-01-01"), 1, "is in the future"),
    ],
)
def test_bad_input_is_one_sentence(filled, run, words, status, sentence):
    done = run("report", "quarterly", *words)
    assert done.exit_code == status
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
    assert not list(Path().glob("quarterly*"))


def test_a_folder_that_cannot_be_written_is_the_world(filled, run):
    Path("file").write_text("")
    done = run("report", "quarterly", "2026Q3", "--out", "file/below")
    assert done.exit_code == 4
    assert "cannot be written" in done.stderr


def test_publishing_listing_and_verifying(filled, run):
    assert "Nothing has been published yet" in run("report", "list").stderr
    done = run("report", "quarterly", "2026Q3", "--format", "html", "--publish")
    assert done.exit_code == 0
    assert "Published as edition 2026Q3/1" in done.stderr
    (edition,) = json.loads(run("report", "list", "--json").stdout)
    assert (edition["edition"], edition["number"], edition["published_by"]) == ("2026Q3/1", 1, "officer")
    assert run("report", "verify").stdout == "2026Q3/1\tholds\n"
    (verdict,) = json.loads(run("report", "verify", "2026Q3/1", "--json").stdout)
    assert verdict["holds"] is True
    again = run("report", "quarterly", "2026Q3", "--format", "html", "--publish")
    assert (again.exit_code, "says the same" in again.stderr) == (1, True)


def test_an_edition_that_does_not_hold_is_exit_status_1(filled, run):
    run("report", "quarterly", "2026Q3", "--format", "md", "--publish")
    with filled.write() as session:
        session.execute(text("UPDATE journal SET target = 'not-accepted' WHERE target = 'accepted'"))
    done = run("report", "verify")
    assert done.exit_code == 1
    assert "headline would come out differently today" in done.stdout
    assert "2026Q3/1 would no longer come out as published" in done.stderr


def test_an_edition_is_published_as_known_now(filled, run):
    done = run("report", "quarterly", "2026Q3", "--publish", "--known-at", "2026-10-01")
    assert (done.exit_code, "published as known now" in done.stderr) == (2, True)


def test_the_other_papers(filled, run):
    assert run("report", "note", "501").stdout == "A_80_501_Add.1.docx\n"
    assert run("report", "scorecard", "WHO", "2026", "--format", "md").stdout == "scorecard-2026-WHO.md\n"
    assert run("report", "annual", "2025", "--format", "md").stdout == "annual-2025.md\n"
    done = run("report", "site", "--out", "pages")
    assert done.stdout == "pages/index.html\n"
    assert Path("pages/organizations/WHO.html").exists()


def test_templates_of_the_office_stand_beside_its_configuration(filled, run):
    own = Path("templates/report")
    own.mkdir(parents=True)
    (own / "report.css").write_text("/* of the office */")
    Path("tracker.toml").write_text("")
    run("report", "quarterly", "2026Q3", "--format", "html")
    assert "/* of the office */" in Path("quarterly-2026Q3.html").read_text()


@pytest.mark.parametrize(
    ("setting", "sentence"),
    [
        ('templates = "nowhere"', "there is no folder"),
        ('logo = "x"', "[report] logo is not a setting. Use one of templates."),
    ],
)
def test_wrong_settings_are_named(filled, run, setting, sentence):
    Path("tracker.toml").write_text(f"[report]\n{setting}\n")
    done = run("report", "quarterly", "2026Q3")
    assert done.exit_code == 1
    assert sentence in done.stderr


def test_an_unknown_format_is_refused_before_anything_is_said(filled, run):
    done = run("report", "scorecard", "WHO", "--format", "html,json")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "Writing" not in done.stderr
    assert "“json” is not a format of this. Use one of html, docx, pdf, xlsx, md." in done.stderr


def test_the_formats_that_are_offered_are_those_that_are_drawn():
    from tracker.commands import report
    from tracker.services.reports import reporting

    assert list(reporting.PAPERS) == list(report.PAPERS)
    assert list(reporting.WRITERS) == [*report.PAPERS, "json"]
