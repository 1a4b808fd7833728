"""What is read from the register, now or as of a day: lists, one recommendation, histories, lessons, links."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from tracker.domain.filters import Filters, Sort
from tracker.domain.follow_up_details import Details, details_of
from tracker.domain.journal import Entry, in_force
from tracker.domain.periods import last_second
from tracker.domain.references import follow_up_name, parse_reference
from tracker.domain.rows import FollowUp, FollowUpLine, Lesson, Link, Recommendation, Report, instant
from tracker.records import record
from tracker.store.addressed import not_addressed
from tracker.store.amendments import said_before
from tracker.store.described import recommendation_as_known, report_as_known
from tracker.store.documents import find_recommendation, report_by_tail
from tracker.store.follow_ups import follow_ups_of, organizations_of
from tracker.store.follow_ups import list_follow_ups as read_follow_ups
from tracker.store.follow_ups import list_lines as read_lines
from tracker.store.journal import history
from tracker.store.kinds_of_names import kind_of_name
from tracker.store.lessons import lessons
from tracker.store.links import all_links
from tracker.store.organizations import organization_ids
from tracker.store.unit import Register
from tracker.store.viewpoint import Viewpoint


@record
class At:
    """The day and the knowledge to look from: None, None means now. `today` is what overdue is measured against."""

    today: date
    as_of: date | None = None
    known_at: datetime | None = None

    @property
    def day(self) -> date:
        return self.as_of or self.today

    @property
    def until(self) -> datetime | None:
        """Up to when that counts which has an instant and no day of its own; None means now.

        A day ends in UTC, as it does for such figures in a report.
        """
        end = None if self.as_of is None else last_second(self.as_of)
        return min((each for each in (end, self.known_at) if each is not None), default=None)


def list_follow_ups(
    register: Register, filters: Filters, at: At, *, sort: Sort = Sort.REF, limit: int | None = None
) -> list[FollowUp]:
    """The follow-ups that a filter finds."""
    with register.read() as session:
        return read_follow_ups(
            session, filters, today=at.today, as_of=at.as_of, known_at=at.known_at, sort=sort, limit=limit
        )


def list_lines(
    register: Register, filters: Filters, at: At, *, sort: Sort = Sort.REF, limit: int | None = None
) -> list[FollowUpLine]:
    """The same, as far as a list says it."""
    with register.read() as session:
        seen = Viewpoint(session, at.as_of, at.known_at)
        return read_lines(seen, filters, today=at.today, sort=sort, limit=limit)


def name_in_words(register: Register, words: Sequence[str]) -> tuple[str, str] | None:
    """The first of the words that names something for which texts are not searched, behind the kind of thing."""
    with register.read() as session:
        found = ((named, word) for word in words if (named := kind_of_name(session, word)) is not None)
        return next(found, None)


def show(
    register: Register, reference: str, organization: str | None, at: At
) -> tuple[Report, Recommendation, list[FollowUp]]:
    """A recommendation, its report, and where every organization (or one) stands on it."""
    with register.read() as session:
        recommendation = find_recommendation(session, parse_reference(reference))
        before = said_before(session, at.known_at)
        report = report_as_known(report_by_tail(session, recommendation.report), before)
        recommendation = recommendation_as_known(recommendation, before)
        codes = None if organization is None else list(organization_ids(session, [organization]))
        found = follow_ups_of(session, recommendation.id, codes, as_of=at.as_of, known_at=at.known_at)
    if organization is not None and not found:
        raise not_addressed(recommendation.ref, organization, at.as_of)
    return report, recommendation, found


@record
class HistoryLine:
    """One entry of a history, with the follow-up it is about; `voided_by` is the entry that took it back."""

    follow_up: str
    organization: str
    entry: Entry
    voided_by: int | None

    def as_json(self) -> dict[str, Any]:
        entry = self.entry
        return {
            "entry": entry.id,
            "batch": entry.batch,
            "ref": self.follow_up.rpartition(" ")[0],
            "organization": self.organization,
            "topic": entry.topic.value,
            "from": entry.source,
            "to": entry.target,
            "effective_on": entry.effective_on.isoformat(),
            "recorded_at": instant(entry.recorded_at),
            "actor": entry.actor,
            "database_user": entry.database_user,
            "voice": entry.voice.value,
            "note": entry.note,
            "voids": entry.voids,
            "given": entry.given,
            "voided_by": self.voided_by,
        }


def read_history(
    register: Register, reference: str, organization: str | None, at: At | None = None
) -> list[HistoryLine]:
    """Every entry about a recommendation (of one organization where given), in the order of writing.

    Of a day: what was effective by its end. Of an instant: what had been written by then. Follow-ups that were
    withdrawn are among them.
    """
    with register.read() as session:
        recommendation = find_recommendation(session, parse_reference(reference))
        codes = None if organization is None else list(organization_ids(session, [organization]))
        found = organizations_of(session, recommendation.id, codes)
        entries = history(session, list(found))
    if organization is not None and not found:
        raise not_addressed(recommendation.ref, organization)
    lines = [line for key in entries for line in _lines(recommendation.ref, found[key], entries[key], at)]
    return sorted(lines, key=lambda line: line.entry.id)


def _lines(ref: str, organization: str, written: list[Entry], at: At | None) -> Iterator[HistoryLine]:
    as_of, known_at = (at.as_of, at.known_at) if at is not None else (None, None)
    known = [entry for entry in written if known_at is None or entry.recorded_at <= known_at]
    name = follow_up_name(ref, organization)
    for entry in known:
        if as_of is None or entry.effective_on <= as_of:
            yield HistoryLine(name, organization, entry, _voider(entry, known))


def _voider(entry: Entry, written: list[Entry]) -> int | None:
    return next((other.id for other in written if other.voids == entry.id), None)


def read_lessons(
    register: Register, filters: Filters, at: At, *, only_good_practice: bool = False
) -> list[tuple[FollowUp, Lesson]]:
    """What was learned on the follow-ups that a filter finds."""
    with register.read() as session:
        found = lessons(session, filters, today=at.today, as_of=at.as_of, known_at=at.known_at)
    return [(item, lesson) for item, lesson in found if lesson.good_practice or not only_good_practice]


@record
class Beside:
    """What `show REF ORG` says of one follow-up besides where it stands: its details, its recommendation's links."""

    details: Details
    links: tuple[Link, ...]

    def as_json(self) -> dict[str, Any]:
        return {**self.details.as_json(), "links": [link.as_json() for link in self.links]}


def read_beside(register: Register, follow_up: FollowUp, at: At) -> Beside:
    """The details of one follow-up, and the links of its recommendation."""
    with register.read() as session:
        written = history(session, [follow_up.id])[follow_up.id]
        links = all_links(session, at.as_of, at.known_at)
    known = [entry for entry in in_force(written, known_at=at.known_at) if entry.effective_on <= (at.as_of or date.max)]
    return Beside(details_of(known), _about(links, follow_up.ref))


def read_links(register: Register, ref: str, at: At) -> tuple[Link, ...]:
    """The links from and to one recommendation."""
    with register.read() as session:
        return _about(all_links(session, at.as_of, at.known_at), ref)


def _about(links: list[Link], ref: str) -> tuple[Link, ...]:
    return tuple(link for link in links if ref in (link.ref, link.other))
