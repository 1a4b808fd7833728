"""Editions: published once, numbered, verified, restated; on both databases."""

import hashlib
import json
from dataclasses import replace
from datetime import UTC, date, datetime

import builders as b
import pytest
from sqlalchemy import text

from tracker import __version__
from tracker.domain.figures.editions import Edition
from tracker.domain.figures.material import Scope
from tracker.domain.periods import Quarter
from tracker.domain.vocabulary import Acceptance, Addressee, Implementation
from tracker.errors import RefusedError, UnknownNameError, WorldError
from tracker.services import corrections
from tracker.services.documents.completing import ReportChange, change_recommendation, change_report
from tracker.services.listing import read_history
from tracker.services.reports import editions
from tracker.services.reports.editions import list_editions, publish, verify
from tracker.services.reports.reporting import Request, compute, prepare, previous_edition, write_quarterly

Q3 = Quarter(2026, 3)


def at(month, day):
    return datetime(2026, month, day, 10, tzinfo=UTC)


@pytest.fixture
def filled(register):
    b.organizations(register, "WHO", "FAO")
    b.report(register, now=at(1, 5))
    b.move(register, "501/R1", "WHO", to=Acceptance.ACCEPTED, on=date(2026, 8, 1), now=at(8, 2))
    return register


def request(now, **given):
    plain = Request(Q3, today=now.date(), now=now, prepared_by="A. Officer", office="Office of Oversight")
    return replace(plain, **given)


def published(register, folder, now, formats=("html", "json"), **given):
    return publish(register, request(now, **given), formats, folder, b.who(now=now))


def test_an_edition_is_numbered_and_carries_its_checksum(filled, tmp_path):
    edition, paths = published(filled, tmp_path, at(10, 5))
    assert edition.name == "2026Q3/1"
    assert [item.name for item in list_editions(filled)] == ["2026Q3/1"]
    figures = paths[1].read_bytes().rstrip(b"\n")
    assert hashlib.sha256(figures).hexdigest() == edition.sha256 == list_editions(filled)[0].sha256
    assert "1, published 5 October 2026" in paths[0].read_text()
    assert edition.sha256[:16] in paths[0].read_text()


def test_each_further_edition_counts_on_from_the_last(sqlite_register, tmp_path):
    b.organizations(sqlite_register, "WHO")
    b.report(sqlite_register, now=at(1, 5))
    for number, to in enumerate((Acceptance.UNDER_CONSIDERATION, Acceptance.ACCEPTED, Acceptance.NOT_ACCEPTED)):
        now = at(11, 2 + number)
        b.move(sqlite_register, "501/R1", "WHO", to=to, note="by letter", on=date(2026, 8, 1), now=now)
        published(sqlite_register, tmp_path, now, ["json"])
    assert [item.name for item in list_editions(sqlite_register)] == ["2026Q3/1", "2026Q3/2", "2026Q3/3"]


def test_a_report_whose_balance_does_not_close_is_not_published(filled, tmp_path, monkeypatch):
    def out_by_one(register, asked):
        prepared = prepare(register, asked)
        balance = prepared.figures.roll_forward
        out = replace(balance, open_at_end=balance.open_at_end + 1)
        return replace(prepared, figures=replace(prepared.figures, roll_forward=out))

    monkeypatch.setattr(editions, "prepare", out_by_one)
    with pytest.raises(RefusedError, match="the roll-forward is out by -1"):
        published(filled, tmp_path / "out", at(10, 5))
    assert list_editions(filled) == []
    assert not (tmp_path / "out").exists()


def test_asking_again_with_its_day_and_instant_repeats_it_byte_for_byte(filled, tmp_path):
    edition, paths = published(filled, tmp_path / "first", at(10, 5))
    b.move(filled, "501/R1", "FAO", to=Acceptance.ACCEPTED, on=date(2026, 8, 1), now=at(11, 2))
    again = request(at(12, 1), as_of=edition.as_of, known_at=edition.known_at, prepared_by="B.", office="Other")
    repeated = write_quarterly(filled, again, ["html", "json"], tmp_path / "second").paths
    assert [path.read_bytes() for path in repeated] == [path.read_bytes() for path in paths]


