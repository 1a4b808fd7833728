"""The consolidated note of comments on a report, composed from what each organization has said."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from itertools import count, product

from tracker.domain.plurals import plural
from tracker.domain.rows import FollowUp, Recommendation, Report
from tracker.domain.vocabulary import ACCEPTING, DECLINING, OTHER_VOICES, Acceptance, Stance, SymbolRole, Voice
from tracker.records import record

_MOST, _HALF = Fraction(3, 4), Fraction(1, 2)

WORDS: dict[Stance, str] = {
    Stance.SUPPORTED: "support",
    Stance.GENERALLY_SUPPORTED: "generally support",
    Stance.PARTIALLY_SUPPORTED: "partially support",
    Stance.NOT_SUPPORTED: "do not support",
}

RULE = (
    "In the present note, the organizations are said to support a recommendation where all that have taken a position "
    "accept it; to generally support it where at least three quarters accept it, in full or in part, and more of them "
    "in full than in part; to partially support it where at least half accept it in full or in part; and not to "
    "support it otherwise. Organizations for which it is not relevant are left out of the count."
)
"""How `stance_of` decides, as the note itself states it."""


COMPOSED = "consolidated on the basis of the positions that the organizations have given for the register"
"""By these words a note that was composed here is known again: read in, it puts no published position aside."""


@record
class PositionWords:
    """Per follow-up: what the organization gave with its position, and whose word the position is where not its own.

    What another has closed is no position of the organization.
    """

    said: Mapping[int, str]
    others: Mapping[int, Voice]


@record
class NotePart:
    """A recommendation with the paragraphs on it, each with its number."""

    number: str
    text: str
    paragraphs: tuple[tuple[int, str], ...]


@record
class NotePaper:
    """The note as text: everything that is printed, in its order."""

    symbol: str | None
    report: str
    also: tuple[str, ...]
    title: str
    dated: date
    summary: tuple[str, ...]
    introduction: tuple[tuple[int, str], ...]
    general: tuple[tuple[int, str], ...]
    parts: tuple[NotePart, ...]


def stance_of(rows: Sequence[FollowUp]) -> Stance | None:
    """The collective position that follows from the counts; None where no organization has taken one."""
    answered = [row for row in rows if row.acceptance in ACCEPTING or row.acceptance is Acceptance.NOT_ACCEPTED]
    if not answered:
        return None
    full = sum(row.acceptance is Acceptance.ACCEPTED for row in answered)
    part = sum(row.acceptance is Acceptance.PARTIALLY_ACCEPTED for row in answered)
    if full == len(answered):
        return Stance.SUPPORTED
    share = Fraction(full + part, len(answered))
    if share >= _MOST and full > part:
        return Stance.GENERALLY_SUPPORTED
    return Stance.PARTIALLY_SUPPORTED if share >= _HALF else Stance.NOT_SUPPORTED


def compose_note(
    report: Report,
    recommendations: Sequence[Recommendation],
    rows: Sequence[FollowUp],
    names: Mapping[str, str],
    words: PositionWords,
    day: date,
) -> NotePaper:
    """The note as of a day.

    Where no organization has taken a position on a recommendation, the comments that the register holds on it
    stand in their place.
    """
    numbers = count(1)
    introduction = ((next(numbers), _introduction(report)),)
    closed = {row.id: words.others[row.id] for row in rows if row.acceptance in DECLINING and row.id in words.others}
    general = tuple((next(numbers), text) for text in _general(recommendations, rows, closed, day))
    parts = []
    for recommendation in recommendations:
        own = [row for row in rows if row.ref == recommendation.ref]
        texts = _comments(recommendation, own, names, words.said, closed)
        paragraphs = tuple((next(numbers), text) for text in texts)
        parts.append(NotePart(recommendation.number, recommendation.text, paragraphs))
    return NotePaper(
        symbol=next(_symbols(report, SymbolRole.COMMENTS), None),
        report=report.symbol,
        also=tuple(_symbols(report, SymbolRole.ALSO)),
        title=report.title,
        dated=report.issued_on or day,
        summary=tuple(_summary(report, recommendations)),
        introduction=introduction,
        general=general,
        parts=tuple(parts),
    )


def _symbols(report: Report, role: SymbolRole) -> Iterator[str]:
    return (item.symbol for item in report.symbols if item.role is role)


def _comments(
    recommendation: Recommendation,
    own: Sequence[FollowUp],
    names: Mapping[str, str],
    said: Mapping[int, str],
    closed: Mapping[int, Voice],
) -> list[str]:
    """The paragraphs on one recommendation: the positions taken, else the comments held, else that there are none."""
    if _answered(own, closed):
        return _composed(own, names, said, closed)
    return [text for _, text in recommendation.paragraphs] or [_unanswered(own, closed)]


def _summary(report: Report, recommendations: Sequence[Recommendation]) -> Iterator[str]:
    yield (
        f"The report entitled “{report.title}” (see {report.symbol}) contains "
        f"{plural(len(recommendations), 'recommendation')}."
    )
    yield (
        "The present note reflects the views of the organizations on the recommendations provided in the report. The "
        f"views have been {COMPOSED}."
    )


def _introduction(report: Report) -> str:
    return (
        f"The report entitled “{report.title}” (see {report.symbol}) was addressed to the organizations, each of which "
        "answers for itself."
    )


def _general(
    recommendations: Sequence[Recommendation], rows: Sequence[FollowUp], closed: Collection[int], day: date
) -> Iterator[str]:
    organizations = {row.organization for row in rows}
    answered = _answered(rows, closed)
    who = f"{len(answered) or 'none'} of {len(organizations)} organizations had"
    if len(organizations) == 1:
        who = f"the organization had{'' if answered else ' not'}"
    among = f"{'at least one' if answered else 'any'} of the {len(recommendations)} recommendations"
    what = "the recommendation" if len(recommendations) == 1 else among
    yield f"By {day.day} {day:%B} {day.year}, {who} taken a position on {what}."
    yield RULE


_COUNTED: tuple[tuple[Acceptance, str, str], ...] = (
    (Acceptance.ACCEPTED, "accepts it", "accept it"),
    (Acceptance.PARTIALLY_ACCEPTED, "accepts it in part", "accept it in part"),
    (Acceptance.NOT_ACCEPTED, "does not accept it", "do not accept it"),
    (Acceptance.NOT_RELEVANT, "holds it not to be relevant", "hold it not to be relevant"),
    (Acceptance.UNDER_CONSIDERATION, "is considering it", "are considering it"),
    (Acceptance.NO_INFORMATION, "has not replied", "have not replied"),
)


_CLOSED_AS = ((Acceptance.NOT_ACCEPTED, "not accepted"), (Acceptance.NOT_RELEVANT, "not relevant"))


def _answered(rows: Sequence[FollowUp], closed: Collection[int]) -> set[str]:
    """The organizations that have taken a position on any of them; that it is not relevant is one, too."""
    return {row.organization for row in rows if row.acceptance in ACCEPTING | DECLINING and row.id not in closed}


def _composed(
    rows: Sequence[FollowUp], names: Mapping[str, str], said: Mapping[int, str], closed: Mapping[int, Voice]
) -> list[str]:
    own = [row for row in rows if row.id not in closed]
    stance = stance_of(own)
    together = f"The organizations {WORDS[stance]} this recommendation. " if stance else ""
    counts = [(sum(row.acceptance is value for row in own), one, more) for value, one, more in _COUNTED]
    listed = [f"{count} {one if count == 1 else more}" for count, one, more in counts if count]
    sentence = listed[0] if len(listed) == 1 else f"{', '.join(listed[:-1])} and {listed[-1]}"
    sentence = "; ".join((sentence, *_closed_by_others(rows, closed)))
    addressed = f"Of {plural(len(rows), 'organization')} addressed"
    return [f"{together}{addressed}, {sentence}.", *_quoted(own, names, said)]


def _quoted(rows: Sequence[FollowUp], names: Mapping[str, str], said: Mapping[int, str]) -> Iterator[str]:
    """What the organizations themselves say of their positions."""
    for row in rows:
        words = " ".join(said.get(row.id, "").split())
        if words and row.acceptance in ACCEPTING | DECLINING:
            name = names.get(row.organization, row.organization)
            position = next(one for value, one, _ in _COUNTED if value is row.acceptance)
            yield f"{name} ({row.organization}), which {position}, states: “{words}”"


def _unanswered(rows: Sequence[FollowUp], closed: Mapping[int, Voice]) -> str:
    return "; ".join(("The organizations have not yet taken a position", *_closed_by_others(rows, closed))) + "."


def _closed_by_others(rows: Sequence[FollowUp], closed: Mapping[int, Voice]) -> Iterator[str]:
    for (voice, who), (value, reason) in product(OTHER_VOICES.items(), _CLOSED_AS):
        count = sum(closed.get(row.id) is voice and row.acceptance is value for row in rows)
        if count:
            yield f"for {count}, {who} itself has closed it as {reason}"
