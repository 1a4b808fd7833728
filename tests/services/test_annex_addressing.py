"""A report's annex of actions decides who is asked, and as what; note and report speak of one thing."""

from datetime import timedelta

import builders as b
import pytest

from tracker.domain.filters import Filters
from tracker.domain.rows import Organization
from tracker.domain.vocabulary import Acceptance, Addressee, Stance
from tracker.errors import RefusedError
from tracker.ingest.notes.annexes import ActionRow, Annex
from tracker.ingest.notes.reading import DocumentKind, Note, NoteRecommendation
from tracker.services.aliases import add_aliases
from tracker.services.corrections import undo
from tracker.services.documents import intake
from tracker.services.listing import At, list_follow_ups, show
from tracker.services.organizations import import_organizations, preset
from tracker.services.upkeep.audit import verify

HEAD, BODY, CHAIR = Addressee.EXECUTIVE_HEAD, Addressee.LEGISLATIVE_BODY, Addressee.CEB_CHAIR


def said(number="1", text=HEAD, impact="a/a-i"):
    return NoteRecommendation(number, f"Executive heads should do the thing numbered {number}.", text, None, (), impact)


def take(register, rows, *recommendations, codes=(), now=b.NOW, actor="officer", asked="test"):
    """Take in a report whose annex holds these rows: number → {organization as printed: code}."""
    names = tuple(dict.fromkeys(name for row in rows.values() for name in row))
    found = tuple(ActionRow(number, ("a",), row, f"page 9, recommendation {number}") for number, row in rows.items())
    annex = Annex(names, found, "a-i", "report.pdf, annex of actions (page 9)")
    note = Note(
        symbol=b.SYMBOL,
        report=b.SYMBOL,
        also=(),
        title="Things",
        issued_on=b.ISSUED,
        recommendations=recommendations or tuple(said(number) for number in rows),
        problems=(),
        kind=DocumentKind.REPORT,
        annex=annex if rows else None,
    )
    return intake.apply_note(
        register, note, "report.pdf", intake.NoteOptions(organizations=tuple(codes)), b.who(actor, now=now, asked=asked)
    )


def rows_of(register):
    return [(row.number, row.organization, row.addressee) for row in list_follow_ups(register, Filters(), At(b.TODAY))]


def counts(report):
    return report.created, report.updated, report.unchanged, report.withdrawn


@pytest.fixture
def four(register):
    b.organizations(register, "UN", "WHO", "FAO", "ILO")
    return register


def test_only_those_with_a_code_are_asked_and_each_as_its_code_says(four):
    report = take(four, {"1": {"United Nations": "E", "WHO": "E", "FAO": "L"}})
    assert counts(report) == (3, 0, 0, 0)
    assert rows_of(four) == [("1", "FAO", BODY), ("1", "UN", HEAD), ("1", "WHO", HEAD)]
    assert "executive heads; the annex does not: it gives L to FAO" in report.problems[0].what
    found = {to: list_follow_ups(four, Filters(addressees=(to,)), At(b.TODAY)) for to in (BODY, HEAD)}
    assert [[row.organization for row in rows] for rows in found.values()] == [["FAO"], ["UN", "WHO"]]
    recommendation = show(four, "501/R1", None, At(b.TODAY))[1]
    assert (recommendation.addressee, recommendation.impact) == (HEAD, "a/a-i")


def test_importing_again_changes_nothing_and_writes_no_batch(four):
    rows = {"1": {"UN": "E", "FAO": "L"}, "2": {"WHO": "L"}}
    take(four, rows)
    batches = verify(four, b.TODAY).batches
    assert counts(take(four, rows)) == (0, 0, 3, 0)
    assert verify(four, b.TODAY).batches == batches


def test_a_corrected_annex_moves_and_takes_back(four):
    take(four, {"1": {"UN": "E", "WHO": "E", "FAO": "E"}})
    b.move(four, "501/R1", "WHO", to=Acceptance.ACCEPTED)
    report = take(four, {"1": {"UN": "E", "ILO": "L"}})
    assert counts(report) == (1, 0, 1, 1)
    assert rows_of(four) == [("1", "ILO", BODY), ("1", "UN", HEAD), ("1", "WHO", HEAD)]
    assert "501/R1 WHO is not asked by the annex, but its follow-up has entries; it stays." in report.problems[-1].what
    assert verify(four, b.TODAY).findings == []
    again = take(four, {"1": {"UN": "E", "WHO": "E", "FAO": "L"}})
    assert (again.created, again.withdrawn) == (1, 1)
    assert ("1", "FAO", BODY) in rows_of(four)


