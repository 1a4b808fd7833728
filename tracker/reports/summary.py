"""The first page: the key figures, and sentences composed from the figures. Every sentence has one function."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from itertools import product

from tracker.domain.figures.movement import Settlement
from tracker.domain.figures.quarterly import Figures
from tracker.domain.rates import Rate, acceptance_rate, implementation_rate, information_gap
from tracker.domain.vocabulary import ACCEPTING, OTHER_VOICES, Acceptance, Implementation, Voice
from tracker.reports.document import KeyFigure
from tracker.reports.words import (
    capital,
    counted,
    everybody,
    figure,
    fraction,
    joined,
    label,
    long_date,
    number,
    percent,
    quarter_words,
    rate_words,
    selection_words,
    some,
)


def key_figures(figures: Figures) -> tuple[KeyFigure, ...]:
    """The four large figures; the system's beside them where the report is about one organization."""
    own, system = figures.headline.own, figures.headline.system
    alone = figures.scope.organization is None
    late, undated = figures.counts.overdue, _undated(figures)

    def beside(rate: Rate) -> str:
        return "" if alone else f"All organizations: {percent(rate)}"

    return (
        KeyFigure("Acceptance", percent(own.acceptance), fraction(own.acceptance), beside(system.acceptance)),
        KeyFigure(
            "Implementation",
            percent(own.implementation),
            f"{fraction(own.implementation)} accepted",
            beside(system.implementation),
        ),
        KeyFigure("No information", percent(own.gap), fraction(own.gap), beside(system.gap)),
        KeyFigure(
            "Overdue",
            figure(late),
            f"of {figure(figures.counts.open)} open" + (f", {figure(undated)} without a due date" if undated else ""),
            "" if alone else f"All organizations: {figure(system.counts.overdue)} of {figure(system.counts.open)}",
        ),
    )


def sentences(figures: Figures) -> tuple[str, ...]:
    """The summary, paragraph by paragraph; what does not apply is left out."""
    if not figures.annex:
        return (_nothing(figures),)
    written = (write(figures) for write in _SENTENCES)
    return tuple(capital(text) for text in written if text)


def _nothing(figures: Figures) -> str:
    if figures.scope.is_selected:
        return (
            f"On {long_date(figures.scope.as_of)} the register held nothing in this selection: "
            f"{selection_words(figures.scope.selection)}. The report therefore contains no figures."
        )
    who = "" if figures.scope.organization is None else f" to {figures.scope.organization.name}"
    return (
        f"On {long_date(figures.scope.as_of)} the register held no recommendation addressed{who}. "
        "The report therefore contains no figures; every rate is given as n/a."
    )


def _stock(figures: Figures) -> str:
    organization = figures.scope.organization
    recommendations = len({row.ref for row in figures.annex})
    reports = counted(len(figures.reports), "report")
    begins = f"on {long_date(figures.scope.as_of)}, "
    if organization is not None:
        return (
            f"{begins}the register held {counted(recommendations, 'recommendation')} of {reports} addressed to "
            f"{organization.name} ({organization.code}). {_open(figures, 'They')}"
        )
    holder = "this selection" if figures.scope.is_selected else "the register"
    return (
        f"{begins}{holder} held {counted(recommendations, 'recommendation')} of {reports}, addressed to "
        f"{counted(len(figures.organizations), 'organization')}: {counted(len(figures.annex), 'follow-up')} in all, "
        f"one for each recommendation and organization. {_open(figures, 'Of these')}"
    )


def _open(figures: Figures, subject: str) -> str:
    counts = figures.counts
    settled = counts.total - counts.open
    begins = "Of these, " if subject == "Of these" else "Of them, "
    standing = f"{some(counts.open)} {_are(counts.open)} open and {some(settled)} {_are(settled)} settled"
    return f"{begins}{standing}."


def _acceptance(figures: Figures) -> str:
    counts, rate = figures.counts, acceptance_rate(figures.counts)
    gap = information_gap(counts)
    text = f"the acceptance rate is {rate_words(rate)}{_compared(figures, 'acceptance')}."
    if gap.numerator:
        heard_of = counted(gap.numerator, "follow-up")
        text += (
            f" No information was received on the acceptance of {heard_of}: an information gap of {rate_words(gap)}."
        )
    return text


def _implementation(figures: Figures) -> str:
    rate = implementation_rate(figures.counts)
    if not rate.denominator:
        return "nothing has been accepted yet, so there is no implementation rate."
    under_way = sum(figures.counts.both(acceptance, Implementation.IN_PROGRESS) for acceptance in ACCEPTING)
    going_on = counted(under_way, "accepted follow-up is", "accepted follow-ups are")
    text = f"the implementation rate, among accepted follow-ups, is {rate_words(rate)}"
    return f"{text}{_compared(figures, 'implementation')}; {going_on} in progress."


def _compared(figures: Figures, name: str) -> str:
    """The system's rate beside an organization's; else the mean of organizations, labelled so."""
    headline = figures.headline
    if figures.scope.organization is not None:
        return f", against {rate_words(getattr(headline.system, name))} for all organizations together"
    mean: Decimal | None = getattr(headline, f"mean_{name}")
    together = f"{everybody(figures.scope.selection)} together".lower()
    return "" if mean is None else f" for {together}; the mean of the organizations' rates is {mean} per cent"


