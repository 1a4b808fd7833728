"""How a note is divided: what stands before, numbered paragraphs, recommendations and the comments on each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from tracker.ingest.documents.anchors import (
    ANNEX,
    HEADING,
    HEADING_WITH_TEXT,
    JOINT_HEADING,
    LONGEST_TITLE,
    NUMBERED,
    ROMAN,
    is_finished,
)
from tracker.ingest.documents.hyphens import glued
from tracker.ingest.documents.lines import Place
from tracker.ingest.documents.paragraphs import Paragraph


@dataclass(slots=True)
class NumberedPart:
    """A numbered paragraph as it grows, page by page."""

    number: int
    place: Place
    pieces: list[str]

    @property
    def text(self) -> str:
        return glued(self.pieces)


@dataclass(slots=True)
class RecommendationPart:
    """What stands under one heading."""

    number: str
    place: Place
    pieces: list[str] = field(default_factory=list)
    comments: list[NumberedPart] = field(default_factory=list)

    @property
    def text(self) -> str:
        return glued(self.pieces)


@dataclass(slots=True)
class NoteParts:
    """`front` is everything before the first numbered paragraph, section or recommendation."""

    front: list[Paragraph] = field(default_factory=list)
    general: list[NumberedPart] = field(default_factory=list)
    recommendations: list[RecommendationPart] = field(default_factory=list)
    joint_headings: list[Paragraph] = field(default_factory=list)

    @property
    def numbered(self) -> list[NumberedPart]:
        """All numbered paragraphs in their order in the file."""
        return self._numbered

    _numbered: list[NumberedPart] = field(default_factory=list)
    _open: RecommendationPart | None = None
    _goes_on: list[str] | None = None
    _begun: bool = False

    def add(self, paragraph: Paragraph, following: Paragraph | None) -> None:
        """Take the next paragraph; what carries no mark of its own belongs to what stands before it."""
        text = paragraph.text
        if JOINT_HEADING.fullmatch(text):
            self.joint_headings.append(paragraph)
            self._close()
        elif heading := HEADING.fullmatch(text) or HEADING_WITH_TEXT.match(text):
            self._add_heading(RecommendationPart(heading[1].lower(), paragraph.place), text[heading.end() :].strip())
        elif number := NUMBERED.match(text):
            self._add_numbered(NumberedPart(int(number[1]), paragraph.place, [text[number.end() :]]))
        elif _is_section(text):
            self._close()
        elif not self._begun:
            self.front.append(paragraph)
        elif self._goes_on is not None and not self._is_title(paragraph, following):
            self._goes_on.append(text)

    def _close(self) -> None:
        """After a section's title nothing belongs to the recommendation above it."""
        self._begun = True
        self._open = None
        self._goes_on = None

    def _add_heading(self, part: RecommendationPart, text: str) -> None:
        self._begun = True
        self._open = part
        self._goes_on = part.pieces
        self.recommendations.append(part)
        if text:
            part.pieces.append(text)

    def _add_numbered(self, part: NumberedPart) -> None:
        self._begun = True
        self._goes_on = part.pieces
        self._numbered.append(part)
        (self._open.comments if self._open else self.general).append(part)

    def _is_title(self, paragraph: Paragraph, following: Paragraph | None) -> bool:
        """An unnumbered title: short, no full stop, after a finished comment and before a new beginning."""
        if self._open is None or not self._open.comments or following is None or not _has_mark(following.text):
            return False
        text = paragraph.text
        before = self._open.comments[-1].pieces[-1]
        return len(text) <= LONGEST_TITLE and text[:1].isupper() and not is_finished(text) and is_finished(before)


def _is_section(text: str) -> bool:
    is_roman = ROMAN.match(text) is not None and len(text) <= LONGEST_TITLE and not is_finished(text)
    return is_roman or ANNEX.fullmatch(text) is not None


def _has_mark(text: str) -> bool:
    marks = (NUMBERED.match, HEADING.fullmatch, HEADING_WITH_TEXT.match, JOINT_HEADING.fullmatch)
    return any(mark(text) for mark in marks) or _is_section(text)


def divided(paragraphs: Sequence[Paragraph]) -> NoteParts:
    parts = NoteParts()
    for paragraph, following in _with_following(paragraphs):
        parts.add(paragraph, following)
    return parts


def _with_following(paragraphs: Sequence[Paragraph]) -> Iterator[tuple[Paragraph, Paragraph | None]]:
    yield from zip(paragraphs, [*paragraphs[1:], None], strict=True)
