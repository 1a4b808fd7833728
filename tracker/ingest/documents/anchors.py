"""The marks by which a person sees where a paragraph begins: numbers, headings, section numerals."""

from __future__ import annotations

import re

from tracker.records import record

NUMBERED = re.compile(r"(\d{1,3})[.)](?: (?=\S)|(?=[A-Z“\"]))")
ROMAN = re.compile(r"[IVX]+\. (?=\S)")
LETTERED = re.compile(r"\([a-z]{1,4}\) |[•▪◦–] ")
ANNEX = re.compile(r"annex(?:es)?(?: [IVX\d]+)?\.?", re.IGNORECASE)

_RECOMMENDATION = r"recommendation (?:no\.? ?|n° ?|# ?)?(\d{1,3}[a-z]?)"
HEADING = re.compile(_RECOMMENDATION + r" ?[.:–—-]?", re.IGNORECASE)
"""A recommendation's number alone on its line (matched in full)."""
HEADING_WITH_TEXT = re.compile(_RECOMMENDATION + r" ?[.:–—] ?(?=[A-Z“\"])", re.IGNORECASE)
"""The number and, on the same line, the text (matched at the start)."""
JOINT_HEADING = re.compile(
    r"recommendations \d{1,3}(?:(?:, | and |, and | to | ?[–-] ?)\d{1,3})+ ?[.:]?", re.IGNORECASE
)

_FINISHED = re.compile(r"[.!?:;…][”\"’'»)\]]*[⁰¹²³⁴⁵⁶⁷⁸⁹]*$")
_ABBREVIATED = re.compile(
    r"(?:^|[\s(])(?:no|nos|para|paras|art|arts|fig|rec|recs|sect|chap|vol|pp?|e\.g|i\.e|cf|mr|ms|mrs|dr|prof|st)\.$",
    re.IGNORECASE,
)
_REFERRING = re.compile(
    r"\b(?:paragraphs?|paras?\.?|recommendation|sections?|chapters?|annex|articles?|nos?\.?|and|or|to|in|of|the|"
    r"by|for|from|with|than|at|on|a|an|see|under|per|rule|figure|table|page|pp?\.)$|[,–(/&]$",
    re.IGNORECASE,
)
LONGEST_TITLE = 100


@record
class Before:
    """What stands before a line: the block so far, as far as it matters for where the line belongs."""

    text: str
    lines: int
    last_number: int

    @property
    def finished(self) -> bool:
        return is_finished(self.text)

    @property
    def wants_more(self) -> bool:
        """Its last word cannot be the last of a sentence."""
        return _REFERRING.search(self.text) is not None

    @property
    def is_heading(self) -> bool:
        return any(mark.fullmatch(self.text) for mark in (HEADING, JOINT_HEADING, ANNEX))

    @property
    def is_title(self) -> bool:
        """One line on its own, and nothing in it that says it goes on."""
        if self.is_heading:
            return True
        short = len(self.text) <= LONGEST_TITLE and self.text[:1].isupper() and not self.text.endswith(".")
        return short and (self.lines == 1 or ROMAN.match(self.text) is not None) and not self.wants_more


def is_finished(text: str) -> bool:
    return _FINISHED.search(text) is not None and _ABBREVIATED.search(text) is None


def opens_item(before: Before, line: str, following: str, *, apart: bool) -> bool | None:
    """Whether the line begins something of its own; None if it does not look as if it might.

    `apart` says that blank space or a page's end stands before it. A mark in the middle of a sentence
    ("… as set out in paragraph / 7. The …") is no beginning, wherever a line or a page ends.
    """
    settled = before.finished or before.is_title
    if HEADING.fullmatch(line) or JOINT_HEADING.fullmatch(line):
        return (settled or (apart and not before.wants_more)) and not following[:1].islower()
    if HEADING_WITH_TEXT.match(line):
        return settled if apart else None
    if number := NUMBERED.match(line):
        return _opens_paragraph(before, int(number[1]), apart=apart, settled=settled)
    if ROMAN.match(line) and len(line) <= LONGEST_TITLE:
        return settled if apart or not is_finished(line) else None
    if LETTERED.match(line) and before.finished:
        return True
    return None


def _opens_paragraph(before: Before, number: int, *, apart: bool, settled: bool) -> bool:
    is_next = number == before.last_number + 1
    if before.wants_more:
        return False
    return (settled and (apart or is_next)) or (apart and is_next)