def _movement(figures: Figures) -> str:
    balance = figures.roll_forward
    settled = [(kind, count) for kind, count in balance.settled if count]
    kinds = joined([f"{number(count)} {_SETTLED[kind]}" for kind, count in settled])
    quarter = quarter_words(figures.scope.quarter)
    text = (
        f"in the {quarter}, {counted(balance.new, 'follow-up was', 'follow-ups were')} added and "
        f"{_settled_words(balance.settled_in_all)}"
    )
    text += f" ({kinds})" if kinds else ""
    if balance.reopened:
        text += f"; {counted(balance.reopened, 'was', 'were')} reopened"
    return f"{text}. The open stock went from {figure(balance.open_at_start)} to {figure(balance.open_at_end)}."


def _settled_words(count: int) -> str:
    return "none was settled" if count == 0 else f"{counted(count, 'was', 'were')} settled"


_SETTLED = {
    Settlement.IMPLEMENTED: "implemented",
    Settlement.OVERTAKEN: "overtaken by events",
    Settlement.NOT_ACCEPTED: "not accepted",
    Settlement.NOT_RELEVANT: "not relevant",
}


def _trend(figures: Figures) -> str:
    year_ago = figures.trend[-5] if len(figures.trend) >= 5 else None
    now = figures.headline.own.implementation
    if year_ago is None or year_ago.group.implementation.percent is None or now.percent is None:
        return ""
    then = year_ago.group.implementation
    difference = now.percent - (then.percent or Decimal(0))
    if not difference:
        return f"the implementation rate is as it was a year before, at {then.percent} per cent."
    direction = "rose" if difference > 0 else "fell"
    return (
        f"over four quarters the implementation rate {direction} by {abs(difference)} percentage points, "
        f"from {rate_words(then)}."
    )


def _overdue(figures: Figures) -> str:
    return " ".join(filter(None, (_late(figures), without_due_date(figures))))


def _late(figures: Figures) -> str:
    late = figures.overdue
    if not late:
        return "nothing is overdue." if figures.counts.open else ""
    longest = late[0]
    granted = sum(item.extensions > 0 for item in late)
    if figures.counts.open == 1:
        return f"the one open follow-up is past its due date by {counted(longest.days, 'day')}."
    text = (
        f"of the {number(figures.counts.open)} open follow-ups, {number(len(late))} {_are(len(late))} past the due "
        f"date; the longest, {longest.row.ref} at {longest.row.organization}, by {counted(longest.days, 'day')}"
    )
    return f"{text}. For {number(granted)} of them an extension had been granted." if granted else f"{text}."


def without_due_date(figures: Figures) -> str:
    """How many open follow-ups no day can make overdue, so that few overdue are not taken for few late; or nothing."""
    undated, open_rows = _undated(figures), figures.counts.open
    if not undated:
        return ""
    if open_rows == 1:
        return "The one open follow-up has no due date and so cannot be overdue."
    if undated == open_rows:
        return f"None of the {number(open_rows)} open follow-ups has a due date, so none can be overdue."
    has = "has" if undated == 1 else "have"
    return (
        f"{capital(number(undated))} of the {number(open_rows)} open follow-ups {has} no due date and so cannot be "
        "overdue."
    )


def _undated(figures: Figures) -> int:
    return sum(row.is_open and row.due_on is None for row in figures.annex)


def _old(figures: Figures) -> str:
    old = len(figures.long_outstanding)
    if not old:
        return ""
    return f"of those still open, {number(old)} {_are(old)} from reports issued five years ago or earlier."


def _declined(figures: Figures) -> str:
    if not figures.declined:
        return ""
    own = sum(item.voice is Voice.ORGANIZATION for item in figures.declined)
    parts = [f"organizations have declined {counted(own, 'follow-up')}, as not accepted or not relevant"] if own else []
    parts += (others := [*_closed_by_others(figures)])
    done = sum(item.row.implementation is Implementation.IMPLEMENTED for item in figures.declined)
    if done:
        among = "all these" if len(parts) > 1 else "these"
        parts.append(f"{number(done)} of {among} {'was' if done == 1 else 'were'} nevertheless implemented")
    listed = "What was said is" if others else "The reasons given are"
    return f"{'; '.join(parts)}. {listed} listed with them."


def _closed_by_others(figures: Figures) -> Iterator[str]:
    """What no organization has declined: the issuing body took it back, or another's books close it."""
    for (voice, who), position in product(OTHER_VOICES.items(), Acceptance):
        found = sum(item.voice is voice and item.row.acceptance is position for item in figures.declined)
        if found:
            yield f"{who} itself has closed {counted(found, 'follow-up')} as {label(position).lower()}"


def _doubts(figures: Figures) -> str:
    parts = []
    if figures.disputed:
        parts.append(f"the office disputes {counted(len(figures.disputed), 'claim')} of implementation")
    claims = sum(item.row.asks_verification for item in figures.claimed)
    if claims:
        parts.append(f"{counted(claims, 'claim')} {'awaits' if claims == 1 else 'await'} verification")
    if figures.governing_body:
        waiting = len(figures.governing_body)
        verb = "awaits" if waiting == 1 else "await"
        parts.append(f"{counted(waiting, 'follow-up')} {verb} a decision of a governing body")
    return f"{'; '.join(parts)}." if parts else ""


def _are(count: int) -> str:
    return "is" if count < 2 else "are"  # none is, one is


_SENTENCES: tuple[Callable[[Figures], str], ...] = (
    _stock,
    _acceptance,
    _implementation,
    _movement,
    _trend,
    _overdue,
    _old,
    _declined,
    _doubts,
)
