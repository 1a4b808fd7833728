"""Taking in one organization's numbered answers: every recommendation once, with its position, or a reason why not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from tracker.domain.filters import Filters
from tracker.domain.vocabulary import Acceptance, Status, Voice
from tracker.domain.who import Who
from tracker.errors import BadDataError
from tracker.ingest.folding import fold_number
from tracker.ingest.notes.answers import Answer, AnswerDocument, Asked, Declared, read_answers
from tracker.ingest.problems import Problem
from tracker.ingest.registers.findings import Findings
from tracker.ingest.registers.gathering import Entry
from tracker.ingest.registers.mapping import FileForm, Mapping, Names, NumberRule
from tracker.ingest.registers.rows import Said
from tracker.limits import Limits
from tracker.records import record
from tracker.services.registers.writing import Outcome, Writing
from tracker.store.documents import known_by_tail, report_by_tail
from tracker.store.follow_ups import list_follow_ups
from tracker.store.organizations import get_organization
from tracker.store.unit import Register


@dataclass(slots=True)
class AnswersReport:
    """What was asked and answered, and what that did to the register; `open` are numbers without an answer."""

    report: str
    title: str
    organization: str
    positions: dict[str, Answer]
    open: list[str]
    problems: list[Problem]
    outcome: Outcome = field(default_factory=Outcome)
    refused: int = 0

    def counts(self) -> dict[str, int]:
        """How many of each position."""
        return dict(Counter(answer.acceptance.value for answer in self.positions.values()))

    def as_json(self) -> dict[str, Any]:
        """The JSON of an import, as DESIGN section 5 fixes it, with the positions."""
        return {
            "kind": "answers",
            "symbol": None,
            "report": self.report,
            "organization": self.organization,
            "recommendations": [
                {"number": number, "acceptance": answer.acceptance.value, "where": answer.place}
                for number, answer in self.positions.items()
            ],
            "positions": self.counts(),
            "open": self.open,
            **{name: len(names) for name, names in self.outcome.lists().items() if name != "missing"},
            "refused": self.refused,
            "problems": [problem.as_json() for problem in self.problems],
        }


@record
class ReviewDocuments:
    """The documents of one review put together: every number once; `open` are those without an answer."""

    report: str
    title: str
    asked: dict[str, Asked]
    positions: dict[str, Answer]
    dates: dict[str, date | None]
    made: date | None
    open: list[str]
    problems: tuple[Problem, ...]


def put_together(documents: Sequence[AnswerDocument], symbol: str | None = None) -> ReviewDocuments:
    """Match answers to what was asked, and check the totals. Raises BadDataError where nothing is answered or asked."""
    report = _report_of(documents, symbol)
    asked = {item.number: item for document in documents for item in document.asked}
    found = _Answered.of(asked, _day_of_report(documents))
    for document in documents:
        found.take(document)
    if not found.positions:
        raise BadDataError(
            "answers no numbered recommendation.", where=documents[0].name, remedy="Give the addendum with the answers."
        )
    problems = [problem for document in documents for problem in document.problems]
    problems += [*found.problems, *_sums(documents, asked, len(found.positions))]
    title = next((item.title for item in documents if item.title), report)
    made, left = _day_of_report(documents), found.open
    problems += _left_open(left, documents[0].name)
    return ReviewDocuments(report, title, asked, found.positions, found.dates, made, left, tuple(problems))


def _report_of(documents: Sequence[AnswerDocument], symbol: str | None) -> str:
    report = symbol or next((item.report for item in documents if item.report), None)
    if report is None:
        raise BadDataError(
            "does not say to which report it refers.", where=documents[0].name, remedy="Name it: --report SYMBOL."
        )
    return report


@dataclass(slots=True)
class _Answered:
    """What was answered to what was asked, a later document before an earlier one."""

    asked: dict[str, Asked]
    positions: dict[str, Answer]
    dates: dict[str, date | None]
    problems: list[Problem] = field(default_factory=list)

    @classmethod
    def of(cls, asked: dict[str, Asked], made: date | None) -> _Answered:
        """Begin with what the report itself gives as answered."""
        positions = {number: item.answer for number, item in asked.items() if item.answer}
        return cls(asked, positions, dict.fromkeys(positions, made))

    @property
    def open(self) -> list[str]:
        return [number for number in self.asked if number not in self.positions]

    def take(self, document: AnswerDocument) -> None:
        for answer in document.answers:
            number = self._number(answer)
            if self.asked and number not in self.asked:
                what = f"recommendation {answer.number} is answered, and the report has none of that number."
                self.problems.append(Problem(answer.place, what, "Check the number in both documents."))
                continue
            self.problems += _against_report(self.positions.get(number), answer, number)
            self.positions[number] = answer
            self.dates[number] = document.issued_on

    def _number(self, answer: Answer) -> str:
        """An answer to "7" is one to 115.7 where the report asks under one paragraph only."""
        paragraphs = {number.partition(".")[0] for number in self.asked}
        if answer.number in self.asked or len(paragraphs) != 1:
            return answer.number
        return f"{paragraphs.pop()}.{answer.number}"


def _day_of_report(documents: Sequence[AnswerDocument]) -> date | None:
    """The day of issue of the document that asks."""
    return next((item.issued_on for item in documents if item.asked), None)


def _against_report(before: Answer | None, answer: Answer, number: str) -> list[Problem]:
    if before is None or before.acceptance is answer.acceptance:
        return []
    what = (
        f"recommendation {number} is {answer.acceptance.value} here, and was {before.acceptance.value} "
        f"({before.place}); the later is taken."
    )
    return [Problem(answer.place, what, "Check whether the position was changed or is a mistake.")]


def _sums(documents: Sequence[AnswerDocument], asked: dict[str, Asked], answers: int) -> list[Problem]:
    """Every total that a text declares, against what was read; both places where they disagree."""
    earlier = Counter(item.answer.acceptance for item in asked.values() if item.answer)
    answered = Counter(answer.acceptance for document in documents for answer in document.answers)
    total = len(asked) or answers
    problems = []
    for declared in (item for document in documents for item in document.declared):
        counted = _counted(declared, earlier, answered, total)
        if counted is None or counted == declared.count:
            continue
        name = declared.acceptance.value if declared.acceptance else "all"
        at = _first_place(declared, documents)
        problems.append(
            Problem(
                declared.place,
                f"the text declares {declared.count} recommendations ({name}); read were {counted} (first: {at}).",
                "Compare the list with the sum; the text may contradict itself.",
            )
        )
    return problems


def _left_open(unanswered: Sequence[str], where: str) -> list[Problem]:
    if not unanswered:
        return []
    have = "recommendation has" if len(unanswered) == 1 else "recommendations have"
    what = f"{len(unanswered)} {have} no answer: {', '.join(unanswered[:20])}"
    return [
        Problem(where, f"{what}{', …' if len(unanswered) > 20 else ''}.", "Left open; log it with: tracker update.")
    ]


def _counted(declared: Declared, earlier: Counter[Acceptance], answered: Counter[Acceptance], total: int) -> int | None:
    """What the declared total should be; None where the documents at hand cannot tell."""
    if declared.acceptance is None:
        return total
    if declared.is_before:
        return earlier[declared.acceptance] if earlier else None
    return answered[declared.acceptance]


def _first_place(declared: Declared, documents: Sequence[AnswerDocument]) -> str:
    answers = (answer for document in documents for answer in document.answers)
    return next((a.place for a in answers if declared.acceptance in (None, a.acceptance)), documents[0].name)


def import_answers(
    register: Register,
    paths: Sequence[Path],
    organization: str,
    who: Who,
    *,
    symbol: str | None = None,
    dry_run: bool = False,
    limits: Limits | None = None,
) -> AnswersReport:
    """Bring one organization's follow-ups to the positions of its answers; importing again changes nothing.

    The documents of one review belong together: the report that asks, and the addendum that answers. Without the
    report the recommendations must be in the register, or they are made without texts.
    """
    name = ", ".join(path.name for path in paths)
    findings = Findings(name)
    with register.read() as session:
        code = get_organization(session, organization).code
        known = None if symbol is None else known_by_tail(session, symbol)
    named = symbol if known is None else known.symbol
    review = put_together([read_answers(path, limits, named) for path in paths], named)
    with register.batch(who, dry_run=dry_run) as batch:
        if symbol is not None and known is None and not review.asked:
            report_by_tail(batch.session, symbol)  # says that there is none, and which may be meant
        entries = [_entry(number, index, review, code) for index, number in enumerate(_numbers(review), start=1)]
        outcome = Writing(batch, _mapping(review), findings, who.today).write(entries, is_whole=False)
        unanswered = review.open or _unanswered(batch.session, review, code, who.today)
    problems = [*review.problems, *findings.problems()]
    if not review.asked:
        problems += _left_open(unanswered, name)
    title = review.title if known is None else known.title
    refused = len(findings.refused)
    return AnswersReport(review.report, title, code, review.positions, unanswered, problems, outcome, refused)


def _unanswered(session: Any, review: ReviewDocuments, code: str, today: date) -> list[str]:
    """What the register asks of the organization and nothing answers: where no document says what was asked."""
    asked = list_follow_ups(session, Filters(organizations=(code,), reports=(review.report,)), today=today)
    answered = {fold_number(number) for number in review.positions}
    return [item.number for item in asked if fold_number(item.number) not in answered]


def _numbers(review: ReviewDocuments) -> list[str]:
    return list(review.asked) or list(review.positions)


def _mapping(review: ReviewDocuments) -> Mapping:
    """The documents speak as a register whose only voice is the organization's."""
    return Mapping(
        name=f"answers to {review.report}"[:60],
        as_of=max((day for day in review.dates.values() if day), default=review.made),
        voice=Voice.ORGANIZATION,
        complete=False,
        form=FileForm(),
        columns={},
        keep=(),
        number=NumberRule(),
        identity=("number",),
        symbol="{report}",
        title="{report}",
        blank_report=None,
        report_separator=None,
        dates={},
        values={},
        names=Names(),
        statuses=(),
    )


def _entry(number: str, row: int, review: ReviewDocuments, code: str) -> Entry:
    asked, answer = review.asked.get(number), review.positions.get(number)
    said: tuple[Said, ...] = ()
    if answer is not None:
        moves: tuple[Status, ...] = (answer.acceptance,)
        if answer.implementation is not None:
            moves = (*moves, answer.implementation)
        said = (
            Said("answer", f"{answer.words} ({answer.place})", moves, Voice.ORGANIZATION, review.dates.get(number)),
        )
    return Entry(
        key=fold_number(number),
        own=None,
        report=review.report,
        title=review.title,
        number=number,
        text=asked.text if asked else "",
        code=code,
        rows=(row,),
        made=review.made,
        due=None,
        addressee=None,
        impact=None,
        statuses=said,
        reply=answer.note if answer else "",
        replied=review.dates.get(number),
        kept="",
    )
