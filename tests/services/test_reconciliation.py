"""Two voices beside each other: every row in one list, and nothing changed."""

from __future__ import annotations

from datetime import date

from builders import TODAY, who
from register_files import MAPPING, ROWS, csv_text, mapping, write

from tracker.domain.filters import Filters
from tracker.services.listing import At
from tracker.services.registers.intake import import_register
from tracker.services.registers.reconciliation import reconcile
from tracker.store.follow_ups import list_follow_ups

THEIRS = (
    "001/25,WTA,RPT-1,2025-03-01,Being implemented,,Check the valves every month.,",
    "002/25,WTA,RPT-1,2025-03-01,Closed acceptable,,Train the crews.,",
    "003/25,Fire Board,RPT-2,2025-04-01,Closed acceptable,,Buy longer ladders.,",
    "009/25,Fire Board,RPT-2,2025-04-01,Open,,Something new.,",
)
MORE = "005/25,WTA,RPT-2,2025-04-01,Open,,Dig a well.,"
DONE = "006/25,WTA,RPT-2,2025-04-01,Withdrawn,2025-05-05,Fill the well.,"


def compared(register, tmp_path, *theirs, toml=MAPPING, **options):
    ours = write(tmp_path, "ours.csv", csv_text(*ROWS, MORE, DONE))
    import_register(register, ours, mapping(tmp_path), who())
    file = write(tmp_path, "theirs.csv", csv_text(*theirs))
    return reconcile(register, file, mapping(tmp_path, toml, "theirs.toml"), at=At(TODAY, **options))


def names(items):
    return [item.follow_up for item in items]


def test_agreements_conflicts_news_and_rows_on_one_side(register, tmp_path):
    result = compared(register, tmp_path, *THEIRS)
    assert names(result.agree) == ["RPT-1/R002-25 WTA"]
    assert names(result.conflict) == ["RPT-2/R003-25 FIRE-BOARD"]
    assert result.conflict[0].differs == ("implementation",)
    assert result.conflict[0].rows == (4,)
    assert names(result.news) == ["RPT-1/R001-25 WTA"]
    assert names(result.only_there) == ["RPT-2/R009-25 FIRE-BOARD"]
    assert result.only_here == ["RPT-2/R005-25 WTA"]
    assert result.settled_here == 1


def test_nothing_is_changed(register, tmp_path):
    with register.read() as session:
        assert list_follow_ups(session, Filters(), today=TODAY) == []
    compared(register, tmp_path, *THEIRS)
    with register.read() as session:
        assert len(list_follow_ups(session, Filters(), today=TODAY)) == 5


def test_ours_is_taken_as_of_the_day_of_which_they_speak(register, tmp_path):
    result = compared(register, tmp_path, *THEIRS, as_of=date(2025, 9, 1))
    assert names(result.agree) == []
    assert "RPT-1/R002-25 WTA" in names(result.news)


def test_a_register_of_another_name_is_matched_by_report_number_and_organization(register, tmp_path):
    toml = MAPPING.replace('name = "invented"', 'name = "their own"')
    result = compared(register, tmp_path, *THEIRS, toml=toml)
    assert names(result.agree) == ["RPT-1/R002-25 WTA"]


def test_a_row_without_an_organization_is_compared_with_whoever_has_it(register, tmp_path):
    toml = MAPPING.replace('blank = "NOBODY"', 'blank = "*"')
    result = compared(register, tmp_path, THEIRS[1].replace("WTA", ""), toml=toml)
    assert names(result.agree) == ["RPT-1/R002-25 WTA"]


def test_a_name_that_nobody_knows_is_told_with_its_row(register, tmp_path):
    result = compared(register, tmp_path, THEIRS[1].replace("WTA", "Wasser"))
    told = {problem.where: problem.what for problem in result.problems}
    assert told["theirs.csv, row 2"] == "“Wasser” is not an organization of the register."


def test_what_was_taken_in_from_the_register_is_known_though_it_calls_the_report_otherwise(register, tmp_path):
    result = compared(register, tmp_path, THEIRS[1].replace("RPT-1", "RPT-9"))
    assert names(result.agree) == ["RPT-1/R002-25 WTA"]
    assert result.only_there == []


def test_of_two_recommendations_of_one_number_each_is_compared_with_its_own_text(register, tmp_path):
    two = (
        "004/25,WTA,RPT-2,2025-04-01,Closed acceptable,2025-05-05,Paint the gates.,",
        "004/25,WTA,RPT-2,2025-04-01,Being implemented,2025-05-05,Oil the gates.,",
    )
    import_register(register, write(tmp_path, "ours.csv", csv_text(*two)), mapping(tmp_path), who())
    result = reconcile(register, tmp_path / "ours.csv", mapping(tmp_path), at=At(TODAY))
    assert names(result.agree) == ["RPT-2/R004-25.1 WTA", "RPT-2/R004-25.2 WTA"]
    assert (result.conflict, result.only_there, result.only_here) == ([], [], [])


def test_agreements_are_among_the_rows_only_where_they_are_asked_for(register, tmp_path):
    result = compared(register, tmp_path, *THEIRS)
    verdicts = [row["verdict"] for row in result.rows(agreements=True)]
    assert "agree" in verdicts
    assert [row["verdict"] for row in result.rows(agreements=False)] == [each for each in verdicts if each != "agree"]
