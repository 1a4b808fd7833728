"""The consolidated note, composed from rows alone."""

from datetime import UTC, date, datetime

import pytest

from tracker.domain.figures.note import COMPOSED, RULE, PositionWords, compose_note, stance_of
from tracker.domain.rows import FollowUp, Recommendation, Report, Symbol
from tracker.domain.vocabulary import Acceptance, Addressee, Implementation, Stance, SymbolRole, Verification, Voice

A = Acceptance
DAY = date(2026, 2, 5)
ISSUED = date(2025, 1, 15)
SYMBOLS = (
    Symbol("JIU/REP/2025/1", SymbolRole.ALSO),
    Symbol("A/80/501", SymbolRole.MAIN),
    Symbol("A/80/501/Add.1", SymbolRole.COMMENTS),
    Symbol("A/80/501/Add.2", SymbolRole.COMMENTS),
)
NAMES = {"WHO": "World Health Organization", "FAO": "Food and Agriculture Organization"}


def report(symbols=SYMBOLS, issued_on=ISSUED):
    return Report(1, "A/80/501", "Management of things", issued_on, asks_verification=False, symbols=symbols)


def recommendation(number="1", *comments):
    return Recommendation(
        int(number),
        "A/80/501",
        number,
        f"Do thing {number}.",
        Addressee.EXECUTIVE_HEAD,
        None,
        Stance.SUPPORTED,
        tuple(enumerate(comments, start=40)),
    )


def row(code="WHO", acceptance=A.NO_INFORMATION, number="1", key=1):
    return FollowUp(
        id=key,
        version=1,
        report="A/80/501",
        report_title="Management of things",
        issued_on=ISSUED,
        asks_verification=False,
        number=number,
        text=f"Do thing {number}.",
        addressee=Addressee.EXECUTIVE_HEAD,
        impact=None,
        stance=None,
        organization=code,
        acceptance=acceptance,
        implementation=Implementation.NO_INFORMATION,
        verification=Verification.NOT_VERIFIED,
        reported_by=None,
        due_on=None,
        original_due_on=None,
        addressed_on=ISSUED,
        heard_on=None,
        effective_on=ISSUED,
        recorded_at=datetime(2026, 1, 1, tzinfo=UTC),
        actor="officer",
        note=None,
        left_on=None,
    )


def rows_of(*positions):
    """One recommendation, addressed to as many organizations as there are positions."""
    return [row(f"ORG{key}", value, key=key) for key, value in enumerate(positions)]


def composed(rows, *recommendations, words=PositionWords({}, {}), of=None):  # noqa: B008 - a frozen record
    return compose_note(of or report(), recommendations or [recommendation()], rows, NAMES, words, DAY)


def paragraphs(rows, **given):
    """What is said on the one recommendation there is."""
    return [text for _, text in composed(rows, **given).parts[0].paragraphs]


@pytest.mark.parametrize(
    ("positions", "stance"),
    [
        ([], None),
        ([A.UNDER_CONSIDERATION, A.NO_INFORMATION, A.NOT_RELEVANT], None),
        ([A.ACCEPTED, A.ACCEPTED, A.NOT_RELEVANT], Stance.SUPPORTED),
        ([A.ACCEPTED, A.ACCEPTED, A.PARTIALLY_ACCEPTED, A.NOT_ACCEPTED], Stance.GENERALLY_SUPPORTED),
        ([A.ACCEPTED, A.PARTIALLY_ACCEPTED], Stance.PARTIALLY_SUPPORTED),
        ([A.ACCEPTED, A.ACCEPTED, A.NOT_ACCEPTED], Stance.PARTIALLY_SUPPORTED),
        ([A.ACCEPTED, A.NOT_ACCEPTED], Stance.PARTIALLY_SUPPORTED),
        ([A.PARTIALLY_ACCEPTED], Stance.PARTIALLY_SUPPORTED),
        ([A.ACCEPTED, A.NOT_ACCEPTED, A.NOT_ACCEPTED], Stance.NOT_SUPPORTED),
        ([A.NOT_ACCEPTED, A.NO_INFORMATION], Stance.NOT_SUPPORTED),
    ],
)
def test_positions_become_a_stance_by_the_rule_that_the_note_states(positions, stance):
    assert stance_of(rows_of(*positions)) is stance


