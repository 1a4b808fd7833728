"""What a note says about itself, and what its numbering says, held against what was read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from tracker.ingest.notes.parts import NoteParts, NumberedPart, RecommendationPart
from tracker.ingest.problems import Problem

_WORDS = (
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty",
)  # fmt: skip
_TOTAL = re.compile(
    rf"\b(?:contain|include|make|present|offer|issue|formulate|comprise|provide|set out|ha)(?:s|d|ed|ve|ing)?\b"
    rf"(?: a total of| in total| altogether)? (\d{{1,3}}|{'|'.join(_WORDS)}) (?:[a-z-]+ ){{0,2}}?recommendations\b",
    re.IGNORECASE,
)
_LETTER = re.compile(r"\D$")
_LOOK = "Compare with the printed note."


def checked(parts: NoteParts, name: str) -> Iterator[Problem]:
    """Everything that can be checked of a note of comments."""
    yield from _headings_for_several(parts, name)
    yield from _repeated(parts.recommendations, name)
    yield from _missing(parts.recommendations, name, "note")
    yield from _numbers_of_paragraphs(parts.numbered, name)
    yield from _empty_parts(parts.recommendations, name)
    yield from _totals(parts, name)


def checked_report(parts: NoteParts, name: str) -> Iterator[Problem]:
    """What can be checked of a report: it repeats its recommendations, and its paragraphs are no comments."""
    yield from _headings_for_several(parts, name)
    yield from _missing(parts.recommendations, name, "report")
    yield from _totals(parts, name)


def _headings_for_several(parts: NoteParts, name: str) -> Iterator[Problem]:
    for heading in parts.joint_headings:
        yield Problem(
            f"{name}, {heading.place}",
            f"The heading “{heading.text}” stands for several recommendations; nothing under it was read.",
            "Give each recommendation its own heading, with its text and the comments on it.",
        )


def _repeated(found: Sequence[RecommendationPart], name: str) -> Iterator[Problem]:
    seen: set[str] = set()
    for part in found:
        if part.number in seen:
            yield Problem(
                f"{name}, {part.place}",
                f"Recommendation {part.number} appears in the note more than once; only the first was taken.",
                "Correct the number in the file, or delete the repetition.",
            )
        seen.add(part.number)


def _missing(found: Sequence[RecommendationPart], name: str, kind: str) -> Iterator[Problem]:
    numbers = {int(_LETTER.sub("", part.number)) for part in found}
    missing = sorted(set(range(1, max(numbers, default=0) + 1)) - numbers)
    if missing:
        yield Problem(
            name,
            f"Recommendation {_list(missing)} is missing: the {kind} goes up to {max(numbers)}."
            if len(missing) == 1
            else f"Recommendations {_list(missing)} are missing: the {kind} goes up to {max(numbers)}.",
            f"{_LOOK} A heading has to stand on a line of its own: “Recommendation {missing[0]}”.",
        )


def _list(numbers: Sequence[int]) -> str:
    *most, last = [str(number) for number in numbers]
    return f"{', '.join(most)} and {last}" if most else last


def _numbers_of_paragraphs(numbered: Sequence[NumberedPart], name: str) -> Iterator[Problem]:
    if numbered and numbered[0].number != 1:
        yield Problem(
            f"{name}, paragraph {numbered[0].number}",
            f"The first numbered paragraph is {numbered[0].number}, not 1.",
            f"{_LOOK} Something before it may be missing.",
        )
    for before, part in pairwise(numbered):
        if (what := _wrong_step(before.number, part.number)) is not None:
            yield Problem(f"{name}, paragraph {part.number} ({part.place})", what, _LOOK)


def _wrong_step(before: int, number: int) -> str | None:
    if number == before + 1:
        return None
    if number == before:
        return f"Two paragraphs have the number {number}."
    if number < before:
        return f"After paragraph {before} the numbering goes back to {number}."
    if number == before + 2:
        return f"Paragraph {before + 1} is missing between {before} and {number}."
    return f"Paragraphs {before + 1} to {number - 1} are missing between {before} and {number}."


def _empty_parts(found: Sequence[RecommendationPart], name: str) -> Iterator[Problem]:
    for part in found:
        if not part.text:
            yield Problem(
                f"{name}, recommendation {part.number}",
                "No text stands between the heading and the first numbered comment.",
                f"{_LOOK} The text of the recommendation has to follow its heading.",
            )
        if not part.comments:
            yield Problem(
                f"{name}, recommendation {part.number}",
                "No numbered comment stands under this recommendation.",
                f"{_LOOK} Each comment begins with its number and a full stop.",
            )


def _totals(parts: NoteParts, name: str) -> Iterator[Problem]:
    """Only what is said before the recommendations: later sentences may speak of other reports."""
    read = len({part.number for part in parts.recommendations})
    places = [(f"paragraph {part.number}", part.text) for part in parts.general]
    front = " ".join(paragraph.text for paragraph in parts.front)
    for place, text in [("before paragraph 1", front), *places]:
        for match in _TOTAL.finditer(text):
            word = match[1].casefold()
            declared = int(word) if word.isdecimal() else _WORDS.index(word) + 1
            if declared != read:
                yield Problem(
                    f"{name}, {place}",
                    f"The text refers to {declared} recommendations, but {read} were read.",
                    f"{_LOOK} It may refer to another report, or some headings may not have been recognized.",
                )
