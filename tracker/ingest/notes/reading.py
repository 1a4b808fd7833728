"""A note of comments on a report: its recommendations, and what the organizations say to each; or the report itself.

A note gives one collective stance for each recommendation. It gives no organization's acceptance, and
none is read into it. A report gives no stance; its annex, where it has one, says which organizations it asks.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from enum import Enum
from pathlib import Path

from tracker.domain.figures.note import COMPOSED
from tracker.domain.vocabulary import Addressee, Stance
from tracker.errors import BadDataError
from tracker.ingest.documents.reading import Document, read_document
from tracker.ingest.notes.addressees import addressee_of
from tracker.ingest.notes.annexes import ActionRow, Annex, annex_of
from tracker.ingest.notes.checks import checked, checked_report
from tracker.ingest.notes.issued_reports import is_issued_report, issued_texts, title_in
from tracker.ingest.notes.mastheads import (
    ReportNamed,
    dates_in,
    main_symbol,
    masthead_of,
    named_in_transmittal,
    printed_symbol,
    report_named,
)
from tracker.ingest.notes.parts import NoteParts, RecommendationPart, divided
from tracker.ingest.notes.stances import stance_in
from tracker.ingest.notes.symbols import commented_on, halves, symbol_of_file
from tracker.ingest.problems import Problem, beginning
from tracker.limits import Limits
from tracker.progress import OnStep
from tracker.records import record


class DocumentKind(Enum):
    """What a document is: the comments on a report, or the report."""

    NOTE = "note"
    REPORT = "report"


@record
class NoteParagraph:
    number: int
    text: str


@record
class NoteRecommendation:
    """What a document says of one recommendation; a report gives no stance, a note no impact."""

    number: str
    text: str
    addressee: Addressee | None
    stance: Stance | None
    paragraphs: tuple[NoteParagraph, ...]
    impact: str | None = None


@record
class Note:
    """`symbol` is the document's own, `report` that of the report it comments on or is, `also` the report's others.

    `is_composed`: not published by the organizations, but made from a register (`tracker report note`).
    """

    symbol: str | None
    report: str | None
    also: tuple[str, ...]
    title: str | None
    issued_on: date | None
    recommendations: tuple[NoteRecommendation, ...]
    problems: tuple[Problem, ...]
    kind: DocumentKind = DocumentKind.NOTE
    annex: Annex | None = None
    is_composed: bool = False


SAYS_NO_REPORT = "The text does not say the symbol of the report on which it comments."
"""What a problem says that is none where the symbol is given."""


def read_note(
    path: Path, *, symbol: str | None = None, limits: Limits | None = None, on_page: OnStep | None = None
) -> Note:
    """Read a note or a report from .txt, .docx or .pdf; `symbol` is its own, where the file does not tell it."""
    document = read_document(path, limits, on_page)
    parts = divided(document.paragraphs)
    annex, of_annex = annex_of(document)
    front = [paragraph.text for paragraph in parts.front]
    printed = printed_symbol(masthead_of(front), document.running)
    own = symbol or symbol_of_file(path.stem) or printed
    if is_issued_report(own, front, has_annex=annex is not None):
        return _report(document, parts, (own, printed), annex, of_annex)
    return _comments(document, parts, own, printed)


def _report(
    document: Document,
    parts: NoteParts,
    symbols: tuple[str | None, str | None],
    annex: Annex | None,
    of_annex: Sequence[Problem],
) -> Note:
    """A report as it was issued; where it is printed under another body's symbol, both are the report's.

    `symbols` are its own, and the one that is printed on it.
    """
    own, printed = symbols
    front = [paragraph.text for paragraph in parts.front]
    named = ReportNamed() if own and own.upper().startswith("JIU/") else named_in_transmittal(" ".join(front))
    report = own or next(iter(named.symbols), None)
    texts, of_texts = issued_texts(parts, document.name)
    if not texts:
        raise BadDataError(
            "holds no recommendation: no line reads “Recommendation 1”.",
            where=document.name,
            remedy="Give the whole report, with each recommendation under its own heading.",
        )
    rows = {row.number: row for row in annex.rows} if annex else {}
    recommendations = tuple(_issued(number, text, annex, rows.get(number)) for number, text in texts.items())
    masthead = masthead_of(front)
    return Note(
        symbol=own,
        report=report,
        also=tuple(symbol for symbol in named.symbols if symbol != report),
        title=named.title or title_in(front, own),
        issued_on=_issued_on(masthead),
        recommendations=recommendations,
        problems=(
            *document.problems,
            *_misnamed(own, printed, document.name),
            *_undated(masthead, report, document.name),
            *of_texts,
            *checked_report(parts, document.name),
            *of_annex,
            *_beside_annex(texts, annex),
            *_undecided([each for each in recommendations if not _codes(rows.get(each.number))], document.name),
        ),
        kind=DocumentKind.REPORT,
        annex=annex,
    )


def _issued(number: str, text: str, annex: Annex | None, row: ActionRow | None) -> NoteRecommendation:
    impact = annex.impact(row) if annex and row else None
    return NoteRecommendation(number, text, addressee_of(text), None, (), impact)


def _codes(row: ActionRow | None) -> dict[str, str]:
    return {} if row is None else row.codes


def _undated(masthead: str, report: str | None, name: str) -> Iterator[Problem]:
    if _issued_on(masthead) is None:
        yield Problem(f"{name}, masthead", "The report gives no day of issue.", _give_date(report))


def _give_date(report: str | None) -> str:
    return f"Give it with: tracker document edit {report or 'SYMBOL'} --issued DATE."


def _beside_annex(texts: Collection[str], annex: Annex | None) -> Iterator[Problem]:
    """Recommendations that only the text has, or only the annex."""
    if annex is None:
        return
    numbers = [row.number for row in annex.rows]
    for number in texts:
        if number not in numbers:
            yield Problem(annex.where, f"The annex has no row for recommendation {number}.", _ASKED_OF_ALL)
    for row in annex.rows:
        if row.number not in texts:
            what = f"The annex has a row for recommendation {row.number}, which the text does not contain."
            yield Problem(f"{annex.where}, {row.where}", what, "Compare with the printed report.")
        elif not row.codes:
            what = f"The row of recommendation {row.number} holds no code."
            yield Problem(f"{annex.where}, {row.where}", what, _ASKED_OF_ALL)


_ASKED_OF_ALL = "Compare with the printed annex; without codes it is asked of whom the text addresses."


def _comments(document: Document, parts: NoteParts, own: str | None, printed: str | None) -> Note:
    recommendations = tuple(_recommendation(part) for part in _first_of_each(parts))
    front = [paragraph.text for paragraph in parts.front]
    named = report_named(front, [part.text for part in parts.general])
    _check_is_note(recommendations, named, document.name)
    masthead = masthead_of(front)
    report = main_symbol(named, own)
    return Note(
        symbol=own,
        report=report,
        also=tuple(other for other in named.symbols if other != report),
        title=named.title,
        issued_on=_issued_on(masthead),
        recommendations=recommendations,
        problems=(
            *document.problems,
            *_symbol_problems(own, printed, named, document),
            *_date_problems(masthead, report, document.name),
            *checked(parts, document.name),
            *_undecided(recommendations, document.name),
        ),
        is_composed=COMPOSED in " ".join(" ".join(front).split()),
    )


def _first_of_each(parts: NoteParts) -> Iterator[RecommendationPart]:
    seen: set[str] = set()
    for part in parts.recommendations:
        if part.number not in seen:
            seen.add(part.number)
            yield part


def _recommendation(part: RecommendationPart) -> NoteRecommendation:
    comments = tuple(NoteParagraph(comment.number, comment.text) for comment in part.comments)
    texts = [comment.text for comment in comments]
    return NoteRecommendation(
        number=part.number,
        text=part.text,
        addressee=addressee_of(part.text),
        stance=stance_in(texts),
        paragraphs=comments,
    )


def _check_is_note(found: Sequence[NoteRecommendation], named: ReportNamed, name: str) -> None:
    if not found:
        raise BadDataError(
            "is not a note of comments: no line reads “Recommendation 1”.",
            where=name,
            remedy="Give the note that comments on a report, with each recommendation under its own heading.",
        )
    if not any(recommendation.paragraphs for recommendation in found):
        raise BadDataError(
            "is not a note of comments: no numbered paragraph stands under any of its recommendations.",
            where=name,
            remedy="Give the note with its comments, each beginning with its number and a full stop.",
        )
    if not named.symbols and not named.title and all(each.stance is Stance.UNCLEAR for each in found):
        raise BadDataError(
            "is not a note of comments: it names no report and takes no position on any recommendation.",
            where=name,
            remedy="Give the note with the comments of the organizations, not the report itself.",
        )


def _issued_on(masthead: str) -> date | None:
    found, _ = dates_in(masthead)
    return found[0] if len(found) == 1 else None


def _date_problems(masthead: str, report: str | None, name: str) -> Iterator[Problem]:
    found, impossible = dates_in(masthead)
    if len(found) == 1 and not impossible:
        return
    dates = ", ".join([*impossible, *(day.isoformat() for day in found)])
    what = f"The masthead holds {dates}, which do not give one date." if dates else "The masthead holds no date."
    yield Problem(f"{name}, masthead", what, _give_date(report))


def _symbol_problems(own: str | None, printed: str | None, named: ReportNamed, document: Document) -> Iterator[Problem]:
    if own is None:
        yield Problem(
            document.name,
            "The note’s own symbol stands neither in its name nor in its masthead.",
            "Give the symbol, or name the file after it (A_72_809_Add.1.txt).",
        )
    yield from _misnamed(own, printed, document.name)
    yield from _report_problems(own, named, document.name)


def _misnamed(own: str | None, printed: str | None, name: str) -> Iterator[Problem]:
    if own is not None and printed is not None and printed.casefold() != own.casefold():
        yield Problem(
            f"{name}, masthead",
            f"The masthead says {printed}, but the document was given or named as {own}.",
            "Check which is right; the latter was used.",
        )


def _report_problems(own: str | None, named: ReportNamed, name: str) -> Iterator[Problem]:
    bases = commented_on(own) if own else ()
    if not named.symbols:
        likely = f" By the note’s own symbol it would be {bases[0]}." if bases else ""
        yield Problem(
            f"{name}, before paragraph 1",
            SAYS_NO_REPORT,
            f"Give the report’s symbol.{likely}",
        )
    elif bases and not set(bases) & {half for symbol in named.symbols for half in halves(symbol)}:
        yield Problem(
            f"{name}, before paragraph 1",
            f"The text comments on {' / '.join(named.symbols)}, but {own} would be an addition to {bases[0]}.",
            "Check whether the file has the right name or symbol.",
        )


def _undecided(found: Sequence[NoteRecommendation], name: str) -> Iterator[Problem]:
    for each in found:
        if each.text and each.addressee is None:
            yield Problem(
                f"{name}, recommendation {each.number}",
                f"It is not clear to whom it is addressed: “{beginning(each.text)}”.",
                "Set the addressee with: tracker document set REF --addressee WORD.",
            )
        if each.paragraphs and each.stance is Stance.UNCLEAR:
            first = each.paragraphs[0]
            yield Problem(
                f"{name}, paragraph {first.number}",
                f"What is said on recommendation {each.number} gives no clear position: “{beginning(first.text)}”.",
                "Read the comments, then set it with: tracker document set REF --stance WORD.",
            )