@pytest.mark.parametrize("again", [False, True], ids=["withdrawn since", "asked again by somebody else"])
def test_undo_leaves_what_an_annex_has_withdrawn(four, again):
    take(four, {"1": {"WHO": "E", "FAO": "E"}}, actor="bo")
    take(four, {"1": {"WHO": "E", "ILO": "E"}}, actor="ana")
    if again:
        take(four, {"1": {"WHO": "E", "ILO": "E", "FAO": "E"}}, actor="bo")
    assert [item.before.organization for item in undo(four, b.who("ana")).changed] == ["ILO"]
    assert [code for _, code, _ in rows_of(four)] == (["FAO", "WHO"] if again else ["WHO"])
    assert verify(four, b.TODAY).findings == []


def test_undo_takes_back_no_older_command_in_the_place_of_an_annex_that_only_withdrew(four):
    take(four, {"1": {"WHO": "E", "FAO": "E"}}, asked="import first.pdf")
    take(four, {"1": {"WHO": "E"}}, asked="import second.pdf")
    with pytest.raises(RefusedError, match=r"“tracker import second\.pdf”, which undo does not take back"):
        undo(four, b.who())
    assert [code for _, code, _ in rows_of(four)] == ["WHO"]


def test_who_was_asked_as_what_can_be_asked_of_any_instant(four):
    """A report is repeated as it was known, whatever annex was read since."""
    take(four, {"1": {"UN": "E", "WHO": "E", "FAO": "L"}})
    later = b.NOW + timedelta(hours=1)
    take(four, {"1": {"UN": "L", "WHO": "E,L", "FAO": "E"}}, said(text=BODY), now=later)

    def at(instant):
        rows = list_follow_ups(four, Filters(), At(b.TODAY, b.TODAY, instant))
        return {row.organization: row.addressee for row in rows}

    assert at(b.NOW) == {"UN": HEAD, "WHO": HEAD, "FAO": BODY}
    assert at(later) == at(None) == {"UN": BODY, "WHO": BODY, "FAO": HEAD}


def test_the_note_after_the_report_asks_nobody_else(four):
    take(four, {"1": {"WHO": "L", "FAO": "L"}})
    note = b.report(four, b.recommendation("1"))
    assert counts(note) == (0, 2, 0, 0)
    assert rows_of(four) == [("1", "FAO", BODY), ("1", "WHO", BODY)]
    recommendation = show(four, "501/R1", None, At(b.TODAY))[1]
    assert (recommendation.stance, recommendation.impact) == (Stance.SUPPORTED, "a/a-i")
    assert counts(take(four, {"1": {"WHO": "L", "FAO": "L"}})) == (0, 0, 2, 0)
    assert show(four, "501/R1", None, At(b.TODAY))[1] == recommendation
    assert counts(b.report(four, b.recommendation("1"))) == (0, 0, 2, 0)


def test_the_report_after_the_note_takes_back_whom_it_does_not_ask(four):
    b.report(four, b.recommendation("1"))
    assert counts(take(four, {"1": {"WHO": "E", "FAO": "E"}})) == (0, 2, 0, 2)
    assert rows_of(four) == [("1", "FAO", HEAD), ("1", "WHO", HEAD)]
    assert counts(b.report(four, b.recommendation("1"))) == (0, 0, 2, 0)
    assert verify(four, b.TODAY).findings == []


def test_the_report_does_not_rewrite_the_note(four):
    b.report(four, b.recommendation("1"))
    other = NoteRecommendation("1", "Executive heads should do something else.", HEAD, None, ())
    report = take(four, {"1": {"WHO": "E"}}, other)
    assert "reads differently in the report and in the note; the text of the note was kept." in report.problems[0].what
    assert show(four, "501/R1", None, At(b.TODAY))[1].text == said().text
    alike = NoteRecommendation("1", "Executive heads should do the thing, numbered 1 .", HEAD, None, ())
    assert take(four, {"1": {"WHO": "E"}}, alike).problems == []


