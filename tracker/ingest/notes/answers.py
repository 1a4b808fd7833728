"""Numbered answers to numbered recommendations: which were asked, what was answered, and whether the sums agree.

The form of the Universal Periodic Review: a report lists recommendations under paragraphs (115.1, 115.2, …), some
with a position already; an addendum answers the others in groups ("52.3–52.7 and 52.9") and explains single ones.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import field
from datetime import date
from pathlib import Path

from tracker.domain.vocabulary import Acceptance, Implementation
from tracker.ingest.documents.reading import Document, read_document
from tracker.ingest.notes.mastheads import dates_in, masthead_of
from tracker.ingest.notes.symbols import commented_on, symbols_in
from tracker.ingest.problems import Problem
from tracker.limits import Limits
from tracker.records import record

_NUMBER = r"\d{1,3}(?:\.\d{1,3}){0,2}"
_DASH = r"\s*(?:[-–—‑]|\bto\b)\s*"
_ITEM = rf"{_NUMBER}(?:{_DASH}{_NUMBER})?"
_JOIN = r"\s*(?:,\s*(?:and\s+)?|;\s*|\band\b\s*|&\s*)"
_LIST = rf"{_ITEM}(?:{_JOIN}{_ITEM})*"

_GROUP = re.compile(
    rf"\b[Rr]ec(?:ommendation)?(?P<many>s)?\.?\s+(?:(?:[Nn]os?\.?|[Nn]umbers?|in paragraphs?)\s*)?"
    rf"(?P<list>{_LIST})(?![\d%])"
)
_BARE_GROUP = re.compile(rf"^\s*(?P<list>{_LIST})\s*\.?\s*$", re.MULTILINE)
_DETAIL = re.compile(
    rf"(?:^|(?<=[.!?”\"] ))(?:Recs?\.?\s+(?P<named>{_LIST})|(?P<bare>\d{{1,3}}\.\d{{1,3}}(?:{_DASH}{_NUMBER})?"
    rf"(?:{_JOIN}{_ITEM})*))\s+(?=[A-Z“\"])",
    re.MULTILINE,
)
_SECTION_END = re.compile(r"^(?:[IVX]+\.\s|Notes?$|Annex\b|Accepted rec|Noted rec|Rejected rec)", re.MULTILINE)
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z])")

_Positions = tuple[tuple[Acceptance, re.Pattern[str]], ...]
_OF_THE_REVIEW = "A/HRC/"
_NOTED = (Acceptance.NOT_ACCEPTED, re.compile(r"\b(?:takes?\s+note|notes?|noted)\b", re.IGNORECASE))
"""In the Review "noted" means not supported. Elsewhere it says neither, and often stands beside what does."""

_POSITIONS: _Positions = tuple(
    (acceptance, re.compile(pattern, re.IGNORECASE))
    for acceptance, pattern in (
        (
            Acceptance.PARTIALLY_ACCEPTED,
            r"\b(?:partial|part)ly\s+(?:accept|support)\w*|\b(?:accept|support)\w*\s+(?:partially|partly|in part)\b",
        ),
        (
            Acceptance.NOT_ACCEPTED,
            r"\b(?:can)?not\s+(?:\w+\s+)?(?:accept|support|enjoy)\w*|\breject\w*",
        ),
        (
            Acceptance.UNDER_CONSIDERATION,
            r"\bwill be (?:examined|considered)|\bunder consideration|\bto be (?:examined|considered)",
        ),
        (Acceptance.ACCEPTED, r"\baccept(?:s|ed)?\b|\bsupport(?:s|ed)?\b|\benjoys? the support"),
    )
)
"""What a sentence says of the recommendations that it lists; the first that stands in it holds."""
_POSITIONS_IN_THE_REVIEW: _Positions = (*_POSITIONS[:2], _NOTED, *_POSITIONS[2:])

_DONE = re.compile(
    r"\bconsiders? (?:that )?(?:this|these) recommendations? (?:(?:is|are|has been|have been) )?(?:already )?"
    r"implemented\b"
)
_GOING_ON = re.compile(
    r"\b[Aa]ctivities (?:for the implementation )?[^.]{0,60}\b(?:ongoing|already started)\b"
    r"|\bin (?:the )?process of implementation\b"
)

_COUNT_WORDS = r"(?:not\s+)?(?:accept|support|note|reject)\w*"
_DECLARED = (
    re.compile(rf"\b(?P<verb>{_COUNT_WORDS})\s+(?P<count>\d+)\s+recommendations?"),
    re.compile(
        r"(?<![\d.])(?<!ecommendation )(?<!ecommendations )\b(?P<count>\d+)\s+(?:recommendations?\s+)?"
        r"(?:(?:is|are|was|were)\s+)?(?P<when>now|immediately)?\s*"
        r"(?P<verb>(?:not\s+)?(?:accepted|supported|noted|rejected))\b"
    ),
)  # fmt: skip
_DECLARED_ALL = re.compile(r"\b(?:contains|received|made)\s+(?P<count>\d+)\s+recommendations?")
_ASKED = re.compile(r"(?:^|\n)\s*(?P<group>\d{1,3})\.\s+(?=[^\n]{0,400}?[Rr]ecommendations?\b)")


@record
class Answer:
    """What was answered to one number; `place` is where its group stands, `note` the explanation given for it."""

    number: str
    acceptance: Acceptance
    words: str
    place: str
    implementation: Implementation | None = None
    note: str = ""


@record
class Asked:
    """A recommendation as the report lists it, with the position that it records already, if any."""

    number: str
    text: str
    answer: Answer | None = None


@record
class Declared:
    """A total that the text itself states: of one position, or of all (None); `before` for one given earlier."""

    acceptance: Acceptance | None
    count: int
    place: str
    is_before: bool = False


@record
class AnswerDocument:
    """One document of a review: what it asks, what it answers, the totals it declares."""

    name: str
    report: str | None
    title: str
    issued_on: date | None
    asked: tuple[Asked, ...] = ()
    answers: tuple[Answer, ...] = ()
    declared: tuple[Declared, ...] = ()
    problems: tuple[Problem, ...] = field(default=())


class _Text:
    """The paragraphs as one text, which still knows where each piece stands."""

    def __init__(self, document: Document, positions: _Positions) -> None:
        self.name = document.name
        self.positions = positions
        self.starts: list[int] = []
        self.places = [str(paragraph.place) for paragraph in document.paragraphs]
        pieces, length = [], 0
        for paragraph in document.paragraphs:
            self.starts.append(length)
            pieces.append(paragraph.text)
            length += len(paragraph.text) + 1
        self.whole = "\n".join(pieces)

        self.numbered = self._numbered()

    def _numbered(self) -> list[int]:
        """Where paragraph 1, 2, 3 … begin; a number out of turn begins none."""
        found: list[int] = []
        for match in re.finditer(r"(?:^|\s)(\d{1,3})\.\s+(?=[A-Z])", self.whole):
            if int(match[1]) == len(found) + 1:
                found.append(match.start(1))
        return found

    def position(self, words: str) -> Acceptance | None:
        """What the words say, if anything."""
        return next((acceptance for acceptance, pattern in self.positions if pattern.search(words)), None)

    def place(self, offset: int) -> str:
        """As a person would find it: file, page and numbered paragraph."""
        where = f"{self.name}, {self.places[max(0, bisect_right(self.starts, offset) - 1)]}"
        paragraph = bisect_right(self.numbered, offset + 1)
        return f"{where}, paragraph {paragraph}" if paragraph else where


def read_answers(path: Path, limits: Limits | None = None, report: str | None = None) -> AnswerDocument:
    """Read a report with numbered recommendations, or an addendum with answers to them.

    `report` is the symbol of the report where it is known better than from the document. A number that is answered
    twice differently is a problem with both places and is left without an answer.
    """
    document = read_document(path, limits)
    front = [paragraph.text for paragraph in document.paragraphs[:25]]
    symbol = next(iter(symbols_in(" ".join([*front[:3], *document.running]))), None)
    is_of_review = (report or symbol or "").upper().startswith(_OF_THE_REVIEW)
    text = _Text(document, _POSITIONS_IN_THE_REVIEW if is_of_review else _POSITIONS)
    asked = tuple(_asked(text))
    explained = {} if asked else _details(text)
    found = [] if asked else list(_answers(text, explained))
    kept, problems = _once(found)
    days, _ = dates_in(masthead_of(front))
    return AnswerDocument(
        name=path.name,
        report=next(iter(commented_on(symbol)), symbol) if symbol else None,
        title=_title(front),
        issued_on=days[0] if days else None,
        asked=asked,
        answers=tuple(kept),
        declared=() if asked else tuple(_declared(text)),
        problems=(*document.problems, *problems),
    )


def _title(front: Sequence[str]) -> str:
    for index, line in enumerate(front):
        if line.startswith("Report of the Working Group"):
            subject = front[index + 1] if index + 1 < len(front) else ""
            return f"{line.rstrip('*')}: {subject}" if 0 < len(subject) < 80 else line.rstrip("*")
    return ""


def numbers_in(words: str) -> list[str]:
    """The numbers of a list, ranges drawn out: "52.3–52.5, 52.9" and "122.17-18" alike.

    >>> numbers_in("52.3–52.5 and 122.17-18")
    ['52.3', '52.4', '52.5', '122.17', '122.18']
    """
    found: list[str] = []
    for item in re.finditer(_ITEM, words):
        first, _, last = re.sub(_DASH, "–", item[0]).partition("–")
        found += _range(first, last) if last else [first]
    return found


def _range(first: str, last: str) -> list[str]:
    head, _, start = first.rpartition(".")
    last_head, _, end = last.rpartition(".")
    if (last_head and last_head != head) or int(end) < int(start):
        return [first, last]  # no range that could be counted: both are named, and the sums will tell
    prefix = f"{head}." if head else ""
    return [f"{prefix}{number}" for number in range(int(start), int(end) + 1)]


def _answers(text: _Text, explained: dict[str, str]) -> Iterator[Answer]:
    position = 0
    for sentence in _SENTENCE_END.split(text.whole):
        start = text.whole.index(sentence, position)
        position = start + len(sentence)
        for words, group, offset in _groups(text, sentence):
            acceptance = text.position(words)
            if acceptance is None:
                continue
            for number in numbers_in(group):
                yield _answer(number, acceptance, words, text.place(start + offset), explained)
    yield from _headed(text, explained)


def _groups(text: _Text, sentence: str) -> Iterator[tuple[str, str, int]]:
    """Each list of a sentence with the words that decide of it: those before it, else those after it."""
    # "Noted recommendations 5. The Government …": one number after the plural is the next paragraph's.
    found = [match for match in _GROUP.finditer(sentence) if not match["many"] or len(numbers_in(match["list"])) > 1]
    for index, match in enumerate(found):
        before = sentence[found[index - 1].end() if index else 0 : match.start()]
        until = found[index + 1].start() if index + 1 < len(found) else len(sentence)
        words = before if text.position(before) is not None else sentence[match.end() : until]
        yield words, match["list"], match.start()


def _headed(text: _Text, explained: dict[str, str]) -> Iterator[Answer]:
    """A list that is a paragraph by itself takes the position of the heading above it."""
    for match in _BARE_GROUP.finditer(text.whole):
        if "," not in match["list"] and len(numbers_in(match["list"])) < 2:
            continue
        above = text.whole[: match.start()].rstrip("\n").rpartition("\n")[2]
        acceptance = text.position(above) if len(above) < 200 else None
        if acceptance is not None:
            for number in numbers_in(match["list"]):
                yield _answer(number, acceptance, above, text.place(match.start()), explained)


def _answer(number: str, acceptance: Acceptance, words: str, place: str, explained: dict[str, str]) -> Answer:
    note = explained.get(number, "")
    done = _implementation(note) if acceptance is not Acceptance.NOT_ACCEPTED else None
    return Answer(number, acceptance, " ".join(words.split())[-160:], place, done, note)


def _implementation(note: str) -> Implementation | None:
    """Only where the explanation says so of this recommendation; a reference to another one says nothing."""
    if _DONE.search(note):
        return Implementation.IMPLEMENTED
    return Implementation.IN_PROGRESS if _GOING_ON.search(note) else None


def _details(text: _Text) -> dict[str, str]:
    """Number → the explanation given under it."""
    found: dict[str, str] = {}
    matches = list(_DETAIL.finditer(text.whole))
    for index, match in enumerate(matches):
        end = matches[index + 1].start() if index + 1 < len(matches) else len(text.whole)
        words = text.whole[match.end() : end]
        stop = _SECTION_END.search(words)
        for number in numbers_in(match["named"] or match["bare"]):
            found.setdefault(number, words[: stop.start() if stop else None].strip())
    return found


def _once(answers: Sequence[Answer]) -> tuple[list[Answer], list[Problem]]:
    """Every number once; answered twice alike it is told, differently it is left open."""
    by_number: dict[str, list[Answer]] = defaultdict(list)
    for answer in answers:
        by_number[answer.number].append(answer)
    kept, problems = [], []
    for number, said in by_number.items():
        positions = {answer.acceptance for answer in said}
        if len(positions) == 1:
            kept.append(said[0])
            continue
        places = " and ".join(f"{answer.acceptance.value} ({answer.place})" for answer in said)
        problems.append(
            Problem(
                said[0].place,
                f"recommendation {number} is answered twice: {places}.",
                "It is left open; ask which holds.",
            )
        )
    return kept, problems


def _declared(text: _Text) -> Iterator[Declared]:
    for pattern in _DECLARED:
        for match in pattern.finditer(text.whole):
            acceptance = text.position(match["verb"])
            before = match.groupdict().get("when") == "immediately"
            yield Declared(acceptance, int(match["count"]), text.place(match.start()), is_before=before)
    for match in _DECLARED_ALL.finditer(text.whole):
        yield Declared(None, int(match["count"]), text.place(match.start()))


def _asked(text: _Text) -> Iterator[Asked]:
    """The recommendations under each paragraph that introduces some: 115.1, 115.2, … as long as they count on."""
    for match in _ASKED.finditer(text.whole):
        group = match["group"]
        first = _item(text.whole, group, 1, match.end(), match.end() + 900)
        if first is None:
            continue
        lead = text.whole[match.end() : first.start()]
        position = text.position(lead)
        answer = Answer("", position, " ".join(lead.split())[-160:], text.place(match.start())) if position else None
        yield from _items(text, group, first, answer)


def _items(text: _Text, group: str, first: re.Match[str], lead: Answer | None) -> Iterator[Asked]:
    number, at = 1, first
    while True:
        following = _item(text.whole, group, number + 1, at.end(), at.end() + 6_000)
        end = following.start() if following else _end_of_last(text.whole, group, at.end())
        words = " ".join(text.whole[at.end() : end].split())
        name = f"{group}.{number}"
        answer = None
        if lead is not None and lead.acceptance is not Acceptance.UNDER_CONSIDERATION:
            answer = Answer(name, lead.acceptance, lead.words, lead.place)
        yield Asked(name, words, answer)
        if following is None:
            return
        number, at = number + 1, following


def _item(whole: str, group: str, number: int, start: int, end: int) -> re.Match[str] | None:
    return re.compile(rf"(?<![\d.]){group}\.{number}\.?\s+(?=[A-Z“\"])").search(whole, start, min(end, len(whole)))


def _end_of_last(whole: str, group: str, start: int) -> int:
    following = re.compile(rf"(?:\n|\s){int(group) + 1}\.\s").search(whole, start)
    stop = following.start() if following else len(whole)
    line = whole.find("\n", start)
    return min(stop, line) if line != -1 else stop
