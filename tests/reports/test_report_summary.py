"""The first page in words, against golden texts."""

from dataclasses import replace
from datetime import date

from report_rows import END, A, I, figures_of

from tracker.domain.figures.listings import Declined
from tracker.domain.filters import Filters
from tracker.domain.vocabulary import Verification, Voice
from tracker.reports.contents import compose, roman
from tracker.reports.document import Paragraph
from tracker.reports.summary import sentences
from tracker.reports.words import counted, joined, label, shortened


def test_the_summary_reads_as_an_editor_would_have_it(document, snapshot):
    assert "\n".join(document.summary) == snapshot


def test_the_summary_of_one_organization(for_one, snapshot):
    assert "\n".join(for_one.summary) == snapshot


def test_a_running_quarter_says_so(figures, templates):
    running = replace(figures, scope=replace(figures.scope, as_of=date(2026, 9, 1)))
    document = compose(running, templates)
    assert "before the end of the third quarter of 2026" in document.summary[-1]
    assert ("As of", "1 September 2026 (before the end of the quarter)") in document.facts


def test_the_table_of_quarters_says_of_a_running_one_on_which_day_it_was_counted(figures, templates):
    def captions(day):
        document = compose(replace(figures, scope=replace(figures.scope, as_of=day)), templates)
        return [table.caption for table in document.tables if table.sheet == "Eight quarters"]

    assert captions(END) == ["Eight quarters, each on its last day"]
    assert captions(date(2026, 9, 1)) == ["Eight quarters, each on its last day, the last of them on 1 September 2026"]


def test_a_report_on_some_organizations_does_not_call_them_all(figures, templates):
    some = replace(figures.scope, selection=Filters(organizations=("AVI", "FOR")))
    document = compose(replace(figures, scope=some), templates)
    assert document.scope == "Two organizations"
    first = next(document.tables)
    assert first.columns[1].title == "Two organizations together"
    assert "“Two organizations together” is the pooled rate, sum over sum." in first.note
    assert not [text for text in document.summary if "all organizations" in text.lower()]
    late = replace(figures, scope=replace(some, selection=Filters(only_overdue=True)))
    assert compose(late, templates).scope == "All organizations"


def test_a_register_that_starts_in_the_quarter_says_so(many_rows, templates):
    new = [replace(row, addressed_on=date(2026, 8, 1)) for row in many_rows[:5]]
    assert "there is therefore no opening position" in compose(figures_of(new), templates).summary[-1]


def test_singular_and_plural(many_rows):
    (row,) = many_rows[:1]
    text = " ".join(sentences(figures_of([row])))
    assert "one recommendation of one report" in text
    assert "one follow-up in all" in text
    assert "one is open" in text


def test_what_has_no_due_date_is_told_beside_what_is_overdue(many_rows, templates):
    def told(*due_dates):
        rows = [
            replace(row, due_on=day, acceptance=A.ACCEPTED, implementation=I.IN_PROGRESS)
            for row, day in zip(many_rows[: len(due_dates)], due_dates, strict=True)
        ]
        document = compose(figures_of(rows), templates)
        (late,) = [figure for figure in document.key_figures if figure.title == "Overdue"]
        section = next(section for section in document.sections if section.anchor == "overdue")
        words = [block.text for block in section.blocks if isinstance(block, Paragraph)]
        return late.detail, next(text for text in document.summary if "verdue" in text), words

    none_late = "No open follow-up is past its due date."
    later = date(2027, 6, 30)
    assert told(later) == ("of 1 open", "Nothing is overdue.", [none_late])
    one = "The one open follow-up has no due date and so cannot be overdue."
    assert told(None) == ("of 1 open, 1 without a due date", f"Nothing is overdue. {one}", [none_late, one])
    some = "One of the two open follow-ups has no due date and so cannot be overdue."
    assert told(later, None) == ("of 2 open, 1 without a due date", f"Nothing is overdue. {some}", [none_late, some])
    all_of_them = "None of the two open follow-ups has a due date, so none can be overdue."
    assert told(None, None)[2] == [none_late, all_of_them]
    assert told(date(2026, 4, 1), later, None, None)[2] == [
        "Two of the four open follow-ups have no due date and so cannot be overdue."
    ]


def test_a_report_says_what_it_calls_settled(document, empty_document):
    assert "Settled is what is not accepted, not relevant, overtaken" in document.sections[0].blocks[1].text
    assert len(empty_document.sections[0].blocks) == 1


