"""A note of comments on a report: its recommendations, and what the organizations say to each.

A note gives one collective stance for each recommendation. It gives no organization's acceptance, and
none is read into it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from tracker.domain.vocabulary import Addressee, Stance
from tracker.errors import BadDataError
from tracker.ingest.addressees import addressee_of
from tracker.ingest.documents import Document, read_document
from tracker.ingest.mastheads import (
    ReportNamed,
    dates_in,
    main_symbol,
    masthead_of,
    printed_symbol,
    report_named,
)
from tracker.ingest.note_checks import checked
from tracker.ingest.note_parts import NoteParts, RecommendationPart, divided
from tracker.ingest.organizations import organizations_in
from tracker.ingest.problems import Problem
from tracker.ingest.stances import stance_in
from tracker.ingest.symbols import commented_on, halves, symbol_of_file


@dataclass(frozen=True, slots=True)
class NoteParagraph:
    number: int
    text: str


@dataclass(frozen=True, slots=True)
class NoteRecommendation:
    """`organizations` are those that the comments name, as printed."""

    number: str
    text: str
    addressee: Addressee | None
    stance: Stance
    paragraphs: tuple[NoteParagraph, ...]
    organizations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Note:
    """`symbol` is the note's own, `report` that of the report it comments on, `also` the report's further ones."""

    symbol: str | None
    report: str | None
    also: tuple[str, ...]
    title: str | None
    issued_on: date | None
    recommendations: tuple[NoteRecommendation, ...]
    problems: tuple[Problem, ...]


def read_note(path: Path, *, symbol: str | None = None) -> Note:
    """Read a note from .txt, .docx or .pdf; `symbol` is its own, where the file does not tell it."""
    document = read_document(path)
    parts = divided(document.paragraphs)
    recommendations = tuple(_recommendation(part) for part in _first_of_each(parts))
    front = [paragraph.text for paragraph in parts.front]
    named = report_named(front, [part.text for part in parts.general])
    _check_is_note(recommendations, named, document.name)
    masthead = masthead_of(front)
    printed = printed_symbol(masthead, document.running)
    own = symbol or symbol_of_file(path.stem) or printed
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
            *_date_problems(masthead, document.name),
            *checked(parts, document.name),
            *_undecided(recommendations, document.name),
        ),
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
        organizations=organizations_in(" ".join(texts)),
    )


def _check_is_note(found: Sequence[NoteRecommendation], named: ReportNamed, name: str) -> None:
    if not found:
        raise BadDataError(
            "is no note of comments: no line reads “Recommendation 1”.",
            where=name,
            remedy="Give the note that comments on a report, with each recommendation under its own heading.",
        )
    if not any(recommendation.paragraphs for recommendation in found):
        raise BadDataError(
            "is no note of comments: no numbered paragraph stands under any of its recommendations.",
            where=name,
            remedy="Give the note with its comments, each beginning with its number and a full stop.",
        )
    if not named.symbols and not named.title and all(each.stance is Stance.UNCLEAR for each in found):
        raise BadDataError(
            "is no note of comments: it names no report and takes no position on any recommendation.",
            where=name,
            remedy="Give the note with the comments of the organizations, not the report itself.",
        )


def _issued_on(masthead: str) -> date | None:
    found, _ = dates_in(masthead)
    return found[0] if len(found) == 1 else None


def _date_problems(masthead: str, name: str) -> Iterator[Problem]:
    found, impossible = dates_in(masthead)
    if len(found) == 1 and not impossible:
        return
    dates = ", ".join([*impossible, *(day.isoformat() for day in found)])
    what = f"The masthead holds {dates}, which does not give one date." if dates else "The masthead holds no date."
    yield Problem(f"{name}, masthead", what, "Write the date of issue in the file, as in “28 March 2018”.")


def _symbol_problems(own: str | None, printed: str | None, named: ReportNamed, document: Document) -> Iterator[Problem]:
    if own is None:
        yield Problem(
            document.name,
            "The note’s own symbol stands neither in its name nor in its masthead.",
            "Give the symbol, or name the file after it (A_72_809_Add.1.txt).",
        )
    elif printed is not None and printed.casefold() != own.casefold():
        yield Problem(
            f"{document.name}, masthead",
            f"The masthead says {printed}, but the note was given or named as {own}.",
            "See which is right; the latter was used.",
        )
    yield from _report_problems(own, named, document.name)


def _report_problems(own: str | None, named: ReportNamed, name: str) -> Iterator[Problem]:
    bases = commented_on(own) if own else ()
    if not named.symbols:
        likely = f" By the note’s own symbol it would be {bases[0]}." if bases else ""
        yield Problem(
            f"{name}, before paragraph 1",
            "The text does not say the symbol of the report on which it comments.",
            f"Give the report’s symbol.{likely}",
        )
    elif bases and not set(bases) & {half for symbol in named.symbols for half in halves(symbol)}:
        yield Problem(
            f"{name}, before paragraph 1",
            f"The text comments on {' / '.join(named.symbols)}, but {own} would be an addition to {bases[0]}.",
            "See whether the file has the right name or symbol.",
        )


def _undecided(found: Sequence[NoteRecommendation], name: str) -> Iterator[Problem]:
    for each in found:
        if each.text and each.addressee is None:
            yield Problem(
                f"{name}, recommendation {each.number}",
                f"It cannot be told to whom it is addressed: “{_beginning(each.text)}”.",
                "Say whether executive heads, legislative bodies or the Chair of CEB must act.",
            )
        if each.paragraphs and each.stance is Stance.UNCLEAR:
            first = each.paragraphs[0]
            yield Problem(
                f"{name}, paragraph {first.number}",
                f"What is said to recommendation {each.number} gives no clear position: “{_beginning(first.text)}”.",
                "Read the comments and record the position by hand.",
            )


def _beginning(text: str) -> str:
    return text if len(text) <= 90 else text[:90].rsplit(" ", 1)[0] + " …"
