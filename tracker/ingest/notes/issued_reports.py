"""A report of the Joint Inspection Unit itself: recommendations without anybody's comments.

It prints each recommendation more than once (in the summary, in a frame in the body), and what stands below is the
report's own argument. So nothing below a recommendation is taken for a comment on it, and its text ends where the
sentence does.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from tracker.ingest.documents.anchors import LETTERED, is_finished
from tracker.ingest.documents.hyphens import glued
from tracker.ingest.notes.parts import NoteParts, RecommendationPart
from tracker.ingest.notes.symbols import commented_on, symbols_in
from tracker.ingest.problems import Problem, beginning

_COMMENTS = re.compile(
    r"\b(?:comments|observations|views|remarks)\b[^.]{0,300}\bon the report\b|\bNote by the Secretary-General$",
    re.IGNORECASE,
)
_MADE_BY = re.compile(r"\bPrepared by\b", re.IGNORECASE)
_UNIT = re.compile(r"\bJoint Inspection Unit\b", re.IGNORECASE)
_NO_TITLE = re.compile(
    r"original\b.*|prepared by\b.*|joint inspection unit\b.*|geneva\b.*|united nations|(?:executive )?summary|"
    r"contents\b.*|english|page \d+|report of the joint inspection unit",
    re.IGNORECASE,
)


def is_issued_report(own: str | None, front: Sequence[str], *, has_annex: bool) -> bool:
    """Whether a document is such a report: by its symbol, its annex of actions, or its first page.

    An addition to a report, and what transmits comments on one, is none, whatever else it holds.
    """
    whole = " ".join(front)
    if (own is not None and commented_on(own)) or _COMMENTS.search(whole):
        return False
    by_first_page = _MADE_BY.search(whole) is not None and _UNIT.search(whole) is not None
    return has_annex or by_first_page or (own is not None and own.upper().startswith("JIU/"))


def title_in(front: Sequence[str], own: str | None) -> str | None:
    """The first words after the symbol that are neither the unit's name nor that of a place or an author."""
    seen_symbol = False
    for text in front:
        symbols = symbols_in(text)
        rest = text
        for symbol in symbols:
            rest = rest.replace(symbol, "")
        rest = " ".join(rest.split())
        seen_symbol = seen_symbol or (own in symbols if own else bool(symbols))
        if seen_symbol and len(rest) > 3 and not _NO_TITLE.fullmatch(rest):
            return re.split(r"\s+Prepared by\b", rest, maxsplit=1, flags=re.IGNORECASE)[0]
    return None


def issued_texts(parts: NoteParts, name: str) -> tuple[dict[str, str], list[Problem]]:
    """Number → text, each number once in the order of the document; a problem where two prints of one differ."""
    prints: dict[str, list[_Print]] = defaultdict(list)
    for part in parts.recommendations:
        prints[part.number].append(_Print(part))
    problems: list[Problem] = []
    texts = {number: _one_text(number, found, name, problems) for number, found in prints.items()}
    return texts, problems


class _Print:
    """One place where a recommendation is printed: its text, and what follows without a mark of its own."""

    def __init__(self, part: RecommendationPart) -> None:
        self.place = part.place
        kept: list[str] = []
        for piece in part.pieces:
            if kept and not _goes_on(kept[-1], piece):
                break
            kept.append(piece)
        self.text = glued(kept)
        self.rest = part.pieces[len(kept)] if len(kept) < len(part.pieces) else ""

    @property
    def folded(self) -> str:
        return "".join(letter for letter in self.text.casefold() if letter.isalnum())


def _goes_on(before: str, piece: str) -> bool:
    open_ended = not is_finished(before) or before.endswith((":", ";", ","))
    return open_ended or LETTERED.match(piece) is not None or piece[:1].islower()


def _one_text(number: str, found: Sequence[_Print], name: str, problems: list[Problem]) -> str:
    """The shortest print, where the others only begin with it (a title may stick to one); else the first."""

    def tell(what: str) -> None:
        problems.append(Problem(f"{name}, recommendation {number}", what, "Compare with the printed report."))

    filled = [each for each in found if each.text]
    if not filled:
        tell("No text stands below the heading.")
        return ""
    shortest = min(filled, key=lambda each: len(each.folded))
    if not all(each.folded.startswith(shortest.folded) for each in filled):
        first = filled[0]
        other = next(each for each in filled if not each.folded.startswith(first.folded))
        tell(f"Its text on {first.place} differs from that on {other.place}; the former was taken.")
        return first.text
    if len(filled) == 1 and is_finished(shortest.rest):
        rest = beginning(shortest.rest)
        tell(f"A paragraph without a number follows it and was not taken as part of it: “{rest}”.")
    return shortest.text
