"""How a report words what the register codes: statuses, dates, numbers, lists in a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from enum import Enum

from tracker.domain.filters import Filters
from tracker.domain.periods import MONTHS, Quarter
from tracker.domain.rates import Rate
from tracker.domain.references import as_typed
from tracker.domain.rows import instant
from tracker.domain.vocabulary import Addressee, Topic

_ORDINALS = {1: "first", 2: "second", 3: "third", 4: "fourth"}
_SMALL = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_SPECIAL = {
    Addressee.CEB_CHAIR.value: "Chair of CEB",
    Addressee.LEGISLATIVE_BODY.value: "Legislative body",
    Topic.DUE.value: "Due date",
}
NOTHING = "–"


def label(word: Enum | str | None) -> str:
    """A word of the vocabulary as a report prints it: `Not accepted`; a dash for none."""
    if word is None:
        return NOTHING
    value = str(word.value) if isinstance(word, Enum) else word
    coded, blank, name = value.partition(" ")  # a flag may end with a reference: `waits-for A/72/809/R6`
    return _SPECIAL.get(value) or coded.replace("-", " ").capitalize() + blank + name


def long_date(day: date) -> str:
    """`30 September 2026`."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def short_date(day: date | None) -> str:
    """`30 Sep 2026`, a dash for none. The blanks do not break."""
    return NOTHING if day is None else f"{day.day} {MONTHS[day.month - 1][:3]} {day.year}".replace(" ", "\N{NBSP}")


def long_instant(moment: datetime) -> str:
    """`5 October 2026, 09:12:44 UTC`: to the second, because the report can be repeated with it."""
    return f"{long_date(moment.date())}, {moment:%H:%M:%S} UTC"


def quarter_months(quarter: Quarter) -> str:
    """`July–September 2026`."""
    first = 3 * quarter.number - 3
    return f"{MONTHS[first]}–{MONTHS[first + 2]} {quarter.year}"


def quarter_words(quarter: Quarter) -> str:
    """`third quarter of 2026`."""
    return f"{_ORDINALS[quarter.number]} quarter of {quarter.year}"


def selection_words(filters: Filters) -> str:
    """A selection as a reader of the report must know it: `report A/72/809; addressee legislative body; open`."""
    among: tuple[tuple[str, Sequence[Enum | str | int]], ...] = (
        ("organization", filters.organizations),
        ("report", filters.reports),
        ("recommendation", filters.numbers),
        ("acceptance", filters.acceptance),
        ("implementation", filters.implementation),
        ("verification", filters.verification),
        ("addressee", filters.addressees),
        ("impact", filters.impacts),
        ("issued in", filters.years),
    )
    parts = [f"{name} {' or '.join(_worded(value) for value in values)}" for name, values in among if values]
    parts += [f"text with “{filters.text}”"] if filters.text else []
    parts += ["open"] if filters.only_open else []
    parts += ["overdue"] if filters.only_overdue else []
    parts += [f"due before {long_date(filters.due_before)}"] if filters.due_before else []
    parts += [f"silent for {counted(filters.silent_for, 'day')}"] if filters.silent_for is not None else []
    return "; ".join(parts)


def everybody(selection: Filters) -> str:
    """Whom figures are of that are not one organization's: `All organizations`, or as many as are selected."""
    some_of_them = len(selection.organizations)
    return capital(counted(some_of_them, "organization")) if some_of_them else "All organizations"


def _worded(value: Enum | str | int) -> str:
    return label(value).lower() if isinstance(value, Enum) else str(value)


def number(count: int) -> str:
    """A number in running text: words below ten, thousands set apart above."""
    return _SMALL[count] if 0 <= count < len(_SMALL) else figure(count)


def some(count: int) -> str:
    """A number that stands alone: `none`, `one`, `12`."""
    return number(count) if count else "none"


def figure(count: int) -> str:
    """A number in a table: `12 345`, with a thin blank that does not break."""
    return f"{count:,}".replace(",", "\N{NARROW NO-BREAK SPACE}")


def counted(count: int, singular: str, several: str | None = None) -> str:
    """`one row`, `12 rows`, `no rows`."""
    return f"{number(count)} {singular if count == 1 else several or singular + 's'}"


def percent(rate: Rate) -> str:
    """`62.5%`, or `n/a` over a zero denominator."""
    return "n/a" if rate.percent is None else f"{rate.percent}%"


def fraction(rate: Rate) -> str:
    """`5 of 8`."""
    return f"{figure(rate.numerator)} of {figure(rate.denominator)}"


def rate_words(rate: Rate) -> str:
    """`62.5 per cent (5 of 8)`, as running text has it; `n/a (0 of 0)` over a zero denominator."""
    shown = "n/a" if rate.percent is None else f"{rate.percent} per cent"
    return f"{shown} ({fraction(rate)})"


def joined(items: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} and {items[-1]}"


def capital(sentence: str) -> str:
    """The sentence with its first letter raised and the rest as it is."""
    return sentence[:1].upper() + sentence[1:]


def shortened(text: str, length: int) -> str:
    """At most so many characters, cut between words where there are any."""
    whole = " ".join(text.split())
    if len(whole) <= length:
        return whole
    cut = whole[: length - 1]
    head = cut.rsplit(" ", 1)[0] if " " in cut[length // 2 :] else cut
    return head.rstrip(" ,;:.–-") + "…"


SETTLED_IS = (
    "Settled is what is not accepted, not relevant, overtaken by events, or implemented and not disputed (where its "
    "report asks for verification: verified). All else is open, and overdue where it is past its due date."
)
"""In the words of a reader what `lifecycle.is_settled` decides."""


def listing(*words: str, as_of: date, known_at: datetime) -> str:
    """The command that lists what a figure counts, as somebody types it."""
    return f"{as_typed('tracker', 'list', *words)} --as-of {as_of} --known-at {instant(known_at)}"