def test_a_later_correction_is_a_restatement_that_says_why(filled, tmp_path):
    published(filled, tmp_path, at(10, 5))
    b.move(filled, "501/R1", "FAO", to=Acceptance.ACCEPTED, on=date(2026, 8, 1), now=at(11, 2), note="letter found")
    wrong = next(
        line.entry.id for line in read_history(filled, "501/R1", "WHO") if line.entry.topic.value == "acceptance"
    )
    corrections.correct(filled, "501/R1", "WHO", wrong, "never said", b.who(now=at(11, 3)))
    restated = prepare(filled, request(at(11, 4))).restatement
    assert [(row.organization, row.what, row.was, row.now) for row in restated.rows] == [
        ("FAO", "acceptance", "no-information", "accepted"),
        ("WHO", "acceptance", "accepted", "no-information"),
    ]
    assert [(row.why[-1].note, row.why[-1].voids) for row in restated.rows] == [
        ("letter found", False),
        ("never said", True),
    ]
    edition, paths = published(filled, tmp_path, at(11, 5))
    assert edition.name == "2026Q3/2"
    page = paths[0].read_text()
    assert "Restatement" in page
    assert "letter found" in page
    assert [verdict.problems for verdict in verify(filled)] == [(), ()]


def test_a_line_of_a_restatement_gives_the_reasons_of_what_moved_in_it_each_once(filled, tmp_path):
    published(filled, tmp_path / "before", at(10, 5))
    on, due = date(2026, 8, 2), date(2026, 12, 31)
    b.move(filled, "501/R1", "FAO", to=Acceptance.ACCEPTED, due=due, on=on, now=at(11, 2), note="letter found")
    b.move(filled, "501/R1", "WHO", due=due, on=on, now=at(11, 2), note="telephone")
    b.move(filled, "501/R1", "WHO", due=date(2027, 1, 31), on=on, now=at(11, 2), note="telephone")
    corrections.undo(filled, b.who(now=at(11, 3)))
    rows = prepare(filled, request(at(11, 4))).restatement.rows
    assert [(row.organization, row.what, [entry.topic.value for entry in row.why]) for row in rows] == [
        ("FAO", "acceptance", ["acceptance"]),
        ("FAO", "due_on", ["due"]),
        ("WHO", "due_on", ["due", "due", "due"]),
    ]
    (path,) = write_quarterly(filled, request(at(11, 4)), ["md"], tmp_path).paths
    said = [line.split(" | ")[-1].strip(" |") for line in path.read_text().splitlines() if "2 Nov" in line]
    wrote = "written 2 Nov 2026 by officer"
    assert [line.replace("\N{NBSP}", " ") for line in said] == [
        f"{wrote}: letter found",
        f"{wrote}: letter found",
        f"{wrote}: telephone; voided 3 Nov 2026 by officer: taken back: test",
    ]


def test_what_is_counted_otherwise_though_nobody_moved_it_is_restated_too(filled, tmp_path):
    note = "Done; see our letter."
    b.move(filled, "501/R1", "WHO", to=Implementation.IMPLEMENTED, on=date(2026, 9, 1), now=at(9, 2), note=note)
    published(filled, tmp_path, at(10, 5))
    change_report(filled, "501", ReportChange(asks_verification=True), b.who(now=at(10, 6)))
    change_recommendation(filled, "501/R2", b.who(now=at(10, 6)), addressee=Addressee.LEGISLATIVE_BODY)
    rows = prepare(filled, request(at(11, 4))).restatement.rows
    assert [(row.ref, row.organization, row.what, row.was, row.now) for row in rows] == [
        ("A/80/501/R1", "WHO", "open", "settled", "open"),
        ("A/80/501/R2", "FAO", "addressee", "executive-head", "legislative-body"),
        ("A/80/501/R2", "WHO", "addressee", "executive-head", "legislative-body"),
    ]
    (path,) = write_quarterly(filled, request(at(11, 4)), ["md"], tmp_path).paths
    page = path.read_text()
    assert "| Open or settled | Settled | Open | its report asks for verification |" in page
    assert "| Addressee | Executive head | Legislative body | corrected in the register |" in page


def test_an_earlier_quarter_is_restated_too(filled, tmp_path):
    published(filled, tmp_path, at(7, 5), quarter=Quarter(2026, 2))
    b.move(filled, "501/R1", "FAO", to=Acceptance.ACCEPTED, on=date(2026, 5, 1), now=at(9, 2))
    restated = prepare(filled, request(at(10, 5))).restatement
    assert restated.edition.name == "2026Q2/1"
    first = restated.rates[0]
    assert (first.rate, first.was, first.now) == ("acceptance", "0/4", "1/4")


def test_what_happened_after_the_day_restates_nothing(filled, tmp_path):
    published(filled, tmp_path, at(10, 5))
    b.move(filled, "501/R1", "FAO", to=Acceptance.ACCEPTED, on=date(2026, 10, 6), now=at(10, 7))
    assert prepare(filled, request(at(11, 4))).restatement is None
    with pytest.raises(RefusedError, match="edition 2026Q3/1 says the same"):
        published(filled, tmp_path, at(11, 4))