@pytest.mark.parametrize(
    ("positions", "together"),
    [
        ([A.ACCEPTED], "support"),
        ([A.ACCEPTED, A.ACCEPTED, A.ACCEPTED, A.NOT_ACCEPTED], "generally support"),
        ([A.ACCEPTED, A.NOT_ACCEPTED], "partially support"),
        ([A.NOT_ACCEPTED], "do not support"),
    ],
)
def test_a_stance_is_said_in_the_words_of_a_note(positions, together):
    (said,) = paragraphs(rows_of(*positions))
    assert said.startswith(f"The organizations {together} this recommendation. Of {len(positions)} organization")


def test_each_position_is_counted_in_one_sentence_and_none_that_nobody_has():
    everything = [A.NO_INFORMATION, A.UNDER_CONSIDERATION, A.NOT_RELEVANT, A.NOT_ACCEPTED, A.PARTIALLY_ACCEPTED]
    assert paragraphs(rows_of(A.ACCEPTED, *everything)) == [
        (
            "The organizations partially support this recommendation. Of 6 organizations addressed, 1 accepts it, "
            "1 accepts it in part, 1 does not accept it, 1 holds it not to be relevant, 1 is considering it and "
            "1 has not replied."
        )
    ]
    assert paragraphs(rows_of(A.ACCEPTED, A.ACCEPTED, *everything, *everything)) == [
        (
            "The organizations partially support this recommendation. Of 12 organizations addressed, 2 accept it, "
            "2 accept it in part, 2 do not accept it, 2 hold it not to be relevant, 2 are considering it and "
            "2 have not replied."
        )
    ]
    assert paragraphs(rows_of(A.ACCEPTED)) == [
        "The organizations support this recommendation. Of 1 organization addressed, 1 accepts it."
    ]


def test_an_organization_is_quoted_with_its_position_in_one_line_and_not_before_it_has_one():
    rows = [
        row("WHO", A.PARTIALLY_ACCEPTED, key=1),
        row("FAO", A.NOT_RELEVANT, key=2),
        row("ILO", A.ACCEPTED, key=3),
        row("WMO", A.UNDER_CONSIDERATION, key=4),
        row("ITU", A.ACCEPTED, key=5),
    ]
    said = {1: "Only\n  in part. ", 2: "We have none.", 3: "Gladly.", 4: "We shall see.", 5: " "}
    assert paragraphs(rows, words=PositionWords(said, {}))[1:] == [
        "World Health Organization (WHO), which accepts it in part, states: “Only in part.”",
        "Food and Agriculture Organization (FAO), which holds it not to be relevant, states: “We have none.”",
        "ILO (ILO), which accepts it, states: “Gladly.”",
    ]


def test_what_another_has_closed_is_counted_as_that_and_is_nobodys_position():
    closed = {1: Voice.ISSUER, 2: Voice.ISSUER, 3: Voice.OFFICE, 4: Voice.OFFICE, 5: Voice.ISSUER}
    positions = [A.NOT_ACCEPTED, A.NOT_ACCEPTED, A.NOT_RELEVANT, A.NOT_ACCEPTED, A.ACCEPTED, A.NO_INFORMATION]
    rows = [row(f"ORG{key}", value, key=key) for key, value in enumerate(positions, start=1)]
    words = PositionWords({1: "Closed.", 3: "Closed, too."}, closed)
    beside = (
        "for 2, the issuing body itself has closed it as not accepted; for 1, the office itself has closed it as not "
        "accepted; for 1, the office itself has closed it as not relevant."
    )
    assert paragraphs(rows, words=words) == [
        (
            "The organizations support this recommendation. Of 6 organizations addressed, 1 accepts it and 1 has not "
            f"replied; {beside}"
        )
    ]
    assert composed(rows, words=words).general[0][1].startswith("By 5 February 2026, 1 of 6 organizations had")
    unanswered = [item for item in rows if item.acceptance is not A.ACCEPTED]
    assert paragraphs(unanswered, words=words) == [f"The organizations have not yet taken a position; {beside}"]


