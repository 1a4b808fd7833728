"""Mappings: mistakes are answered with their place; a guessed one can be read; rows come out in our words."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from pathlib import Path

import pytest
from register_files import HEADER, MAPPING, csv_text, mapping, write

from tracker.domain.vocabulary import Acceptance, Implementation, Voice
from tracker.errors import BadDataError
from tracker.ingest.registers.findings import Findings
from tracker.ingest.registers.guessing import guess_mapping
from tracker.ingest.registers.mapping_file import read_mapping
from tracker.ingest.registers.rows import read_rows

EXAMPLES = sorted((Path(__file__).resolve().parents[2] / "mappings").glob("*.toml"))


def read(tmp_path, *rows, toml=MAPPING, header=HEADER):
    findings = Findings("r.csv")
    path = write(tmp_path, "r.csv", csv_text(*rows, header=header))
    return list(read_rows(path, read_mapping(mapping(tmp_path, toml)), findings)), findings


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_examples_can_be_read(path):
    assert read_mapping(path).statuses


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (('name = "invented"', 'nome = "invented"'), "“nome” is not known here. Did you mean name"),
        (('name = "invented"', 'name = ""'), "name is missing"),
        (('voice = "issuer"', 'voice = "nobody"'), "none of organization, office, issuer"),
        (("as_of = 2026-01-31", 'as_of = "2026-01-31"'), "without quotation marks"),
        (('same = ["number"]', 'same = ["colour"]'), "none of report, number, text"),
        (('moves = ["not-relevant"]', 'moves = ["not-relevent"]'), "“not-relevent” is not a status. Did you mean"),
        (('words = ["Withdrawn"]', 'words = ["open"]'), "“open” has two meanings"),
        (('unknown = "register"', 'unknown = "perhaps"'), "none of refuse, register"),
        (('to = "To"', ""), ""),
        (("[columns]", "[dates]\nIssued = 'y/m/d'\n[columns]"), "is not a form"),
        (("[columns]", "[number]\npattern = '(a'\n[columns]"), "is not a pattern"),
        (("[columns]", "[number]\npattern = 'a'\n[columns]"), "one pair of brackets"),
        (("[columns]", "[file]\nencoding = 'utf-99'\n[columns]"), "not an encoding"),
        (("[columns]", "[report]\nsymbol = '{colour}'\n[columns]"), "speaks of colour"),
        (('WTA = ["Water', 'XYZ = ["WTA"]\nWTA = ["Water'), "is given to XYZ and WTA"),
        (('report = "Report"', ""), "columns: does not say in which report a recommendation stands. Add report = "),
        (("[columns]", "[columns"), "is not TOML"),
    ],
)
def test_a_mistake_is_answered_with_its_place(tmp_path, change, said):
    path = mapping(tmp_path, MAPPING.replace(*change))
    if not said:
        read_mapping(path)
        return
    with pytest.raises(BadDataError) as caught:
        read_mapping(path)
    assert said in str(caught.value)
    assert str(caught.value).startswith("mapping.toml")


def test_rows_come_out_in_our_words(tmp_path):
    rows, findings = read(tmp_path)
    assert [row.number for row in rows] == ["001-25", "002-25", "003-25"]
    assert rows[1].made == date(2025, 3, 1)
    assert rows[1].statuses[0].moves == (Acceptance.ACCEPTED, Implementation.IMPLEMENTED)
    assert rows[1].statuses[0].on == date(2025, 9, 30)
    assert rows[2].statuses[0].moves == (Acceptance.ACCEPTED, Implementation.IN_PROGRESS)
    assert not findings.refused


def test_an_unknown_status_is_refused_with_row_and_column(tmp_path):
    _, findings = read(tmp_path, "1,WTA,R,2025-01-01,Closed acceptible,,Text,")
    problem = findings.problems()[0]
    assert problem.where == "r.csv, row 2, column Status"
    assert "Closed acceptible" in problem.what
    assert "CLOSED ACCEPTABLE" in problem.remedy.upper()
    assert findings.refused == {2}


@pytest.mark.parametrize(("word", "is_proposed"), [("Unwithdrawn", False), ("Withdrown", True)])
def test_the_opposite_of_a_word_is_not_proposed_for_it(tmp_path, word, is_proposed):
    _, findings = read(tmp_path, f"1,WTA,R,2025-01-01,{word},,Text,")
    (problem,) = findings.problems()
    assert ("Did you mean Withdrawn?" in problem.remedy) is is_proposed


def test_a_date_that_could_be_two_is_refused_with_row_and_column(tmp_path):
    _, findings = read(tmp_path, "1,WTA,R,03/04/2025,Open,,Text,")
    assert [problem.where for problem in findings.problems()] == ["r.csv, row 2, column Issued"]
    declared = MAPPING.replace("[columns]", '[dates]\nIssued = "d/m/y"\n[columns]')
    rows, findings = read(tmp_path, "1,WTA,R,03/04/2025,Open,,Text,", toml=declared)
    assert rows[0].made == date(2025, 4, 3)
    assert not findings.refused


@pytest.mark.parametrize("word", ["06/08/2025", "24-Feb-21", "45355"])
def test_what_is_proposed_for_a_date_can_be_typed_into_the_mapping(tmp_path, word):
    _, findings = read(tmp_path, f"1,WTA,R,{word},Open,,Text,")
    remedy = findings.problems()[0].remedy
    section, key, form = re.search(r'(\[\w+\]) (\w+ = )("[^"]+")', remedy).groups()
    for proposed in (form, *re.findall(r'or ("[^"]+")', remedy)):
        declared = MAPPING.replace("[columns]", f"{section}\n{key}{proposed}\n[columns]")
        _, findings = read(tmp_path, f"1,WTA,R,{word},Open,,Text,", toml=declared)
        assert not findings.refused, proposed


def test_a_date_of_a_status_that_could_be_two_is_not_told_as_missing_too(tmp_path):
    row = "1,WTA,R,2025-01-01,Closed acceptable,{},Text,"
    _, findings = read(tmp_path, row.format("06/08/2025"))
    assert [problem.what for problem in findings.problems()] == ["“06/08/2025” could be more than one day."]
    _, findings = read(tmp_path, row.format(""))
    assert ["has no date" in problem.what for problem in findings.problems()] == [True]


def test_a_row_that_slipped_is_refused(tmp_path):
    _, findings = read(tmp_path, "1,WTA,R,2025-01-01,Open,,Text, with a comma,answer,more")
    assert findings.refused == {2}


def test_only_the_rows_that_the_mapping_wants_are_taken(tmp_path):
    toml = MAPPING.replace("[columns]", '[file.only]\nStatus = ["open"]\n[columns]')
    rows, _ = read(tmp_path, toml=toml)
    assert [row.row for row in rows] == [2]


def test_a_blank_cell_means_what_stands_above_where_the_mapping_says_so(tmp_path):
    toml = MAPPING.replace("[columns]", '[file]\nas_above = ["Report", "Issued"]\n[columns]')
    group = ["1,WTA,R1,2025-01-01,Open,,Text,", "2,WTA,,,Open,,Other,", "3,WTA,R2,,Open,,Third,", "4,WTA,,,Open,,Last,"]
    rows, findings = read(tmp_path, *group, toml=toml)
    assert [row.report for row in rows] == ["R1", "R1", "R2", "R2"]
    assert [row.made for row in rows] == [date(2025, 1, 1), date(2025, 1, 1), None, None], "of another report no day"
    assert not findings.problems()
    assert [row.report for row in read(tmp_path, *group)[0]] == ["R1", "", "R2", ""]


def test_a_row_left_out_still_names_the_group_below_it(tmp_path):
    toml = MAPPING.replace("[columns]", '[file]\nas_above = ["Report"]\n[file.only]\nStatus = ["open"]\n[columns]')
    rows, _ = read(tmp_path, ",,R1,,,,,", "1,WTA,,,Open,,Text,", toml=toml)
    assert [row.report for row in rows] == ["R1"]


@pytest.mark.parametrize("above", ["", '[file]\nas_above = ["Report", "To"]\n'])
def test_a_total_is_told_and_passed_over(tmp_path, above):
    toml = MAPPING.replace("[columns]", f"{above}[columns]")
    rows, findings = read(tmp_path, "1,WTA,R,2025-01-01,Open,,Text,", ",,Total R,,,,,7", ",,,,,,,8", toml=toml)
    assert [row.number for row in rows] == ["1"]
    (problem,) = findings.problems()
    assert problem.where == "r.csv, rows 3–4"
    assert "passed over" in problem.what
    assert not findings.refused


def test_a_number_in_front_of_the_text_is_found(tmp_path):
    toml = MAPPING.replace('number = "No"', "").replace(
        "[columns]", "[number]\ncolumn = 'Recommendation'\npattern = '^(\\d+(?:\\.+\\d+)*)'\n[columns]"
    )
    rows, findings = read(tmp_path, "x,WTA,R,2025-01-01,Open,,12..3 Do it,", "x,WTA,R,,Open,,Do it,", toml=toml)
    assert [row.number for row in rows] == ["12.3", ""]
    assert "row 3" in findings.problems()[0].where


def test_a_guessed_mapping_can_be_read_and_knows_the_columns(tmp_path):
    path = write(tmp_path, "theirs.csv", csv_text())
    proposed = guess_mapping(path)
    found = read_mapping(mapping(tmp_path, proposed))
    assert found.columns["organization"] == ("To",)
    assert found.columns["text"] == ("Recommendation",)
    assert found.number.column == "No"
    assert found.statuses[0].means["closed acceptable"].moves == (Acceptance.ACCEPTED, Implementation.IMPLEMENTED)


@pytest.mark.parametrize("header", [HEADER, HEADER.replace("No,", "Kind,")], ids=["numbers", "no numbers"])
def test_a_guess_says_where_the_report_of_all_rows_is_written_if_no_column_names_it(tmp_path, header):
    path = write(tmp_path, "theirs.csv", csv_text(header=header.replace("Report", "Place")))
    proposed = guess_mapping(path)
    with pytest.raises(BadDataError, match="does not say in which report"):
        read_mapping(mapping(tmp_path, proposed))
    lines = (("# [report]", "[report]"), ('# symbol = "?"', 'symbol = "A/80/501"'))
    for offered, taken in lines:
        assert f"\n{offered}" in proposed
        proposed = proposed.replace(offered, taken)
    assert read_mapping(mapping(tmp_path, proposed)).symbol == "A/80/501"
    assert "# [report]" not in guess_mapping(write(tmp_path, "theirs.csv", csv_text()))


AUDIT = "Report No.,Report title,Date tabled,Rec. No.,Recommendation,Ministry,Entity response,Status,Target date"
INSPECTION = "Audit Number,Report Name,Issue Date,Rec #,Text,Responsible Office,Management Decision,Status,Due"


@pytest.mark.parametrize("header", [AUDIT, INSPECTION], ids=["audit office", "inspector general"])
def test_a_guess_knows_what_audit_offices_call_things(tmp_path, header):
    rows = (
        "AR-1,On water,2025-03-01,3.1,Check the valves.,Health,Agreed,Not started,Q2 2026",
        "AR-1,On water,2025-03-01,3.2,Train the crews.,Health,Disagreed,Open,end of FY 2025/26",
        "AR-2,On roads,2025-05-01,3.1,Paint the lines.,Roads,Agreed in part,Fully implemented,31/12/2025",
    )
    proposed = guess_mapping(write(tmp_path, "theirs.csv", csv_text(*rows, header=header)))
    found, names = read_mapping(mapping(tmp_path, proposed)), header.split(",")
    roles = ("report", "title", "made", "text", "organization", "due")
    assert [found.columns[role] for role in roles] == [(names[place],) for place in (0, 1, 2, 4, 5, 8)]
    assert (found.number.column, found.identity) == (names[3], ("report", "number"))
    decided, done = found.statuses
    assert decided.means["disagreed"].moves == (Acceptance.NOT_ACCEPTED,)
    assert decided.means["agreed in part"].moves == (Acceptance.PARTIALLY_ACCEPTED,)
    # What was answered is the organization's word: else the report says that the office closed it as not accepted.
    assert (decided.voice, done.voice) == (Voice.ORGANIZATION, found.voice)
    # What was accepted stands in its own column: whoever disagreed did not accept because nothing is started.
    assert done.means["not started"].moves == (Implementation.NOT_STARTED,)
    assert done.means["fully implemented"].moves == (Implementation.IMPLEMENTED,)
    assert "# [values.due]" in proposed
    assert '# "end of FY 2025/26" = "?"' in proposed


def test_a_guess_leaves_acceptance_to_a_column_only_where_that_one_is_filled_as_often(tmp_path):
    rows = (
        "AR-1,On water,2025-03-01,3.1,Check the valves.,Health,Agreed,Not started,",
        "AR-1,On water,2025-03-01,3.2,Train the crews.,Health,,Fully implemented,",
    )
    proposed = guess_mapping(write(tmp_path, "theirs.csv", csv_text(*rows, header=AUDIT)))
    _, done = read_mapping(mapping(tmp_path, proposed)).statuses
    assert done.means["fully implemented"].moves == (Acceptance.ACCEPTED, Implementation.IMPLEMENTED)


def test_a_guess_takes_first_days_of_months_for_months(tmp_path):
    days = ("2026-06-01", "2026-09-01", "2027-01-01")
    rows = [f"{day[:4]}-{day[5:7]},WTA,R,2025-03-01,Open,,Text {day},,{day}" for day in days]
    proposed = guess_mapping(write(tmp_path, "theirs.csv", csv_text(*rows, header=f"{HEADER},Due date")))
    assert '"Due date" = "month"    # ? each is the first of a month' in proposed
    assert read_mapping(mapping(tmp_path, proposed)).dates["Due date"] == "month"


FRENCH = (
    "N° du rapport;Intitulé du rapport;Publiée le;N°;Texte de la recommandation;Entité;Statut;Échéance;Observations"
)


def test_a_guess_knows_the_french_words_below_a_title_and_names_of_groups(tmp_path):
    above = "Suivi au;30/11/2026\nRapport;;;Recommandation;;Suivi;;;\n"
    statuses = ["Mise en œuvre", "Non débutée", "En cours", "Refusée", "en cours d’examen", "Sans objet", "Acceptée"]
    rows = [
        f"{'2023-7' if not n else ''};{'Stocks' if not n else ''};;{n};Publier la règle {n};ASN;{word};juin 2026;Fait"
        for n, word in enumerate(statuses)
    ]
    proposed = guess_mapping(write(tmp_path, "suivi.csv", above + "\n".join([FRENCH, *rows, ";;;;;;;;"])))
    columns = tomllib.loads(proposed)["columns"]
    assert columns == {
        "report": "N° du rapport",
        "title": "Intitulé du rapport",
        "number": "N°",
        "text": "Texte de la recommandation",
        "organization": "Entité",
        "due": "Échéance",
        "reply": "Observations",
    }
    assert 'report = "N° du rapport"    # 6 of 7 rows have none' in proposed, "blank rows are none"
    assert tomllib.loads(proposed)["file"]["as_above"] == ["N° du rapport", "Intitulé du rapport"]
    (status,) = tomllib.loads(proposed)["status"]
    assert {word: each["moves"] for each in status["means"] for word in each["words"]} == {
        "Mise en œuvre": ["accepted", "implemented"],
        "Non débutée": ["accepted", "not-started"],
        "En cours": ["accepted", "in-progress"],
        "Refusée": ["not-accepted"],
        "en cours d’examen": ["under-consideration"],
        "Sans objet": ["not-relevant"],
        "Acceptée": ["accepted"],
    }


def test_a_guess_leaves_open_what_could_be_two(tmp_path):
    path = write(tmp_path, "theirs.csv", csv_text("1,WTA,R,03/04/2025,Open,,Text,", "2,WTA,R,05/06/2025,Odd,,More,"))
    proposed = guess_mapping(path)
    assert '# "Issued" = "?"' in proposed
    assert 'words = ["Open", "Odd"]\nmoves = []' in proposed


def test_a_guess_sees_the_form_of_dates_that_can_be_read_in_one_way_only(tmp_path):
    rows = ("1,WTA,R,30/04/2025,Open,30/09/2025,Text,", "2,WTA,R,05/06/2025,Open,2025-10-01,More,")
    proposed = guess_mapping(write(tmp_path, "theirs.csv", csv_text(*rows)))
    assert '"Issued" = "d/m/y"' in proposed
    assert '"Closed" = "d/m/y"' in proposed
    same = guess_mapping(write(tmp_path, "theirs.csv", csv_text()))
    assert '"Issued" = "iso"' in same


def test_a_guess_takes_a_date_of_a_status_for_no_status(tmp_path):
    header = HEADER.replace("Closed", "Status date")
    proposed = guess_mapping(write(tmp_path, "theirs.csv", csv_text(header=header)))
    assert proposed.count("[[status]]") == 1
    assert 'column = "Status"\ndate = "Status date"' in proposed


def test_a_guess_knows_a_column_of_titles(tmp_path):
    proposed = guess_mapping(write(tmp_path, "theirs.csv", csv_text(header=HEADER.replace("Answer", "Title"))))
    assert 'title = "Title"' in proposed


def test_a_guess_points_at_names_that_look_alike_and_cells_with_several(tmp_path):
    rows = [f"{index},{name},R,2025-01-01,Open,,Text {index}," for index, name in enumerate(
        ["Water Authority", "The Water Authority", "Water Authority & Fire Board", "Fire Board"]
    )]  # fmt: skip
    proposed = guess_mapping(write(tmp_path, "theirs.csv", csv_text(*rows)))
    assert '# "Water Authority & Fire Board" = ["Water Authority", "Fire Board"]' in proposed
    assert '# "The Water Authority" = ["Water Authority"]' in proposed or (
        '# "Water Authority" = ["The Water Authority"]' in proposed
    )


ANSWERS = """
status = [
    {column = "Answer", means = [
        {words = ["Agreed"], moves = ["accepted"]},
        {words = ["Agreed in part"], moves = ["partially-accepted"]},
        {words = ["Disagreed"], moves = ["not-accepted"]}]},
    {column = "Status", means = [
        {words = ["Done"], moves = ["accepted", "implemented"]},
        {words = ["Not done"], moves = ["accepted", "not-started"]}]},
]
"""


@pytest.mark.parametrize(
    ("answer", "progress", "moves"),
    [
        ("Agreed in part", "Done", (Implementation.IMPLEMENTED,)),
        ("Disagreed", "Done", (Implementation.IMPLEMENTED,)),
        ("Disagreed", "Not done", ()),
        ("Agreed", "Not done", (Acceptance.ACCEPTED, Implementation.NOT_STARTED)),
        ("", "Not done", (Acceptance.ACCEPTED, Implementation.NOT_STARTED)),
    ],
)
def test_a_column_of_progress_does_not_accept_what_a_column_of_answers_declined(tmp_path, answer, progress, moves):
    head = MAPPING[: MAPPING.index("[[status]]")]
    rows, findings = read(tmp_path, f"1,WTA,R,2025-03-01,{progress},,Text,{answer}", toml=f"{ANSWERS}\n{head}")
    assert rows[0].statuses[-1].moves == moves
    assert not findings.refused
