"""The other papers of the year: the note that can be read in again, scorecards, the annual table."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import builders as b
import docx
import pytest
import register_files

from tracker.domain.figures.note import RULE
from tracker.domain.figures.scorecard import MEASURES
from tracker.domain.periods import DueDate, Quarter
from tracker.domain.vocabulary import Acceptance, Implementation, Stance
from tracker.errors import BadDataError, UnknownNameError
from tracker.ingest.notes.reading import NoteParagraph, read_note
from tracker.services import corrections, extensions
from tracker.services.documents.completing import ReportChange, change_report
from tracker.services.documents.intake import NoteOptions, apply_note
from tracker.services.listing import read_history
from tracker.services.organizations import edit_organization
from tracker.services.registers.intake import import_register
from tracker.services.reports.papers import (
    Moment,
    end_of_year,
    moment_of,
    read_note_paper,
    read_scorecard,
    write_annual,
    write_note,
    write_scorecard,
)
from tracker.services.reports.reporting import Request, write_quarterly
from tracker.store.documents import recommendations_of, report_by_tail

A, I = Acceptance, Implementation  # noqa: E741
NOW = datetime(2026, 2, 5, 9, tzinfo=UTC)
REQUEST = Request(Quarter(2025, 4), today=NOW.date(), now=NOW, office="Office of Oversight")


def at(year, month, day):
    return datetime(year, month, day, 10, tzinfo=UTC)


@pytest.fixture
def filled(sqlite_register):
    b.organizations(sqlite_register, "WHO", "FAO", "ILO", "WMO")
    b.report(sqlite_register, *(recommendation(n) for n in "123"), now=at(2025, 1, 20))
    for code in ("WHO", "FAO", "ILO"):
        move(sqlite_register, "R1", code, A.ACCEPTED, (3, 1), due=date(2025, 6, 30))
    move(sqlite_register, "R1", "WMO", A.NOT_ACCEPTED, (3, 1), note="Too dear for a small office.")
    move(sqlite_register, "R1", "WHO", I.IMPLEMENTED, (6, 1), note="done")
    move(sqlite_register, "R1", "FAO", I.IMPLEMENTED, (9, 1), note="done")
    return sqlite_register


def move(register, reference, code, to, day, **given):
    on = date(2025, *day)
    b.move(register, f"501/{reference}", code, to=to, on=on, now=at(2025, *day), **given)


def recommendation(number):
    """One whose comments can be read as a position again."""
    plain = b.recommendation(number)
    comment = NoteParagraph(
        int(number) + 5, f"The organizations support this recommendation, which is numbered {number}."
    )
    return replace(plain, paragraphs=(comment,))


def content(register):
    with register.read() as session:
        report = report_by_tail(session, "501")
        return [
            (r.number, r.text, r.addressee, r.stance, [text for _, text in r.paragraphs])
            for r in recommendations_of(session, report)
        ]


def test_positions_become_a_stance_by_the_stated_rule(filled):
    note = read_note_paper(filled, "501", Moment(NOW.date(), NOW))
    first = [text for _, text in note.parts[0].paragraphs]
    assert first[0].startswith(
        "The organizations generally support this recommendation. Of 4 organizations addressed, 3"
    )
    assert first[1] == "The WMO organization (WMO), which does not accept it, states: “Too dear for a small office.”"
    assert RULE in [text for _, text in note.general]
    numbers = [n for n, _ in (*note.introduction, *note.general)] + [n for p in note.parts for n, _ in p.paragraphs]
    assert numbers == list(range(1, len(numbers) + 1))


def test_the_note_quotes_a_reply_and_no_status_of_a_register(sqlite_register, tmp_path):
    toml = register_files.MAPPING.replace('voice = "issuer"', 'voice = "organization"', 1)
    toml += '[[status.means]]\nwords = ["No | never"]\nmoves = ["not-accepted"]\n'
    b.organizations(sqlite_register, "WHO", "FAO", "ILO", "WMO")
    rows = [
        "9,WHO,RPT-1,2025-03-01,No | never,2025-05-02,Check the valves.,",
        "9,FAO,RPT-1,2025-03-01,No | never,2025-05-02,Check the valves.,Too dear.",
        "9,ILO,RPT-1,2025-03-01,Withdrawn,2025-05-02,Check the valves.,",
        "9,WMO,RPT-1,2025-03-01,Closed acceptable,2025-05-02,Check the valves.,Done.",
    ]
    path = register_files.write(tmp_path, "r.csv", register_files.csv_text(*rows))
    import_register(sqlite_register, path, register_files.mapping(tmp_path, toml), b.who(now=NOW))

    def quoted():
        note = read_note_paper(sqlite_register, "RPT-1", Moment(NOW.date(), NOW))
        return [text.partition(" (")[2] for _, text in note.parts[0].paragraphs if "states" in text]

    theirs = "FAO), which does not accept it, states: “Too dear.”"
    assert quoted() == [theirs]
    b.move(sqlite_register, "RPT-1/R9", "ILO", to=A.NOT_RELEVANT, note="We have none.", on=NOW.date(), now=NOW)
    assert quoted() == [theirs, "ILO), which holds it not to be relevant, states: “We have none.”"]


def test_that_it_is_not_relevant_is_a_position_wherever_the_note_counts_them(sqlite_register, tmp_path):
    b.organizations(sqlite_register, "WHO", "FAO")
    b.report(sqlite_register, recommendation("1"), now=at(2025, 1, 20))
    move(sqlite_register, "R1", "WHO", A.NOT_RELEVANT, (3, 1), note="We have no valves.")
    note = read_note_paper(sqlite_register, "501", Moment(NOW.date(), NOW))
    assert note.general[0][1].endswith("1 of 2 organizations had taken a position on the recommendation.")
    assert [text for _, text in note.parts[0].paragraphs] == [
        "Of 2 organizations addressed, 1 holds it not to be relevant and 1 has not replied.",
        "The WHO organization (WHO), which holds it not to be relevant, states: “We have no valves.”",
    ]
    (path,) = write_note(sqlite_register, "501", REQUEST, tmp_path)
    assert [item.stance for item in read_note(path).recommendations] == [Stance.UNCLEAR]


def test_what_another_has_closed_is_no_position_of_the_organization(sqlite_register, tmp_path):
    b.organizations(sqlite_register, "WHO", "FAO", "ILO", "WMO")
    rows = [f"9,{code},RPT-1,2025-03-01,Withdrawn,2025-05-02,Check the valves.," for code in ("WHO", "ILO")]
    rows += [f"9,{code},RPT-1,2025-03-01,,,Check the valves.," for code in ("FAO", "WMO")]
    path = register_files.write(tmp_path, "r.csv", register_files.csv_text(*rows))
    import_register(sqlite_register, path, register_files.mapping(tmp_path), b.who(now=NOW))

    def said():
        note = read_note_paper(sqlite_register, "RPT-1", Moment(NOW.date(), NOW))
        return note.general[0][1].rpartition(", ")[2], note.parts[0].paragraphs[0][1]

    assert said() == (
        "none of 4 organizations had taken a position on the recommendation.",
        "The organizations have not yet taken a position; for 2, the issuing body itself has closed it as not relevant.",
    )
    b.move(sqlite_register, "RPT-1/R9", "FAO", to=A.ACCEPTED, on=NOW.date(), now=NOW)
    together = "The organizations support this recommendation. Of 4 organizations addressed,"
    assert said() == (
        "1 of 4 organizations had taken a position on the recommendation.",
        f"{together} 1 accepts it and 1 has not replied; for 2, the issuing body itself has closed it as not relevant.",
    )
    (path,) = write_note(sqlite_register, "RPT-1", REQUEST, tmp_path)
    assert [item.stance for item in read_note(path).recommendations] == [Stance.SUPPORTED]


def test_the_note_quotes_what_was_said_with_the_position_that_holds(filled):
    def quoted():
        note = read_note_paper(filled, "501", Moment(NOW.date(), NOW))
        return [text for _, text in note.parts[0].paragraphs if "WMO" in text]

    move(filled, "R1", "WMO", A.NOT_ACCEPTED, (4, 1))
    assert quoted() == ["The WMO organization (WMO), which does not accept it, states: “Too dear for a small office.”"]
    move(filled, "R1", "WMO", A.ACCEPTED, (5, 1))
    assert quoted() == [], "why it was refused is not why it is accepted"
    move(filled, "R1", "WMO", A.ACCEPTED, (6, 1), note="A sponsor was found.")
    assert quoted() == ["The WMO organization (WMO), which accepts it, states: “A sponsor was found.”"]


def test_the_note_read_in_again_says_the_same(filled, tmp_path):
    (path,) = write_note(filled, "501", REQUEST, tmp_path)
    assert path.name == "A_80_501_Add.1.docx"
    read = read_note(path)
    assert (read.report, read.title, read.issued_on, read.problems) == (
        "A/80/501",
        "Management of things in the invented organizations",
        b.ISSUED,
        (),
    )
    paper = read_note_paper(filled, "501", Moment(NOW.date(), NOW))
    stances = [Stance.GENERALLY_SUPPORTED, Stance.SUPPORTED, Stance.SUPPORTED]
    assert [(r.number, r.text, r.stance) for r in read.recommendations] == [
        (part.number, part.text, stance) for part, stance in zip(paper.parts, stances, strict=True)
    ]
    assert [[(p.number, p.text) for p in r.paragraphs] for r in read.recommendations] == [
        list(part.paragraphs) for part in paper.parts
    ]


@pytest.mark.parametrize(
    "title", ["A title that goes on, " * 14 + "and on", "A title with a bell\x07 and no letter \uffff"]
)
def test_a_title_that_no_property_of_word_holds_is_cut_there_and_stands_whole_in_the_note(filled, tmp_path, title):
    change_report(filled, "501", ReportChange(title=title), b.who(now=NOW))
    office = replace(REQUEST, office="An office\x00 with a sign")
    (path,) = write_note(filled, "501", office, tmp_path)
    word = docx.Document(str(path))
    shown = "".join(letter for letter in title if letter not in "\x07\uffff")
    assert word.core_properties.author == "An office with a sign"
    assert word.core_properties.title == (shown if len(shown) <= 255 else f"{shown[:254]}…")
    assert shown in [paragraph.text for paragraph in word.paragraphs]
    (report,) = write_quarterly(filled, office, ["docx"], tmp_path).paths
    assert docx.Document(str(report)).core_properties.author == "An office with a sign"


def test_importing_the_written_note_of_a_silent_report_changes_no_recommendation(sqlite_register, tmp_path):
    b.organizations(sqlite_register, "WHO")
    b.report(sqlite_register, recommendation("1"), recommendation("2"), now=at(2025, 1, 20))
    before = content(sqlite_register)
    (path,) = write_note(sqlite_register, "501", REQUEST, tmp_path)
    apply_note(sqlite_register, read_note(path), path.name, NoteOptions(organizations=()), b.who(now=NOW))
    assert [line[:4] for line in content(sqlite_register)] == [line[:4] for line in before]
    assert [set(line[4]) for line in content(sqlite_register)] == [set(line[4]) for line in before]


def test_a_composed_note_puts_no_published_position_aside(filled, sqlite_url, tmp_path):
    before = content(filled)
    (path,) = write_note(filled, "501", REQUEST, tmp_path)
    note = read_note(path)
    assert note.is_composed
    done = apply_note(filled, note, path.name, NoteOptions(), b.who(now=NOW))
    assert (done.created, done.updated) == (0, 0)
    assert done.unchanged > 0
    assert content(filled) == before
    assert any("composed from a register" in problem.what for problem in done.problems)


def test_the_model_document_comes_back_whole(sqlite_register, shared_documents, tmp_path):
    original = read_note(Path(shared_documents) / "notes" / "A_72_809_Add.1.txt")
    apply_note(sqlite_register, original, "note", NoteOptions(organizations=()), b.who(now=NOW))
    (path,) = write_note(sqlite_register, "809", REQUEST, tmp_path)
    again = read_note(path)
    assert again.report == original.report
    assert again.title == original.title
    assert [(r.number, r.text, r.addressee, r.stance) for r in again.recommendations] == [
        (r.number, r.text, r.addressee, r.stance) for r in original.recommendations
    ]
    assert [[p.text for p in r.paragraphs] for r in again.recommendations] == [
        [p.text for p in r.paragraphs] for r in original.recommendations
    ]


def card_of(register, code, year, request):
    return read_scorecard(register, code, year, end_of_year(register, year, request))


def test_a_scorecard_counts_what_was_done_on_time(filled):
    card = card_of(filled, "fao", 2025, REQUEST)
    scores = {score.measure: (str(score.own), score.median) for score in card.scores}
    on_time = next(name for name, _ in MEASURES if "on time" in name)
    assert scores[on_time][0] == "0.0% (0/1)"
    assert float(scores[on_time][1]) == 50.0
    assert [(row.name, day) for row, day in card.late] == [("A/80/501/R1 FAO", date(2025, 9, 1))]
    assert [row.name for row in card.silent] == []
    assert str(next(s.own for s in card_of(filled, "WHO", 2025, REQUEST).scores if s.measure == on_time)) == (
        "100.0% (1/1)"
    )


def test_an_extension_counts_and_what_it_delays_is_on_time(filled):
    extensions.request(filled, "501/R1", "ILO", DueDate(date(2025, 9, 30)), "late", b.who(now=at(2025, 6, 1)))
    extensions.decide(filled, "501/R1", "ILO", b.who(now=at(2025, 6, 2)), granted=True, to=None, note="once")
    move(filled, "R1", "ILO", I.IMPLEMENTED, (9, 1), note="done")
    card = card_of(filled, "ILO", 2025, REQUEST)
    assert card.late == ()
    assert str(next(s.own for s in card.scores if "Extended" in s.measure)) == "100.0% (1/1)"


def on_time(register, code, year):
    card = card_of(register, code, year, replace(REQUEST, today=date(2026, 12, 31), now=at(2026, 12, 31)))
    return str(next(score.own for score in card.scores if "on time" in score.measure)), [day for _, day in card.late]


def test_what_a_later_letter_dates_back_was_done_on_the_day_of_the_letter(filled):
    assert on_time(filled, "FAO", 2025) == ("0.0% (0/1)", [date(2025, 9, 1)])
    b.move(filled, "501/R1", "FAO", to=I.IMPLEMENTED, note="letter", on=date(2025, 6, 29), now=at(2026, 2, 1))
    assert on_time(filled, "FAO", 2025) == ("100.0% (1/1)", [])


def test_what_is_dated_back_into_the_year_before_counts_in_that_year_alone(filled):
    b.move(filled, "501/R1", "ILO", to=I.IMPLEMENTED, note="done", on=date(2026, 3, 1), now=at(2026, 3, 1))
    assert (on_time(filled, "ILO", 2025)[0], on_time(filled, "ILO", 2026)[0]) == ("n/a (0/0)", "0.0% (0/1)")
    b.move(filled, "501/R1", "ILO", to=I.IMPLEMENTED, note="letter", on=date(2025, 6, 1), now=at(2026, 4, 1))
    assert (on_time(filled, "ILO", 2025)[0], on_time(filled, "ILO", 2026)[0]) == ("100.0% (1/1)", "n/a (0/0)")


def test_where_the_first_claim_is_taken_back_what_said_it_again_is_the_claim(filled):
    move(filled, "R1", "ILO", I.IMPLEMENTED, (5, 1), note="of another report")
    wrong = read_history(filled, "501/R1", "ILO")[-1].entry.id
    move(filled, "R1", "ILO", I.IMPLEMENTED, (8, 1), note="done")
    assert on_time(filled, "ILO", 2025) == ("100.0% (1/1)", [])
    corrections.correct(filled, "501/R1", "ILO", wrong, "another report", b.who(now=at(2025, 8, 2)))
    assert on_time(filled, "ILO", 2025) == ("0.0% (0/1)", [date(2025, 8, 1)])


def test_silence_is_counted_over_the_whole_year(filled):
    later = replace(REQUEST, today=date(2027, 1, 5), now=at(2027, 1, 5))
    assert [row.ref for row in card_of(filled, "ILO", 2026, later).silent] == [
        *("A/80/501/R1", "A/80/501/R2", "A/80/501/R3")
    ]


def test_papers_are_written_in_every_format(filled, tmp_path):
    paths = write_scorecard(filled, "WHO", 2025, REQUEST, ["html", "docx", "xlsx", "md"], tmp_path)
    assert [path.name for path in paths] == [f"scorecard-2025-WHO.{kind}" for kind in ("html", "docx", "xlsx", "md")]
    assert "Median: " in paths[0].read_text()
    (path,) = write_annual(filled, 2025, None, REQUEST, ["docx"], tmp_path)
    table = docx.Document(str(path)).tables[-1]
    assert [cell.text.split("\n")[0] for cell in table.columns[0].cells] == [
        "Organization",
        "FAO",
        "ILO",
        "WHO",
        "WMO",
        "All",
    ]
    assert table.rows[-1].cells[1].text == "12"
    again = write_annual(filled, 2025, None, REQUEST, ["docx"], tmp_path / "again")
    assert again[0].read_bytes() == path.read_bytes()


def test_an_annual_paper_of_several_years_has_a_table_of_these_and_of_the_reports(filled, tmp_path):
    b.report(filled, symbol="A/74/7", issued_on=date(2019, 3, 1), now=at(2025, 1, 21))
    b.report(filled, symbol="A/75/8", issued_on=None, now=at(2025, 1, 22))
    (path,) = write_annual(filled, 2025, 2019, REQUEST, ["md"], tmp_path)
    said = path.read_text()
    assert [line for line in said.splitlines() if line.startswith("| 20")] == [
        "| 2019 | 8 | – | – | – | – | 8 | 0.0% | – | – | – | – | – | n/a |",
        "| 2025 | 12 | 3 | 1 | – | – | 8 | 25.0% | 2 | – | – | – | 1 | 66.7% |",
    ]
    assert said.count("| All | 20 | 3 | 1 | – | – | 16 | 15.0% | 2 | – | – | – | 1 | 66.7% |") == 3
    assert "Not counted: eight follow-ups of reports without a date of issue." in said
    (path,) = write_annual(filled, 2025, None, REQUEST, ["md"], tmp_path)
    assert "By year of issue" not in path.read_text()


def test_a_year_without_reports_gives_a_sentence(filled, tmp_path):
    (path,) = write_annual(filled, 2019, None, REQUEST, ["md"], tmp_path)
    assert "The register holds no report issued in 2019." in path.read_text()


def test_a_year_to_come_and_an_unknown_report_are_refused(filled, tmp_path):
    with pytest.raises(BadDataError, match="2031 has not begun yet"):
        card_of(filled, "WHO", 2031, REQUEST)
    with pytest.raises(UnknownNameError):
        write_note(filled, "A/1/1", REQUEST, tmp_path)


def test_a_paper_of_a_year_is_as_of_a_day_of_that_year(filled):
    asked = replace(REQUEST, as_of=date(2025, 6, 30))
    card = card_of(filled, "FAO", 2025, asked)
    assert card.as_of == date(2025, 6, 30)
    assert card.scores[1].own.numerator < card_of(filled, "FAO", 2025, REQUEST).scores[1].own.numerator
    with pytest.raises(BadDataError, match="2024-12-31 is not a day of 2025"):
        card_of(filled, "FAO", 2025, replace(REQUEST, as_of=date(2024, 12, 31)))


def test_the_annual_table_from_a_year_after_it_is_refused(filled, tmp_path):
    with pytest.raises(BadDataError, match="2026 comes after 2025"):
        write_annual(filled, 2025, 2026, REQUEST, ["md"], tmp_path)
    assert list(tmp_path.glob("annual*")) == []


def test_papers_of_an_earlier_knowledge_describe_and_name_as_was_known_then(filled, tmp_path):
    asked, formats = replace(REQUEST, known_at=at(2025, 12, 31)), ["md"]

    def papers(folder):
        return [
            *(part.text for part in read_note_paper(filled, "501", moment_of(filled, asked)).parts),
            *write_note(filled, "501", asked, folder),
            *write_scorecard(filled, "WHO", 2025, asked, formats, folder),
            *write_annual(filled, 2025, None, asked, formats, folder),
        ]

    def contents(found):
        return [each.read_bytes() if isinstance(each, Path) else each for each in found]

    before = contents(papers(tmp_path / "before"))
    later = b.who(now=at(2026, 1, 9))
    change_report(filled, "501", ReportChange(title="Another title", issued_on=date(2025, 1, 16)), later)
    b.report(filled, replace(recommendation("1"), text="Executive heads should do another thing."), now=later.now)
    edit_organization(filled, "WHO", later, name="Another name")
    assert read_note_paper(filled, "501", moment_of(filled, REQUEST)).title == "Another title"
    assert contents(papers(tmp_path / "after")) == before
