"""The policy of reminders: spans, cadence and ladder, as `[reminders]` of tracker.toml gives them.

What `[reminders]` sets holds for every organization; `[reminders.organizations.CODE]` sets the same names
for one of them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import field, fields, replace
from datetime import date, datetime
from enum import Enum
from typing import Any

from tracker.domain.periods import parse_day
from tracker.domain.references import fold, suggest
from tracker.domain.reminders.words import Band, Frequency, Weekday
from tracker.domain.vocabulary import Post
from tracker.errors import BadDataError
from tracker.records import record

_RUNGS: dict[Band, Post] = {
    Band.LATE_THIRD: Post.SECRETARY,
    Band.LATE_SECOND: Post.EXECUTIVE_HEAD,
    Band.LATE_FIRST: Post.FOCAL_POINT,
    Band.DUE_TODAY: Post.FOCAL_POINT,
    Band.DISPUTED: Post.EXECUTIVE_HEAD,
    Band.REFUSED: Post.FOCAL_POINT,
    Band.DUE_VERY_SOON: Post.FOCAL_POINT,
    Band.RESPONSE_LATE: Post.EXECUTIVE_HEAD,
    Band.RESPONSE: Post.FOCAL_POINT,
    Band.DUE_SOON: Post.FOCAL_POINT,
    Band.SILENT: Post.FOCAL_POINT,
    Band.LONG_OUTSTANDING: Post.SECRETARY,
}


Reader = Callable[[Any, str, str, str | None], Any]
"""Reads a value; told the section, the name and the file for its sentence."""


@record
class Policy:
    """Spans are in calendar days, months or years as their names say; `hour` is local to the organization.

    `rungs` says for each band how high it goes: to the focal point only, to the executive head too, or with a
    copy to the governing body's secretary. Until `paused_until`, that day included, no digest is made, and none that
    waits already goes out.
    """

    cadence: Frequency = Frequency.MONTHLY
    weekday: Weekday = Weekday.MONDAY
    hour: int = 8
    soon_days: int = 30
    very_soon_days: int = 7
    late_days: int = 30
    very_late_days: int = 90
    response_months: int = 3
    response_months_several: int = 6
    response_late_days: int = 90
    silent_months: int = 3
    long_outstanding_years: int = 5
    answer_days: int = 14
    paused_until: date | None = None
    attach_return: bool = True
    attach_calendar: bool = True
    rungs: Mapping[Band, Post] = field(default_factory=lambda: dict(_RUNGS))


@record
class Policies:
    """The policy of the office and of each organization that has its own.

    `cap` is the most digests that one run composes, `rows` the most lines that one digest gives in full.
    """

    office: Policy = field(default_factory=Policy)
    organizations: Mapping[str, Policy] = field(default_factory=dict)
    cap: int = 500
    rows: int = 100

    @property
    def any_paused(self) -> bool:
        """Whether any of them says until when nobody is reminded, be that over or not."""
        return any(each.paused_until is not None for each in (self.office, *self.organizations.values()))

    def of(self, code: str) -> Policy:
        """The policy that holds for an organization, by code."""
        return self.organizations.get(fold(code), self.office)


_OF_ALL = ("cap", "rows")
"""Settings of `[reminders]` that no organization has of its own."""


def read_policies(said: Mapping[str, Any], where: str | None = None) -> Policies:
    """Check `[reminders]` as parsed from TOML. Raises BadDataError, one sentence for the first mistake."""
    office_words = dict(said)
    own = _section(office_words.pop("organizations", {}), "reminders.organizations", where)
    whole = {name: _whole(office_words.pop(name), "reminders", name, where) for name in _OF_ALL if name in said}
    office = _policy(Policy(), office_words, "reminders", where, beside=_OF_ALL)
    organizations = {}
    for code, words in own.items():
        section = f"reminders.organizations.{code}"
        organizations[fold(code)] = _policy(office, _section(words, section, where), section, where)
    return Policies(office, organizations, **whole)


def _policy(
    start: Policy, said: Mapping[str, Any], section: str, where: str | None, beside: Collection[str] = ()
) -> Policy:
    known = {*(each.name for each in fields(Policy)), *beside}
    changes: dict[str, Any] = {}
    for name, value in said.items():
        if name in _OF_ALL:
            raise BadDataError(
                f"[{section}] {name} holds for all organizations together.",
                where=where,
                remedy="Write it below [reminders].",
            )
        if name not in known:
            raise BadDataError(
                f"[{section}] {name} is not a setting.",
                where=where,
                remedy=suggest(name, known, f"Use one of {', '.join(sorted(known))}."),
            )
        read: Reader = _READERS.get(name, _whole)
        changes[name] = read(value, section, name, where)
    if "rungs" in changes:
        changes["rungs"] = {**start.rungs, **changes["rungs"]}
    policy = replace(start, **changes)
    _check_order(policy, section, where)
    return policy


def _section(value: Any, section: str, where: str | None) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise BadDataError(f"[{section}] must be a section.", where=where, remedy=f"Write [{section}] on its own line.")
    return value


def _whole(value: Any, section: str, name: str, where: str | None) -> int:
    lowest, highest = (0, 23) if name == "hour" else (1, 10_000)
    if not isinstance(value, int) or isinstance(value, bool) or not lowest <= value <= highest:
        raise BadDataError(
            f"[{section}] {name} is {value!r}.",
            where=where,
            remedy=f"Write a whole number from {lowest} to {highest:,}.",
        )
    return value


def _yes_or_no(value: Any, section: str, name: str, where: str | None) -> bool:
    if not isinstance(value, bool):
        raise BadDataError(f"[{section}] {name} is {value!r}.", where=where, remedy="Write true or false.")
    return value


def _day(value: Any, section: str, name: str, where: str | None) -> date:
    """TOML has dates of its own; a quoted one will do as well."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return parse_day(str(value))
    except BadDataError as error:
        raise BadDataError(f"[{section}] {name}: {error.what}", where=where, remedy=error.remedy) from None


def _word_of(enum: type[Enum]) -> Reader:
    words = {value.value: value for value in enum}

    def read(value: Any, section: str, name: str, where: str | None) -> Any:
        if not isinstance(value, str) or value not in words:
            remedy = suggest(str(value), words, f"Use one of {', '.join(words)}.")
            raise BadDataError(f"[{section}] {name} is {value!r}.", where=where, remedy=remedy)
        return words[value]

    return read


def _rungs(value: Any, section: str, name: str, where: str | None) -> dict[Band, Post]:
    inner = f"{section}.{name}"
    bands = {band.value: band for band in Band}
    read = {}
    for word, post in _section(value, inner, where).items():
        if word not in bands:
            remedy = suggest(word, bands, f"Use one of {', '.join(bands)}.")
            raise BadDataError(f"[{inner}] {word} is not a band.", where=where, remedy=remedy)
        read[bands[word]] = _word_of(Post)(post, inner, word, where)
    return read


_READERS: dict[str, Reader] = {
    "cadence": _word_of(Frequency),
    "weekday": _word_of(Weekday),
    "paused_until": _day,
    "attach_return": _yes_or_no,
    "attach_calendar": _yes_or_no,
    "rungs": _rungs,
}


def _check_order(policy: Policy, section: str, where: str | None) -> None:
    for lower, higher in (("very_soon_days", "soon_days"), ("late_days", "very_late_days")):
        if getattr(policy, lower) >= getattr(policy, higher):
            raise BadDataError(
                f"[{section}] {lower} is {getattr(policy, lower)} and {higher} is {getattr(policy, higher)}.",
                where=where,
                remedy=f"Make {lower} the smaller one.",
            )
