"""Reminders: what is due in the present cycle, written down and queued, one transaction for each digest."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from itertools import islice
from typing import Any

from tracker.config import Settings
from tracker.domain.plurals import plural
from tracker.domain.references import fold, parse_reference
from tracker.domain.reminders.bands import Ask, asked
from tracker.domain.reminders.cadence import is_office_hour
from tracker.domain.reminders.digest import Addressed, Digest, Group, Turn, groups, lines_of, make_digest, turns
from tracker.domain.reminders.policy import Policies
from tracker.domain.rows import FollowUp
from tracker.errors import BadDataError, RefusedError
from tracker.mail.message import XLSX, Attachment, Letter, compose, is_asked
from tracker.progress import OnStep, begun, counted
from tracker.records import record
from tracker.services.reminders.terms import addressed, office_of, policies_of, terms_for
from tracker.services.returns.files import file_name
from tracker.services.returns.making import make
from tracker.store.addressed import not_addressed
from tracker.store.documents import find_recommendation
from tracker.store.follow_ups import follow_ups_of
from tracker.store.mails import ledger
from tracker.store.mails.outbox_waiting import Prospect, Terms, in_vain, prospect, replace_earlier, replace_in_vain
from tracker.store.mails.sent_since import is_unsure
from tracker.store.mails.this_cycle import CycleMails, mails_of_cycles
from tracker.store.organizations import organization_ids
from tracker.store.unit import Register

_KEPT_ORGANIZATIONS = 8
"""Organizations whose rows are kept at hand: those of one organization's recipients stand side by side."""


@record
class PreviewedDigest:
    """A digest with the mail that would be queued for it."""

    digest: Digest
    letter: Letter

    @property
    def key(self) -> str:
        return self.digest.key

    @property
    def message(self) -> bytes:
        return self.letter.message

    def as_json(self) -> dict[str, Any]:
        digest = self.digest
        return {
            "recipient": digest.recipient.email,
            "name": digest.recipient.name,
            "cycle": str(digest.cycle),
            "day": digest.day.isoformat(),
            "organizations": [organization.code for organization in digest.organizations],
            "subject": self.letter.subject,
            "in_brief": len(digest.in_brief),
            "items": [
                {
                    "ref": line.ask.follow_up.ref,
                    "organization": line.ask.follow_up.organization,
                    "reason": line.ask.band.value,
                    "also": [band.value for band in line.ask.also],
                    "part": line.part.value,
                    "post": line.post.value,
                    "by": None if line.ask.by is None else line.ask.by.isoformat(),
                }
                for line in digest.lines
            ],
            "mail": None,
        }


@dataclass(slots=True)
class ComposeReport:
    """What composing came to. `held_back` digests wait for an explicit yes; a capped run left some for the next.

    `replaced` are earlier digests that still waited in the outbox, and are not sent any more.
    """

    digests: int = 0
    lines: int = 0
    replaced: int = 0
    is_capped: bool = False
    held_back: int = 0
    problems: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.digests or self.problems or self.held_back)

    def __str__(self) -> str:
        words = f"{self.digests} composed"
        if self.held_back:
            words += f", {self.held_back} waiting for the first `tracker remind send --yes`"
        if self.problems:
            words += f", {len(self.problems)} with problems: {self.problems[0]}"
        return words

    def as_json(self) -> dict[str, Any]:
        return {
            "digests": self.digests,
            "items": self.lines,
            "replaced": self.replaced,
            "is_capped": self.is_capped,
            "held_back": self.held_back,
            "problems": self.problems,
        }


@record
class _Run:
    """What one run goes through: settings checked, groups found, those for whom a digest stands left out.

    `found` are all groups, `groups` those that get a digest in this run.
    """

    register: Register
    settings: Settings
    policies: Policies
    terms: Terms
    now: datetime
    found: Sequence[Group]
    groups: Sequence[Group]
    addressees: dict[str, int]
    is_first: bool
    is_unsure: bool


