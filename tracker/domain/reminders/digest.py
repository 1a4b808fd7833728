"""One digest: everything that is asked of one recipient in one cycle; and what a row would bring in cycles to come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo

from tracker.domain.reminders.bands import Ask, Case, asked
from tracker.domain.reminders.cadence import Cycle, begins_at, current_cycle, next_cycle
from tracker.domain.reminders.ladder import Part, Posts, Recipient, Share, shares
from tracker.domain.reminders.policy import Policy
from tracker.domain.reminders.words import AHEAD, LATE, RESPONSES, Band
from tracker.domain.rows import Officer, Organization
from tracker.domain.vocabulary import Post
from tracker.records import record


@record
class DigestLine:
    """One follow-up in a digest: what is asked, under which heading, and as the holder of which post."""

    ask: Ask
    part: Part
    post: Post
    day: date

    @property
    def order(self) -> tuple[int, int, date]:
        """The most urgent first; lines that are alike in this stand as in lists, in the order in which they come."""
        return list(Part).index(self.part), list(Band).index(self.ask.band), self.ask.by or date.max


@record
class Digest:
    """One mail. `day` is the recipient's local day; lines beyond the first `room` (None: all) stand in it in brief.

    `earlier` digests to the recipient in the same cycle were given up before they were sent.
    """

    recipient: Recipient
    cycle: Cycle
    day: date
    answer_by: date
    organizations: tuple[Organization, ...]
    lines: tuple[DigestLine, ...]
    room: int | None = None
    earlier: int = 0

    @property
    def in_full(self) -> tuple[DigestLine, ...]:
        return self.lines[: self.room]

    @property
    def in_brief(self) -> tuple[DigestLine, ...]:
        return () if self.room is None else self.lines[self.room :]

    @property
    def key(self) -> str:
        """What can exist only once, in the ledger and in the outbox."""
        number = f"+{self.earlier}" if self.earlier else ""
        return f"digest:{self.cycle}{number}:{self.recipient.key}"

    @property
    def language(self) -> str:
        return self.organizations[0].language

    def counts(self) -> BandCounts:
        """What the subject says: every line once, what is overdue before what it is about."""
        parts = {part: [line for line in self.lines if line.part is part] for part in Part}
        own, body = parts[Part.YOURS], parts[Part.BODY]
        bands = Counter(line.ask.band for line in own)
        late = sum(line.ask.band in LATE for line in [*own, *body])
        ahead = [line.ask.by for line in own if line.ask.band in AHEAD]
        return BandCounts(
            overdue=late,
            due=len(ahead),
            is_this_month=all(by is not None and by.replace(day=1) == self.day.replace(day=1) for by in ahead),
            awaiting=sum(bands[band] for band in RESPONSES),
            disputed=bands[Band.DISPUTED],
            refused=bands[Band.REFUSED],
            silent=bands[Band.SILENT],
            old=bands[Band.LONG_OUTSTANDING],
            body=sum(line.ask.band not in LATE for line in body),
            copies=len(parts[Part.COPY]),
            vacant=len(parts[Part.VACANT]),
        )


@record
class BandCounts:
    """How many lines of a digest ask for what; each line is counted once, under its most urgent band."""

    overdue: int
    due: int
    is_this_month: bool
    awaiting: int
    disputed: int
    refused: int
    silent: int
    old: int
    body: int
    copies: int
    vacant: int


@record
class Addressed:
    """An organization with what decides who is asked and when."""

    organization: Organization
    policy: Policy
    zone: tzinfo
    officers: tuple[Officer, ...]
    left_on: date | None = None

    def has_left(self, now: datetime) -> bool:
        """Whether it is no longer one of those who are asked."""
        return self.left_on is not None and self.left_on <= self.day(now)

    def day(self, now: datetime) -> date:
        return now.astimezone(self.zone).date()

    def is_paused(self, now: datetime) -> bool:
        until = self.policy.paused_until
        return until is not None and self.day(now) <= until

    def cycle(self, now: datetime) -> Cycle:
        return current_cycle(self.policy, self.zone, now)

    def next_at(self, now: datetime) -> datetime:
        """When its next cycle begins."""
        return begins_at(next_cycle(self.policy, self.cycle(now)), self.policy.hour, self.zone)

    def posts(self, day: date, office: Recipient) -> Posts:
        return Posts(self.officers, day, office)


@record
class Group:
    """The organizations for which one recipient may get one digest, and its cycle: the last that began for all.

    `earlier` digests to the recipient in this cycle are in the ledger.
    """

    recipient: Recipient
    cycle: Cycle
    members: tuple[Addressed, ...]
    earlier: int = 0

    @property
    def place(self) -> tuple[str, str]:
        """(recipient, cycle), as the ledger keeps them."""
        return self.recipient.key, str(self.cycle)

    def next_at(self, now: datetime) -> datetime:
        """When the next cycle has begun for all: those that are a cycle ahead in their zone wait for the others."""
        behind = [each for each in self.members if each.cycle(now).first_day == self.cycle.first_day]
        return max(each.next_at(now) for each in behind)


def groups(organizations: Sequence[Addressed], office: Recipient, now: datetime) -> list[Group]:
    """Who may get a digest now, for which organizations, in which cycle; what is paused is left out.

    A recipient who answers for organizations in several time zones gets the digest when the cycle has begun in
    all of them, so that none of them misses it.
    """
    found: dict[tuple[str, str], list[tuple[Recipient, Addressed]]] = {}
    for each in organizations:
        if each.is_paused(now):
            continue
        for recipient in each.posts(each.day(now), office).recipients():
            members = found.setdefault((recipient.key, each.policy.cadence.value), [])
            if not members or members[-1][1] is not each:
                members.append((recipient, each))
    return [
        Group(
            members[0][0],
            min(each.cycle(now) for _, each in members),
            tuple(each for _, each in members),
        )
        for members in found.values()
    ]


def lines_of(asks: Sequence[Ask], posts: Posts, recipient: Recipient, day: date) -> Iterator[DigestLine]:
    """The lines that one recipient gets about one organization."""
    for ask in asks:
        for share in shares(ask, posts):
            if share.recipient.key == recipient.key:
                yield DigestLine(ask, share.part, share.post, day)


def make_digest(group: Group, lines: Sequence[DigestLine], now: datetime, *, rows: int) -> Digest | None:
    """The digest of these lines, the most urgent first, `rows` of them in full; None where nothing is asked.

    `lines` come in the order of lists, which the one by urgency keeps.
    """
    if not lines:
        return None
    ordered = sorted(lines, key=lambda line: line.order)
    shown = {line.ask.follow_up.organization for line in ordered}
    members = [each for each in group.members if each.organization.code in shown]
    day = members[0].day(now)
    answer_by = day + timedelta(days=min(each.policy.answer_days for each in members))
    organizations = tuple(each.organization for each in members)
    return Digest(group.recipient, group.cycle, day, answer_by, organizations, tuple(ordered), rows, group.earlier)


@record
class Turn:
    """What one cycle would bring for one row, if nothing changes until then."""

    cycle: Cycle
    at: datetime
    day: date
    ask: Ask | None
    shares: tuple[Share, ...]


def turns(case: Case, each: Addressed, office: Recipient, now: datetime, *, cycles: int) -> Iterator[Turn]:
    """The present cycle and those to come: what would be asked about a row, of whom; nothing where it is paused."""
    cycle = current_cycle(each.policy, each.zone, now)
    for _ in range(cycles):
        begins = begins_at(cycle, each.policy.hour, each.zone)
        at = max(begins, now.astimezone(UTC))
        ask = None if each.is_paused(at) else asked(case, each.policy, each.day(at))
        found = () if ask is None else tuple(shares(ask, each.posts(each.day(at), office)))
        yield Turn(cycle, begins, each.day(at), ask, found)
        cycle = next_cycle(each.policy, cycle)
