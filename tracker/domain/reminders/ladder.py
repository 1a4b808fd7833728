"""Who is asked: the ladder of posts, and the holder of each on the day.

An organization's own list goes to its focal point, from the second rung on to the executive head too, and at
the last with a copy to the secretary of the governing body. What is addressed to a governing body goes to its
secretary. A post that has never been filled is no rung: the one who stands next takes its part. A post whose
holder has left is vacant: the office gets what the holder would have got, never the one who left.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from enum import Enum

from tracker.domain.addresses import folded
from tracker.domain.reminders.bands import LADDER, Ask
from tracker.domain.rows import Officer
from tracker.domain.vocabulary import Addressee, Post
from tracker.records import record


class Part(Enum):
    """Under which heading of a digest a line stands; the order is that of the digest."""

    YOURS = "yours"
    BODY = "governing-body"
    COPY = "copy"
    VACANT = "vacant"


@record
class Recipient:
    """Who gets a digest. `name` is empty for the office."""

    name: str
    email: str

    @property
    def key(self) -> str:
        """The address as the ledger keeps it."""
        return folded(self.email)


@record
class Share:
    """That a recipient is asked as the holder of a post, under a heading."""

    recipient: Recipient
    part: Part
    post: Post


class Posts:
    """The posts of one organization on one day; `office` takes the place of whoever is missing."""

    def __init__(self, officers: Sequence[Officer], day: date, office: Recipient) -> None:
        self.office = office
        self.known = {officer.post for officer in officers if officer.from_on <= day}
        self.holders = {
            officer.post: Recipient(officer.name, officer.email) for officer in officers if officer.holds_on(day)
        }

    def recipients(self) -> list[Recipient]:
        """Everybody who could get a line about this organization; the office only where someone is missing."""
        found = [self.holders[post] for post in LADDER if post in self.holders]
        return found if self._is_complete else [*found, self.office]

    @property
    def _is_complete(self) -> bool:
        return self.known <= self.holders.keys() and bool(self.known & {Post.FOCAL_POINT, Post.EXECUTIVE_HEAD})

    def share(self, post: Post, part: Part) -> Share:
        """Who answers for a post: its holder; the office, where the post is vacant or nobody is known at all."""
        if post in self.holders:
            return Share(self.holders[post], part, post)
        return Share(self.office, Part.VACANT, post)


def shares(ask: Ask, posts: Posts) -> list[Share]:
    """Who gets a line about this, once each: of several headings for one recipient the first."""
    found: dict[str, Share] = {}
    for share in _shares(ask, posts):
        kept = found.setdefault(share.recipient.key, share)
        if _PLACE[share.part] < _PLACE[kept.part]:
            found[share.recipient.key] = share
    return list(found.values())


_PLACE = {part: place for place, part in enumerate(Part)}


def _shares(ask: Ask, posts: Posts) -> Iterator[Share]:
    addressee = ask.follow_up.addressee
    if addressee is Addressee.LEGISLATIVE_BODY:
        yield posts.share(_stand_in(posts, (Post.SECRETARY, Post.EXECUTIVE_HEAD, Post.FOCAL_POINT)), Part.BODY)
        return
    if addressee is not Addressee.CEB_CHAIR:
        yield posts.share(_stand_in(posts, (Post.FOCAL_POINT, Post.EXECUTIVE_HEAD)), Part.YOURS)
    if addressee is Addressee.CEB_CHAIR or ask.rung in (Post.EXECUTIVE_HEAD, Post.SECRETARY):
        yield posts.share(_stand_in(posts, (Post.EXECUTIVE_HEAD, Post.FOCAL_POINT)), Part.YOURS)
    if ask.rung is Post.SECRETARY and Post.SECRETARY in posts.known:
        yield posts.share(Post.SECRETARY, Part.COPY)


def _stand_in(posts: Posts, order: Sequence[Post]) -> Post:
    """The first post of an order that the organization has (or had); the first where it has none of them."""
    return next((post for post in order if post in posts.known), order[0])