def compose_due(
    register: Register,
    settings: Settings,
    *,
    now: datetime,
    organizations: Collection[str] = (),
    confirmed: bool | None = None,
    only_in_hours: bool = False,
    on_step: OnStep | None = None,
) -> ComposeReport:
    """Queue every digest that is due and does not stand in the ledger yet; running it again queues nothing more.

    The first digests of a register wait until `confirmed`, and those after a restore that does not know what was sent;
    None asks for that only where a mail server is configured, since files in a folder bother nobody. `only_in_hours`
    leaves recipients alone at night. One digest that cannot be composed is reported among the problems and does not
    stop the others.
    """
    run = _prepare(register, settings, now, organizations, only_in_hours=only_in_hours)
    report = ComposeReport()
    may_send = not (run.is_first or run.is_unsure) or (settings.mail.host is None if confirmed is None else confirmed)
    for digest in _digests(run, on_step):
        if not may_send:
            report.held_back += 1
        elif report.digests >= run.policies.cap:
            report.is_capped = True
            break
        else:
            _queue(run, digest, report)
    return report


def _queue(run: _Run, digest: Digest, report: ComposeReport) -> None:
    try:
        letter = _letter(run, digest)
    except BadDataError as error:
        report.problems.append(str(error))
        return
    whom = digest.recipient.key
    with run.register.write() as session:
        replaced = replace_in_vain(session, whom, str(digest.cycle), now=run.now, terms=run.terms)
        entered = ledger.enter(session, digest, subject=letter.subject, message=letter.message, now=run.now)
        replaced += 0 if entered is None else replace_earlier(session, whom, now=run.now)
    if entered is not None:
        report.replaced += replaced
        report.digests += 1
        report.lines += len(digest.lines)


def preview(
    register: Register, settings: Settings, *, now: datetime, organizations: Collection[str] = ()
) -> Iterator[PreviewedDigest]:
    """The mails that `compose_due` would queue at this instant, to the byte, and no more than it; one at a time."""
    run = _prepare(register, settings, now, organizations)
    for digest in islice(_digests(run), run.policies.cap):
        yield PreviewedDigest(digest, _letter(run, digest))


@record
class Outlook:
    """How many digests are due, whether they would be the first, and what became of those that are composed already.

    `is_unsure`: the register was restored, and they may have been sent before. A follow-up that two people are asked
    about is two `lines`. `next_at` is when the next may fall due, if anything is
    asked then.
    """

    digests: int
    lines: int
    follow_ups: int
    is_first: bool
    is_unsure: bool
    cycles: frozenset[str]
    composed: CycleMails
    cap: int
    next_at: datetime | None
    waiting: Prospect

    @property
    def is_capped(self) -> bool:
        return self.digests > self.cap

    @property
    def needs_yes(self) -> bool:
        return self.digests > 0 and (self.is_first or self.is_unsure)


def outlook(register: Register, settings: Settings, *, now: datetime, organizations: Collection[str] = ()) -> Outlook:
    """Count what is due without composing it, and look at what waits in the outbox."""
    run = _prepare(register, settings, now, organizations)
    sizes, asked_about, coming = [], set(), []
    for digest in _digests(run):
        coming.append((digest.recipient.key, str(digest.cycle)))
        sizes.append(len(digest.lines))
        asked_about |= {line.ask.follow_up.id for line in digest.lines}
    cycles = frozenset(str(group.cycle) for group in run.found)
    with register.read() as session:
        composed = mails_of_cycles(session, cycles, now=now, office=office_of(settings))
        waiting = prospect(session, now=now, terms=run.terms, coming=coming[: run.policies.cap])
    next_at = min((group.next_at(now) for group in run.found), default=None)
    return Outlook(
        digests=len(sizes),
        lines=sum(sizes),
        follow_ups=len(asked_about),
        is_first=run.is_first,
        is_unsure=run.is_unsure,
        cycles=cycles,
        composed=composed.without(waiting.not_sent),
        cap=run.policies.cap,
        next_at=next_at,
        waiting=waiting,
    )


def composed_of(register: Register, settings: Settings, cycles: Collection[str], *, now: datetime) -> CycleMails:
    """What became of the digests of some cycles: asked again after a delivery, which changes it."""
    with register.read() as session:
        return mails_of_cycles(session, cycles, now=now, office=office_of(settings))


def read_log(
    register: Register,
    organizations: Sequence[str] = (),
    *,
    limit: int | None = None,
    until: datetime | None = None,
) -> list[ledger.LogLine]:
    """Who was reminded of what, when, why, and what became of it, now or by an instant; the newest first."""
    with register.read() as session:
        ids = organization_ids(session, organizations).values() if organizations else ()
        return ledger.log(session, ids, limit=limit, until=until)