def test_comments_stand_where_no_organization_has_a_position_and_give_way_to_the_first():
    comments = ("The organizations note it.", "They will study it.")
    asked = recommendation("1", *comments)
    waiting = row("WHO", A.UNDER_CONSIDERATION)
    assert [text for _, text in composed([waiting], asked).parts[0].paragraphs] == [*comments]
    answered = [text for _, text in composed([waiting, row("FAO", A.ACCEPTED, key=2)], asked).parts[0].paragraphs]
    assert answered == [
        (
            "The organizations support this recommendation. Of 2 organizations addressed, 1 accepts it and "
            "1 is considering it."
        )
    ]
    assert paragraphs([waiting]) == ["The organizations have not yet taken a position."]


def test_each_recommendation_has_its_own_rows_and_paragraphs_are_numbered_through():
    rows = [row("WHO", A.ACCEPTED), row("WHO", A.NOT_ACCEPTED, number="2", key=2)]
    note = composed(rows, recommendation("1"), recommendation("2"), words=PositionWords({2: "Too dear."}, {}))
    assert [(part.number, part.text) for part in note.parts] == [("1", "Do thing 1."), ("2", "Do thing 2.")]
    assert [number for number, _ in (*note.introduction, *note.general)] == [1, 2, 3]
    assert [[number for number, _ in part.paragraphs] for part in note.parts] == [[4], [5, 6]]
    assert [part.paragraphs[0][1].partition(".")[0] for part in note.parts] == [
        "The organizations support this recommendation",
        "The organizations do not support this recommendation",
    ]


@pytest.mark.parametrize(
    ("recommendations", "rows", "said"),
    [
        ("1", [row(acceptance=A.ACCEPTED)], "the organization had taken a position on the recommendation."),
        ("1", [row()], "the organization had not taken a position on the recommendation."),
        ("12", [row()], "the organization had not taken a position on any of the 2 recommendations."),
        (
            "12",
            [row(acceptance=A.NOT_RELEVANT), row("FAO", key=2), row(acceptance=A.ACCEPTED, number="2", key=3)],
            "1 of 2 organizations had taken a position on at least one of the 2 recommendations.",
        ),
        (
            "12",
            [row(), row("FAO", A.UNDER_CONSIDERATION, key=2)],
            "none of 2 organizations had taken a position on any of the 2 recommendations.",
        ),
    ],
)
def test_the_note_counts_none_one_and_many_as_one_says_it(recommendations, rows, said):
    note = composed(rows, *map(recommendation, recommendations))
    assert [text for _, text in note.general] == [f"By 5 February 2026, {said}", RULE]


def test_the_note_names_its_document_by_each_of_its_symbols_and_dates_itself_as_the_report():
    note = composed([row()])
    assert (note.symbol, note.report, note.also) == ("A/80/501/Add.1", "A/80/501", ("JIU/REP/2025/1",))
    assert (note.title, note.dated) == ("Management of things", ISSUED)
    unpublished = composed([row()], of=report(SYMBOLS[1:2], None))
    assert (unpublished.symbol, unpublished.also, unpublished.dated) == (None, (), DAY)


def test_the_note_says_what_it_was_composed_from():
    note = composed([row()], recommendation("1"), recommendation("2"))
    assert note.summary == (
        "The report entitled “Management of things” (see A/80/501) contains 2 recommendations.",
        (
            "The present note reflects the views of the organizations on the recommendations provided in the report. "
            f"The views have been {COMPOSED}."
        ),
    )
    assert note.introduction == (
        (
            1,
            (
                "The report entitled “Management of things” (see A/80/501) was addressed to the organizations, each of "
                "which answers for itself."
            ),
        ),
    )