def test_what_is_open_and_what_is_settled_can_be_counted_in_the_annex(many_rows, templates):
    new = {"acceptance": A.NO_INFORMATION, "implementation": I.NO_INFORMATION, "due_on": None}
    declined = {"acceptance": A.NOT_ACCEPTED, "implementation": I.IMPLEMENTED}
    late = {"acceptance": A.ACCEPTED, "implementation": I.IN_PROGRESS, "due_on": date(2026, 4, 1)}
    rows = [replace(row, verification=Verification.NOT_VERIFIED) for row in many_rows[:3]]
    figures = figures_of([replace(row, **way) for row, way in zip(rows, (new, declined, late), strict=True)])
    (annex,) = [table for table in compose(figures, templates).tables if table.caption == "Every follow-up"]
    said = [row[-1].text for group in annex.groups for row in group.rows]
    assert said == ["Open", "Settled; Implemented though not accepted", "Open; Overdue"]
    assert sum(words.startswith("Open") for words in said) == figures.counts.open == 2


def test_implemented_all_the_same_is_of_what_was_declined(many_rows):
    def told(*positions):
        rows = [
            replace(row, acceptance=acceptance, implementation=implementation)
            for row, (acceptance, implementation) in zip(many_rows[: len(positions)], positions, strict=True)
        ]
        return next(text for text in sentences(figures_of(rows)) if "declined" in text)

    declined, reconsidered = (A.NOT_ACCEPTED, I.NO_INFORMATION), (A.UNDER_CONSIDERATION, I.IMPLEMENTED)
    assert "declined one follow-up, as not accepted or not relevant. The" in told(declined, reconsidered, reconsidered)
    done = (A.NOT_ACCEPTED, I.IMPLEMENTED)
    assert "two follow-ups, as not accepted or not relevant; one of these was nevertheless implemented" in told(
        declined, done, reconsidered
    )


def test_what_the_issuing_body_closed_itself_no_organization_has_declined(many_rows, templates):
    def figures(*voices):
        withdrawn = {"acceptance": A.NOT_RELEVANT, "implementation": I.NO_INFORMATION}
        rows = [replace(row, **withdrawn) for row in many_rows[: len(voices)]]
        pairs = zip(rows, voices, strict=True)
        return replace(figures_of(rows), declined=tuple(Declined(row, "Withdrawn", END, voice) for row, voice in pairs))

    def told(*voices):
        return next(text for text in sentences(figures(*voices)) if "listed" in text)

    own, issuer, office = Voice.ORGANIZATION, Voice.ISSUER, Voice.OFFICE
    closed = "The issuing body itself has closed two follow-ups as not relevant. What was said is listed with them."
    assert told(issuer, issuer) == closed
    assert told(own, issuer, issuer, office) == (
        "Organizations have declined one follow-up, as not accepted or not relevant; the issuing body itself has "
        "closed two follow-ups as not relevant; the office itself has closed one follow-up as not relevant. "
        "What was said is listed with them."
    )
    tables = {table.caption: table for table in compose(figures(own, issuer), templates).tables}
    assert [column.title for column in tables["Not relevant"].columns[-2:]] == ["Declined on", "Reason given"]
    theirs = tables["Not relevant, by the word of the issuing body"]
    assert [column.title for column in theirs.columns[-2:]] == ["Closed on", "Statement"]
    assert (tables["Not relevant"].length, theirs.length) == (1, 1)


def test_the_order_of_sections_and_tables(document, snapshot):
    lines = []
    for section in document.sections:
        lines.append(section.heading)
        lines += [f"  {type(block).__name__}: {getattr(block, 'caption', '')}" for block in section.blocks]
    assert "\n".join(lines) == snapshot


def test_words():
    assert joined(["a"]) == "a"
    assert joined(["a", "b", "c"]) == "a, b and c"
    assert counted(1, "row") == "one row"
    assert counted(12_000, "row") == "12\N{NARROW NO-BREAK SPACE}000 rows"
    assert label("implemented-though-not-accepted") == "Implemented though not accepted"
    assert label("waits-for A/72/809/R6") == "Waits for A/72/809/R6"
    assert shortened("one two three four", 12) == "one two…"
    assert shortened("x" * 50, 10) == "x" * 9 + "…"
    assert [roman(n) for n in (1, 4, 9, 10, 14)] == ["I", "IV", "IX", "X", "XIV"]