_FORESEEN = 12
"""So many cycles ahead is said what would be sent."""


def foresee(
    register: Register, settings: Settings, reference: str, organization: str, *, now: datetime
) -> tuple[FollowUp, list[Turn]]:
    """What would be sent about one follow-up in the cycles to come, if nothing changes. Raises UnknownNameError."""
    asked_of = {fold(each.organization.code): each for each in addressed(register, settings)}
    with register.read() as session:
        recommendation = find_recommendation(session, parse_reference(reference))
        code = next(iter(organization_ids(session, [organization])))
        found = follow_ups_of(session, recommendation.id, [code])
        cases = ledger.as_cases(session, found, ledger.addressees(session))
    if not cases:
        raise not_addressed(recommendation.ref, code)
    if asked_of[fold(code)].has_left(now):
        return cases[0].follow_up, []
    return cases[0].follow_up, list(turns(cases[0], asked_of[fold(code)], office_of(settings), now, cycles=_FORESEEN))


def _prepare(
    register: Register, settings: Settings, now: datetime, wanted: Collection[str], *, only_in_hours: bool = False
) -> _Run:
    everybody, policies = addressed(register, settings), policies_of(settings)
    found = groups([each for each in everybody if not each.has_left(now)], office_of(settings), now)
    terms = terms_for(everybody, settings, now)
    with register.read() as session:
        codes = set(organization_ids(session, list(wanted))) if wanted else None
        known, standing = ledger.composed(session, {str(group.cycle) for group in found})
        vain = in_vain(session, now=now, terms=terms)
        counts = ledger.addressees(session)
        is_first, unsure = ledger.is_new(session), is_unsure(session)
    due = [
        replace(group, earlier=known[group.place])
        for group in found
        if standing[group.place] <= (group.place in vain)
        and (codes is None or any(each.organization.code in codes for each in group.members))
        and (not only_in_hours or all(is_office_hour(each.policy, each.zone, now) for each in group.members[:1]))
    ]
    due.sort(key=lambda group: (fold(group.members[0].organization.code), group.recipient.key))
    return _Run(register, settings, policies, terms, now, found, due, counts, is_first, unsure)


def _digests(run: _Run, on_step: OnStep | None = None) -> Iterator[Digest]:
    """One digest after the other: never more than a few organizations' rows are in memory."""

    @lru_cache(maxsize=_KEPT_ORGANIZATIONS)
    def asks(each_code: str) -> tuple[Ask, ...]:
        each = members[each_code]
        with run.register.read() as session:
            cases = ledger.open_cases(session, each_code, run.addressees, today=each.day(run.now))
        found = (asked(case, each.policy, each.day(run.now)) for case in cases)
        return tuple(ask for ask in found if ask is not None)

    members: Mapping[str, Addressed] = {each.organization.code: each for group in run.groups for each in group.members}
    if run.groups:
        begun(on_step, f"what is asked of {plural(len(run.groups), 'recipient')}")
    for group in counted(run.groups, on_step):
        lines = [
            line
            for each in group.members
            for line in lines_of(
                asks(each.organization.code),
                each.posts(each.day(run.now), office_of(run.settings)),
                group.recipient,
                each.day(run.now),
            )
        ]
        digest = make_digest(group, lines, run.now, rows=run.policies.rows)
        if digest is not None:
            yield digest


def _letter(run: _Run, digest: Digest) -> Letter:
    calendar = any(run.policies.of(each.code).attach_calendar for each in digest.organizations)
    attachments = list(_returns(run, digest))
    return compose(digest, run.settings, now=run.now, attachments=attachments, calendar=calendar)


_MOST_RETURNS = 5
"""More attachments than that would make a mail that servers refuse."""


def _returns(run: _Run, digest: Digest) -> Iterator[Attachment]:
    """The return of each organization whose rows the recipient is asked about."""
    if not is_asked(digest):
        return
    asked_about = [each for each in digest.organizations if run.policies.of(each.code).attach_return]
    office = run.settings.office
    for each in asked_about[:_MOST_RETURNS]:
        try:
            content = make(run.register, each.code, office=office.name, reply_to=office.answers_to, today=digest.day)
        except RefusedError:  # it was settled in between
            continue
        yield Attachment(file_name(each.code, digest.day), XLSX, content)