def test_organizations_have_editions_of_their_own(filled, tmp_path):
    published(filled, tmp_path, at(10, 5))
    edition, _ = published(filled, tmp_path, at(10, 6), organization="WHO")
    assert edition.name == "2026Q3-WHO/1"


def test_verifying_finds_a_changed_journal_changed_figures_and_changed_files(filled, tmp_path):
    published(filled, tmp_path, at(10, 5))
    assert [verdict.problems for verdict in verify(filled, "2026q3/1")] == [()]
    _run(filled, "UPDATE journal SET target = 'not-accepted' WHERE target = 'accepted'")
    (verdict,) = verify(filled)
    assert "headline would come out differently today" in verdict.problems
    _run(filled, "UPDATE edition SET sha256 = 'x'")
    assert "the stored figures do not have their checksum" in verify(filled)[0].problems
    _run(filled, "UPDATE edition_file SET sha256 = 'x'")
    assert "the stored file quarterly-2026Q3-edition-1.html does not have its checksum" in verify(filled)[0].problems


def test_what_differs_names_the_program_where_another_version_published_it(filled, tmp_path, monkeypatch):
    published(filled, tmp_path, at(10, 5))
    monkeypatch.setattr("tracker.services.reports.editions.__version__", "9.1.0")
    assert [verdict.problems for verdict in verify(filled)] == [()]
    _run(filled, "UPDATE journal SET target = 'not-accepted' WHERE target = 'accepted'")
    assert f"headline would come out differently today (published by tracker {__version__}; this is 9.1.0)" in (
        verify(filled)[0].problems
    )


def test_an_edition_that_nobody_published_is_unknown(filled):
    with pytest.raises(UnknownNameError, match="there is no edition 2026Q3/9"):
        verify(filled, "2026Q3/9")


def test_an_edition_is_kept_though_its_folder_cannot_be_written(filled, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(WorldError, match="cannot be written"):
        published(filled, tmp_path / "file", at(10, 5))
    assert [item.name for item in list_editions(filled)] == ["2026Q3/1"]
    again = request(at(12, 1), known_at=at(10, 5))
    (path,) = write_quarterly(filled, again, ["html"], tmp_path).paths
    assert "1, published 5 October 2026" in path.read_text()


def test_figures_of_a_newer_program_may_say_more(filled, tmp_path):
    published(filled, tmp_path, at(10, 5))
    content = compute(filled, request(at(10, 5), known_at=at(10, 5))).as_json()
    del content["silence"]
    for row in content["annex"]:
        del row["heard_on"]
    from tracker.domain.journal import canonical_json

    older = canonical_json(content)
    with filled.write() as session:
        session.execute(
            text("UPDATE edition SET figures = :figures, sha256 = :sum"),
            {"figures": older, "sum": hashlib.sha256(older).hexdigest()},
        )
    assert json.loads(older)["annex"]
    assert verify(filled)[0].problems == ()


def _run(register, words):
    with register.write() as session:
        session.execute(text(words))


def test_what_a_report_restates_is_the_last_edition_before_it_of_this_quarter_or_an_earlier_one():
    instants = enumerate((at(10, 5), at(11, 4), at(12, 1)), start=1)
    editions = [Edition(n, "system", Q3, n, Q3.last_day, now, now, "ana", "0" * 64) for n, now in instants]

    def before(quarter, known_at):
        found = previous_edition(editions, Scope(quarter, date(2026, 6, 30), known_at))
        return None if found is None else found.name

    assert before(Q3, at(12, 2)) == "2026Q3/3"
    assert before(Q3, at(11, 5)) == "2026Q3/2"
    assert before(Q3, at(11, 4)) == "2026Q3/1", "it is none before itself"
    assert before(Q3.next, at(12, 2)) == "2026Q3/3"
    assert before(Q3.previous, at(12, 2)) is None
    assert before(Q3, at(10, 5)) is None


def test_a_second_edition_of_a_quarter_restates_the_first_though_an_earlier_quarter_was_published_in_between(
    filled, tmp_path
):
    published(filled, tmp_path, at(10, 5))
    b.move(filled, "501/R1", "FAO", to=Acceptance.ACCEPTED, on=date(2026, 6, 1), now=at(11, 2), note="letter found")
    published(filled, tmp_path, at(11, 3), quarter=Q3.previous)
    restated = prepare(filled, request(at(11, 4))).restatement
    assert (restated.edition.name, [row.why[-1].note for row in restated.rows]) == ("2026Q3/1", ["letter found"])
