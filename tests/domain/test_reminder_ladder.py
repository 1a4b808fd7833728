"""Who is asked: the holder of each post on the day, the office where a post is vacant."""

from datetime import UTC, date, datetime, timedelta

import pytest
from asking import ALL_POSTS, DAY, OFFICE, addressed, case, officer

from tracker.domain.reminders.bands import asked
from tracker.domain.reminders.digest import groups, lines_of, make_digest, turns
from tracker.domain.reminders.ladder import Part, Posts, shares
from tracker.domain.reminders.policy import Policy
from tracker.domain.reminders.words import Band, Frequency
from tracker.domain.vocabulary import Addressee, Post

FOCAL, HEAD, SECRETARY = (
    f"{post.value}@who.example.org" for post in (Post.FOCAL_POINT, Post.EXECUTIVE_HEAD, Post.SECRETARY)
)
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def asked_of(officers, days_late=5, **changes):
    ask = asked(case(due_on=DAY - timedelta(days=days_late), **changes), Policy(), DAY)
    return {(share.recipient.email, share.part) for share in shares(ask, Posts(officers, DAY, OFFICE))}


@pytest.mark.parametrize(
    ("days_late", "expected"),
    [
        (5, {(FOCAL, Part.YOURS)}),
        (40, {(FOCAL, Part.YOURS), (HEAD, Part.YOURS)}),
        (100, {(FOCAL, Part.YOURS), (HEAD, Part.YOURS), (SECRETARY, Part.COPY)}),
    ],
)
def test_the_ladder_rises_with_the_delay(days_late, expected):
    assert asked_of(ALL_POSTS, days_late) == expected


def test_without_a_secretary_ever_nobody_gets_the_copy_and_with_a_vacant_post_the_office_does():
    others = [officer(Post.FOCAL_POINT), officer(Post.EXECUTIVE_HEAD)]
    asked_anyway = {(FOCAL, Part.YOURS), (HEAD, Part.YOURS)}
    assert asked_of(others, 100) == asked_anyway
    left = officer(Post.SECRETARY, until_on=DAY - timedelta(days=1))
    assert asked_of([*others, left], 100) == asked_anyway | {(OFFICE.email, Part.VACANT)}


def test_without_a_focal_point_ever_the_executive_head_is_asked_from_the_start():
    assert asked_of([officer(Post.EXECUTIVE_HEAD)]) == {(HEAD, Part.YOURS)}


def test_a_vacant_post_goes_to_the_office_and_not_to_the_one_who_left():
    left = officer(Post.FOCAL_POINT, until_on=DAY - timedelta(days=1))
    assert asked_of([left, officer(Post.EXECUTIVE_HEAD)]) == {(OFFICE.email, Part.VACANT)}
    stays = officer(Post.FOCAL_POINT, until_on=DAY)
    assert asked_of([stays, officer(Post.EXECUTIVE_HEAD)]) == {(FOCAL, Part.YOURS)}


def test_a_successor_is_asked_from_the_first_day():
    before = officer(Post.FOCAL_POINT, email="old@who.example.org", until_on=DAY - timedelta(days=1))
    after = officer(Post.FOCAL_POINT, email="new@who.example.org", from_on=DAY)
    assert asked_of([before, after]) == {("new@who.example.org", Part.YOURS)}


def test_nobody_known_means_the_office():
    assert asked_of([]) == {(OFFICE.email, Part.VACANT)}


def test_what_is_addressed_to_a_legislative_body_goes_to_its_secretary():
    assert asked_of(ALL_POSTS, 100, addressee=Addressee.LEGISLATIVE_BODY) == {(SECRETARY, Part.BODY)}


def test_without_a_secretary_it_stands_in_a_section_of_its_own():
    officers = [officer(Post.EXECUTIVE_HEAD), officer(Post.FOCAL_POINT)]
    assert asked_of(officers, 100, addressee=Addressee.LEGISLATIVE_BODY) == {(HEAD, Part.BODY)}


def test_what_is_addressed_to_the_chair_of_ceb_goes_to_the_head_who_holds_the_row():
    assert asked_of(ALL_POSTS, addressee=Addressee.CEB_CHAIR) == {(HEAD, Part.YOURS)}


def test_one_person_in_two_posts_gets_a_line_once():
    officers = [officer(post, email="Same@who.example.org") for post in (Post.FOCAL_POINT, Post.EXECUTIVE_HEAD)]
    officers.append(officer(Post.SECRETARY, email="same@WHO.example.org"))
    assert [part for _, part in asked_of(officers, 100)] == [Part.YOURS]


def digests(organizations, now=NOW, rows=100):
    found = []
    for group in groups(organizations, OFFICE, now):
        lines = []
        for each in group.members:
            day = each.day(now)
            ask = asked(case(due_on=DAY - timedelta(days=5), organization=each.organization.code), each.policy, day)
            lines += lines_of([ask], each.posts(day, OFFICE), group.recipient, day)
        digest = make_digest(group, lines, now, rows=rows)
        if digest is not None:
            found.append(digest)
    return found


def shared(code, zone="UTC", policy=None):
    """An organization whose focal point serves several."""
    head = officer(Post.FOCAL_POINT, email="one@example.org", organization=code)
    return addressed(code, [head], zone, policy)


def test_one_address_gets_one_digest_for_several_organizations():
    (digest,) = digests([shared("WHO"), shared("ILO")])
    assert [each.code for each in digest.organizations] == ["WHO", "ILO"]
    assert len(digest.lines) == 2


def test_a_digest_waits_until_its_cycle_has_begun_for_every_organization():
    both = [shared("WHO", "Asia/Tokyo"), shared("ILO", "America/New_York")]
    tokyo_has_begun = datetime(2026, 12, 7, 1, 0, tzinfo=UTC)
    assert [str(digest.cycle) for digest in digests(both, tokyo_has_begun)] == ["2026-11"]
    assert [str(digest.cycle) for digest in digests(both, tokyo_has_begun + timedelta(hours=12))] == ["2026-12"]


def test_different_cadences_are_different_digests():
    weekly = Policy(cadence=Frequency.WEEKLY)
    assert {str(each.cycle) for each in digests([shared("WHO"), shared("ILO", policy=weekly)])} == {
        "2026-11",
        "2026-W48",
    }


def test_a_pause_is_silence_until_its_day_is_over():
    paused = Policy(paused_until=DAY)
    assert digests([shared("WHO", policy=paused)]) == []
    assert len(digests([shared("WHO", policy=paused)], NOW + timedelta(days=1))) == 1


def test_lines_beyond_the_room_stand_in_the_digest_in_brief():
    (digest,) = digests([shared("WHO"), shared("ILO")], rows=1)
    assert (len(digest.lines), len(digest.in_full), len(digest.in_brief)) == (2, 1, 1)
    assert digest.counts().overdue == 2


def test_the_course_of_a_row_rises_from_cycle_to_cycle():
    row = case(due_on=date(2026, 12, 1), issued_on=date(2026, 1, 15), heard_on=date(2026, 11, 20))
    course = list(turns(row, addressed(officers=ALL_POSTS), OFFICE, NOW, cycles=5))
    assert [str(turn.cycle) for turn in course] == ["2026-11", "2026-12", "2027-01", "2027-02", "2027-03"]
    assert [turn.ask.band for turn in course] == [
        Band.DUE_VERY_SOON,
        Band.LATE_FIRST,
        Band.LATE_SECOND,
        Band.LATE_SECOND,
        Band.LATE_SECOND,
    ]
    assert [len(turn.shares) for turn in course] == [1, 1, 2, 2, 2]