def test_an_organization_that_is_registered_later_is_asked_then(four):
    report = take(four, {"1": {"WHO": "E", "UNESCO": "E"}})
    assert "asks organizations that are not registered: UNESCO; nobody follows them up." in report.problems[-1].what
    b.organizations(four, "UNESCO")
    assert counts(take(four, {"1": {"WHO": "E", "UNESCO": "E"}})) == (1, 0, 1, 0)


def test_an_unknown_name_is_told_with_its_place_until_an_alias_decides(four):
    rows = {"1": {"WHO": "E", "World Hlth": "E"}}
    report = take(four, {"1": {"FAO": "E", "World Hlth": "E"}})
    problem = next(problem for problem in report.problems if "World Hlth" in problem.what)
    assert problem.where == "report.pdf, annex of actions (page 9), column World Hlth"
    assert "is not a known organization; its codes were left out." in problem.what
    assert "tracker org alias add" in problem.remedy
    assert rows_of(four) == [("1", "FAO", HEAD)]
    add_aliases(four, "WHO", ["World Hlth"], b.who())
    assert counts(take(four, {"1": {"FAO": "E", "World Hlth": "E"}})) == (1, 0, 1, 0)
    assert "Two of its columns are WHO; “World Hlth” was left out." in str(take(four, rows).problems)


def test_the_whole_list_of_the_unit_is_known_by_code_and_by_name(register):
    listed = preset("jiu")
    import_organizations(register, [Organization("X", "Another")], b.who())
    by_code = take(register, {"1": {item.code: "E" for item in listed}})
    by_name = take(register, {"1": {item.name: "E" for item in listed}})
    for report in (by_code, by_name):
        assert [problem.what[:50] for problem in report.problems] == [
            "the annex asks organizations that are not register"
        ]
    assert all(item.code in by_name.problems[0].what for item in listed)


@pytest.mark.parametrize(
    ("codes", "row", "expected"),
    [
        (("CEB",), {"CEB": "E", "WHO": "E"}, [("CEB", CHAIR), ("WHO", HEAD)]),
        ((), {"CEB": "E", "WHO": "E"}, [("UN", CHAIR), ("WHO", HEAD)]),
        ((), {"CEB": "E", "UN": "E"}, [("UN", CHAIR)]),
        ((), {"CEB": "E", "UN": "L"}, [("UN", BODY)]),
    ],
)
def test_the_column_of_ceb_means_its_chair(four, codes, row, expected):
    b.organizations(four, *codes)
    text = CHAIR if row.keys() <= {"CEB", "UN"} else HEAD
    take(four, {"1": row}, said(text=text))
    assert [(code, kind) for _, code, kind in rows_of(four)] == expected


def test_un_and_the_chair_in_one_row_are_told(four):
    report = take(four, {"1": {"CEB": "E", "UN": "E", "WHO": "E"}})
    assert "asks UN and the Chair of CEB; both are followed up in one row, that of UN." in report.problems[-1].what


def test_without_ceb_and_un_nobody_stands_in(register):
    b.organizations(register, "WHO")
    report = take(register, {"1": {"CEB": "E"}}, said(text=CHAIR))
    assert report.created == 0
    assert "nobody follows it up" in report.problems[-1].what


def test_a_recommendation_without_codes_is_asked_of_whom_its_text_addresses(four):
    report = take(four, {"1": {"WHO": "E"}, "2": {}, "3": {}}, said("1"), said("2"), said("3", CHAIR))
    assert report.created == 1 + 4 + 1
    assert {row for row in rows_of(four) if row[0] == "3"} == {("3", "UN", CHAIR)}


def test_only_the_organizations_named_are_asked_and_taken_back(four):
    b.report(four, b.recommendation("1"))
    assert counts(take(four, {"1": {"WHO": "E"}}, codes=["FAO", "WHO"])) == (0, 1, 0, 1)
    assert [row[1] for row in rows_of(four)] == ["ILO", "UN", "WHO"]


def test_who_else_is_asked_is_not_at_issue_where_some_are_named(four):
    assert take(four, {"1": {"WHO": "E", "UNESCO": "E", "CEB": "E"}}, codes=["WHO"]).problems == []


def test_a_report_without_an_annex_asks_everybody_and_gives_no_stance(four):
    assert take(four, {}, said("1", impact=None)).created == 4
    assert show(four, "501/R1", None, At(b.TODAY))[1].stance is None
