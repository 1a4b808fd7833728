"""A report repeats what was known at its instant, whatever was mended, linked, sent or written since; both databases."""

from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta

import builders as b
import pytest
from sqlalchemy import select, text

from tracker.config import OfficeSettings, Settings
from tracker.domain.filters import Filters
from tracker.domain.outbox import Event
from tracker.domain.periods import Quarter
from tracker.domain.rows import FollowUpLine
from tracker.domain.vocabulary import Acceptance, Addressee, Implementation, LinkKind, Post
from tracker.errors import RefusedError, UnknownNameError, WorldError
from tracker.mail.folder import Folder
from tracker.services.corrections import correct
from tracker.services.documents.completing import ReportChange, change_recommendation, change_report
from tracker.services.links import add_link, all_links, remove_link
from tracker.services.listing import At, list_follow_ups, list_lines, read_history, show
from tracker.services.organizations import add_officer, edit_officer, edit_organization
from tracker.services.reminders.composing import compose_due
from tracker.services.reminders.delivery import deliver
from tracker.services.reminders.outbox import decide
from tracker.services.reports.editions import publish, verify, write_files
from tracker.services.reports.papers import end_of_year, moment_of
from tracker.services.reports.reporting import Request, compute, write_quarterly
from tracker.services.reports.site import write_site
from tracker.services.reports.statistics import statistics
from tracker.store.counts import Dimension
from tracker.store.database.mail_tables import outbox_table
from tracker.store.follow_up_writing import save_addressees

Q3 = Quarter(2026, 3)
TITLE = "Management of things in the invented organizations"
FORMATS = ("html", "docx", "xlsx", "md", "json")


def at(month, day, hour=10):
    return datetime(2026, month, day, hour, tzinfo=UTC)


def request(now, **given):
    return replace(Request(Q3, today=now.date(), now=now, prepared_by="A.", office="Office"), **given)


@pytest.fixture
def filled(register):
    b.organizations(register, "WHO", "FAO")
    b.report(register, now=at(1, 5))
    b.move(register, "501/R1", "WHO", to=Acceptance.ACCEPTED, on=date(2026, 8, 1), now=at(8, 2))
    b.move(register, "501/R1", "WHO", to=Implementation.IMPLEMENTED, on=date(2026, 8, 9), note="x", now=at(8, 9))
    return register


def published(register, folder, now, **given):
    return publish(register, request(now, **given), FORMATS, folder, b.who(now=now))


def files_of(paths):
    return [path.read_bytes() for path in paths]


def test_an_edition_comes_out_again_after_its_documents_were_described_otherwise(filled, tmp_path):
    edition, paths = published(filled, tmp_path / "first", at(10, 5), organization="WHO")
    later = b.who(now=at(11, 2))
    change_report(filled, "501", ReportChange("Another title", date(2020, 1, 1), asks_verification=True), later)
    change_recommendation(filled, "501/R1", later, addressee=Addressee.LEGISLATIVE_BODY, impact="e")
    edit_organization(filled, "WHO", b.who(now=at(11, 3)), name="Renamed", group="Another group")
    change_report(filled, "501", ReportChange("A third title", None, asks_verification=False), b.who(now=at(11, 4)))
    assert [verdict.problems for verdict in verify(filled)] == [()]
    again = request(at(12, 1), known_at=edition.known_at, organization="WHO")
    assert files_of(write_quarterly(filled, again, FORMATS, tmp_path / "second").paths) == files_of(paths)
    now = compute(filled, request(at(12, 1), organization="WHO"))
    assert now.scope.organization.name == "Renamed"
    assert {row.report_title for row in now.annex} == {"A third title"}
    assert {row.impact for row in now.annex} == {"e", None}


def test_what_counts_as_open_is_what_was_asked_for_then(filled):
    change_report(filled, "501", ReportChange(asks_verification=True), b.who(now=at(11, 2)))
    then, now = (compute(filled, request(at(12, 1), known_at=moment)) for moment in (at(10, 5), at(11, 5)))
    assert (then.counts.open, now.counts.open) == (3, 4)
    assert (then.roll_forward.open_at_end, now.roll_forward.open_at_end) == (3, 4)
    assert then.roll_forward.closes
    assert now.roll_forward.closes
    listed = list_follow_ups(filled, Filters(), At(b.TODAY, None, at(10, 5)))
    assert sum(row.is_open for row in listed) == 3


def test_a_link_is_known_from_the_instant_at_which_it_was_written_to_that_at_which_it_was_removed(filled):
    add_link(filled, "501/R2", LinkKind.SUPERSEDES, "501/R1", None, b.who(now=at(9, 1)))
    remove_link(filled, "501/R2", "501/R1", b.who(now=at(10, 1)))
    instants = [at(month, 1) - before for month in (9, 10) for before in (timedelta(seconds=1), timedelta(0))]
    assert [len(all_links(filled, At(b.TODAY, None, instant))) for instant in instants] == [0, 1, 1, 0]


def test_what_a_link_says_of_a_row_is_what_was_asked_for_then(filled, tmp_path):
    """R1 of WHO is implemented, and so settled, as long as its report asks for no verification."""
    add_link(filled, "501/R2", LinkKind.SUPERSEDES, "501/R1", None, b.who(now=at(9, 1)))
    published(filled, tmp_path / "first", at(10, 5))
    before = list_follow_ups(filled, Filters(), At(b.TODAY, None, at(10, 5)))
    assert [row.superseded_by for row in before if not row.is_open] == [()]
    change_report(filled, "501", ReportChange(asks_verification=True), b.who(now=at(11, 2)))
    assert list_follow_ups(filled, Filters(), At(b.TODAY, None, at(10, 5))) == before
    assert [verdict.problems for verdict in verify(filled)] == [()]


THEN = At(b.TODAY, None, at(10, 5))


@pytest.fixture
def redescribed(filled):
    """Described at first, and otherwise after the instant `THEN`; FAO has addressees of its own, before and after."""
    b.report(filled, symbol="A/80/502", now=at(1, 5))
    change_recommendation(filled, "501/R1", b.who(now=at(2, 1)), addressee=Addressee.CEB_CHAIR, impact="a/a-i")
    own_addressee(filled, Addressee.EXECUTIVE_HEAD, at(2, 2))
    later = b.who(now=at(11, 2))
    change_report(filled, "501", ReportChange(None, date(2020, 1, 1), asks_verification=True), later)
    change_recommendation(filled, "501/R1", later, addressee=Addressee.LEGISLATIVE_BODY, impact="e/a-i")
    change_recommendation(filled, "501/R2", later, addressee=Addressee.LEGISLATIVE_BODY, impact="b")
    own_addressee(filled, Addressee.LEGISLATIVE_BODY, at(11, 3))
    return filled


def own_addressee(register, addressee, now):
    row = b.follow_up(register, "501/R2", "FAO")
    with register.batch(b.who("officer", now, "test")) as batch:
        save_addressees(batch, [{"id": row.id, "addressee": addressee}])


@pytest.mark.parametrize(
    "filters",
    [
        *(Filters(addressees=(addressee,)) for addressee in Addressee),
        *(Filters(impacts=(impact,)) for impact in ("a/a-i", "e/a-i", "b")),
        *(Filters(years=(year,)) for year in (2020, 2025)),
        Filters(only_open=True),
        Filters(only_open=True, years=(2025,)),
    ],
    ids=str,
)
def test_what_is_found_is_what_was_so_at_the_instant(redescribed, filters):
    def is_wanted(row):
        return (
            (not filters.addressees or row.addressee in filters.addressees)
            and (not filters.impacts or row.impact in filters.impacts)
            and (not filters.years or row.issued_on.year in filters.years)
            and (not filters.only_open or row.is_open)
        )

    for moment in (THEN, At(b.TODAY)):
        everything = list_follow_ups(redescribed, Filters(), moment)
        expected = [row for row in everything if is_wanted(row)]
        if not expected and filters.impacts:
            with pytest.raises(UnknownNameError, match="no recommendation has the impact"):
                list_follow_ups(redescribed, filters, moment)
            continue
        assert list_follow_ups(redescribed, filters, moment) == expected
        assert list_follow_ups(redescribed, filters, moment, limit=5) == expected[:5]
        assert list_lines(redescribed, filters, moment) == [as_line(row) for row in expected]
        assert list_lines(redescribed, filters, moment, limit=5) == [as_line(row) for row in expected[:5]]


def as_line(row):
    return FollowUpLine(**{field.name: getattr(row, field.name) for field in fields(FollowUpLine) if field.init})


def test_a_line_says_of_links_what_the_whole_does(filled):
    add_link(filled, "501/R2", LinkKind.WAITS_FOR, "501/R1", None, b.who(now=at(9, 1)))
    add_link(filled, "501/R1", LinkKind.REPEATS, "501/R2", None, b.who(now=at(9, 1)))
    for moment in (At(b.TODAY), At(b.TODAY, date(2026, 9, 15)), At(b.TODAY, date(2026, 8, 15))):
        rows = list_follow_ups(filled, Filters(), moment)
        assert list_lines(filled, Filters(), moment) == [as_line(row) for row in rows]
        assert any(row.repeats for row in rows) is (moment.as_of != date(2026, 8, 15))


def test_what_is_counted_is_what_was_so_at_the_instant(redescribed):
    of = {
        Dimension.ADDRESSEE: lambda row: row.addressee.value,
        Dimension.IMPACT: lambda row: row.impact or "",
        Dimension.YEAR: lambda row: str(row.issued_on.year),
    }
    for moment in (THEN, At(b.TODAY)):
        rows = list_follow_ups(redescribed, Filters(), moment)
        for dimension, group_of in of.items():
            groups = statistics(redescribed, dimension, Filters(), moment).groups
            counted = {group.name: (group.counts.total, group.counts.open) for group in groups}
            names = {group_of(row) for row in rows}
            own = {name: [row for row in rows if group_of(row) == name] for name in names}
            assert counted == {name: (len(own[name]), sum(row.is_open for row in own[name])) for name in names}


def test_one_recommendation_is_shown_as_it_was_described(redescribed):
    change_report(redescribed, "501", ReportChange("Another title"), b.who(now=at(11, 4)))
    report, recommendation, rows = show(redescribed, "501/R1", None, THEN)
    assert (report.title, report.issued_on, report.asks_verification) == (TITLE, b.ISSUED, False)
    assert (recommendation.addressee, recommendation.impact) == (Addressee.CEB_CHAIR, "a/a-i")
    assert {row.impact for row in rows} == {"a/a-i"}


def test_an_edition_that_would_come_out_otherwise_lends_its_number_to_nothing(filled, tmp_path):
    edition, paths = published(filled, tmp_path / "first", at(10, 5))
    with filled.write() as session:
        session.execute(text("UPDATE journal SET target = 'not-accepted' WHERE target = 'accepted'"))
    with pytest.raises(RefusedError, match="2026Q3/1 was published of this day and instant"):
        write_quarterly(filled, request(at(12, 1), known_at=edition.known_at), ["html"], tmp_path)
    assert files_of(write_files(filled, "2026q3/1", tmp_path / "kept")) == files_of(paths)


def test_files_that_lost_their_checksum_are_not_given_out(filled, tmp_path):
    published(filled, tmp_path, at(10, 5))
    with filled.write() as session:
        session.execute(text("UPDATE edition_file SET sha256 = 'x' WHERE name LIKE '%.html'"))
    with pytest.raises(RefusedError, match=r"quarterly-2026Q3-edition-1.html does not have its checksum"):
        write_files(filled, "2026Q3/1", tmp_path / "kept")
    assert not (tmp_path / "kept").exists()


def test_a_command_that_began_before_a_publication_is_recorded_after_it(filled, tmp_path):
    edition, paths = published(filled, tmp_path / "first", at(10, 5))
    slow = at(10, 5) - timedelta(minutes=4)
    b.move(filled, "501/R1", "FAO", to=Acceptance.ACCEPTED, on=date(2026, 9, 1), now=slow)
    assert b.follow_up(filled, "501/R1", "FAO").recorded_at == edition.known_at + timedelta(seconds=1)
    assert [verdict.problems for verdict in verify(filled)] == [()]
    again = request(at(12, 1), known_at=edition.known_at)
    assert files_of(write_quarterly(filled, again, FORMATS, tmp_path / "second").paths) == files_of(paths)


def test_a_clock_that_is_far_behind_an_edition_is_told(filled, tmp_path):
    published(filled, tmp_path, at(10, 5))
    with pytest.raises(WorldError, match="the clock says 2026-09-01T10:00:00Z, but an edition was published at"):
        b.move(filled, "501/R1", "FAO", to=Acceptance.ACCEPTED, on=date(2026, 8, 1), now=at(9, 1))


def test_what_was_written_after_the_clock_was_set_back_is_in_the_report_and_in_the_next_edition(filled, tmp_path):
    first, _ = published(filled, tmp_path, at(10, 5))
    back = at(10, 5) - timedelta(minutes=20)
    b.move(filled, "501/R1", "FAO", to=Acceptance.ACCEPTED, on=date(2026, 9, 1), now=back)
    assert accepted(compute(filled, request(back)).annex) == accepted(
        list_follow_ups(filled, Filters(), At(Q3.last_day))
    )
    second, _ = published(filled, tmp_path, back)
    assert (second.name, second.known_at) == ("2026Q3/2", first.known_at + timedelta(seconds=1))
    assert [verdict.problems for verdict in verify(filled)] == [(), ()]
    again = compute(filled, request(back, known_at=second.known_at))
    assert accepted(again.annex) == ["FAO", "WHO"]


def test_what_a_clock_that_was_ahead_has_recorded_is_in_the_papers_and_pages_of_now(filled, tmp_path):
    now = at(8, 9) - timedelta(minutes=20)
    assert moment_of(filled, request(now)).known_at == end_of_year(filled, 2026, request(now)).known_at == at(8, 9)
    write_site(filled, request(now), tmp_path / "site")
    assert "9 August 2026, 10:00" in (tmp_path / "site" / "index.html").read_text().replace("\N{NBSP}", " ")


def test_what_was_recorded_in_a_far_future_is_reported_but_makes_no_edition_of_that_future(filled, tmp_path):
    wrong, now = at(10, 5) + timedelta(days=400), at(10, 5)
    b.move(filled, "501/R1", "FAO", to=Acceptance.ACCEPTED, on=date(2026, 9, 1), now=wrong)
    assert accepted(compute(filled, request(now)).annex) == ["FAO", "WHO"]
    with pytest.raises(RefusedError, match=r"entries recorded up to 2027-11-09T10:00:00Z, which is in the future"):
        published(filled, tmp_path, now)
    (entry,) = (line.entry.id for line in read_history(filled, "501/R1", "FAO") if line.entry.recorded_at == wrong)
    correct(filled, "501/R1", "FAO", entry, "recorded by a wrong clock", b.who(now=now))
    b.move(filled, "501/R1", "FAO", to=Acceptance.ACCEPTED, on=date(2026, 9, 1), now=now)
    edition, _ = published(filled, tmp_path, now)
    assert edition.known_at == now
    assert [verdict.problems for verdict in verify(filled)] == [()]
    b.move(filled, "501/R2", "FAO", to=Acceptance.ACCEPTED, on=date(2026, 9, 1), now=at(10, 6))


def accepted(rows):
    return [row.organization for row in rows if row.acceptance is Acceptance.ACCEPTED]


def test_what_is_written_while_a_report_is_made_stops_its_publication(filled, tmp_path):
    def meanwhile(*_):
        if not b.follow_up(filled, "501/R1", "FAO").heard_on:
            b.move(filled, "501/R1", "FAO", to=Acceptance.ACCEPTED, on=date(2026, 9, 1), now=at(10, 5))

    with pytest.raises(RefusedError, match="the register was changed while the report was being made"):
        publish(filled, request(at(10, 5)), ["md"], tmp_path / "out", b.who(now=at(10, 5)), meanwhile)
    assert not (tmp_path / "out").exists()
    edition, _ = published(filled, tmp_path, at(10, 5))
    assert edition.number == 1


def test_a_report_shows_what_a_row_waited_for_on_its_day(filled):
    who = b.who(now=at(9, 2))
    add_link(filled, "501/R2", LinkKind.WAITS_FOR, "501/R1", "first things first", who, on=date(2026, 9, 1))
    remove_link(filled, "501/R2", "501/R1", b.who(now=at(11, 2)), on=date(2026, 11, 1))

    def waiting(now, **given):
        rows = compute(filled, request(now, **given)).annex
        return {row.name: row.waits_for for row in rows if row.waits_for}

    # R1 of WHO is implemented, so that only FAO waits.
    expected = {"A/80/501/R2 FAO": ("A/80/501/R1",)}
    assert waiting(at(12, 1)) == expected
    assert waiting(at(12, 1), as_of=date(2026, 8, 31)) == {}
    assert waiting(at(12, 1), known_at=at(9, 1)) == {}
    assert waiting(at(12, 1), quarter=Quarter(2026, 4), as_of=date(2026, 11, 30)) == {}
    before_removal = waiting(at(12, 1), quarter=Quarter(2026, 4), as_of=date(2026, 11, 30), known_at=at(10, 31))
    assert before_removal == expected
    assert all_links(filled, At(b.TODAY)) == []
    assert [link.linked_on for link in all_links(filled, At(b.TODAY, date(2026, 10, 1)))] == [date(2026, 9, 1)]
    add_link(filled, "501/R2", LinkKind.WAITS_FOR, "501/R1", None, b.who(now=at(12, 1)))
    assert len(all_links(filled, At(b.TODAY))) == 1


def test_a_report_shows_what_a_row_repeated_on_its_day_settled_or_not(filled):
    add_link(filled, "501/R1", LinkKind.REPEATS, "501/R2", None, b.who(now=at(9, 2)), on=date(2026, 9, 1))
    remove_link(filled, "501/R1", "501/R2", b.who(now=at(11, 2)), on=date(2026, 11, 1))

    def repeating(now, **given):
        figures = compute(filled, request(now, **given))
        return {row.name for row in figures.annex if row.flags(figures.scope.as_of) == ["repeats A/80/501/R2"]}

    expected = {"A/80/501/R1 WHO", "A/80/501/R1 FAO"}  # WHO's is implemented
    assert repeating(at(12, 1)) == expected
    assert repeating(at(12, 1), as_of=date(2026, 8, 31)) == set()
    assert repeating(at(12, 1), known_at=at(9, 1)) == set()
    assert repeating(at(12, 1), quarter=Quarter(2026, 4), as_of=date(2026, 11, 30)) == set()
    assert repeating(at(12, 1), quarter=Quarter(2026, 4), as_of=date(2026, 11, 30), known_at=at(10, 31)) == expected


def test_a_selection_is_reported_as_one_and_adds_up(filled, tmp_path):
    wanted = request(at(10, 5), selection=Filters(numbers=("1",)))
    figures = compute(filled, wanted)
    assert {row.number for row in figures.annex} == {"1"}
    assert figures.counts.total == 2
    assert figures.roll_forward.closes
    assert [point.group.counts.total for point in figures.trend][-3:] == [2, 2, 2]
    assert figures.as_json()["scope"]["selection"] == {"numbers": ["1"]}
    assert "selection" not in compute(filled, request(at(10, 5))).as_json()["scope"]
    (path,) = write_quarterly(filled, wanted, ["md"], tmp_path).paths
    assert path.name == "quarterly-2026Q3-selection.md"
    assert "This is a report on a selection (recommendation 1)" in path.read_text()
    with pytest.raises(RefusedError, match="an edition is of the whole register"):
        publish(filled, wanted, ["md"], tmp_path, b.who(now=at(10, 5)))


def test_a_selection_of_what_stands_is_followed_back(filled):
    figures = compute(filled, request(at(10, 5), selection=Filters(implementation=(Implementation.IMPLEMENTED,))))
    assert [row.name for row in figures.annex] == ["A/80/501/R1 WHO"]
    assert (figures.roll_forward.open_at_start, figures.roll_forward.open_at_end) == (1, 0)
    assert [item.row.name for item in figures.claimed] == ["A/80/501/R1 WHO"]


def test_a_selection_of_nothing_says_so(filled, tmp_path):
    (path,) = write_quarterly(filled, request(at(10, 5), selection=Filters(years=(1999,))), ["md"], tmp_path).paths
    assert "the register held nothing in this selection: issued in 1999" in path.read_text()


def test_only_reminders_that_left_count_as_sent(filled, tmp_path):
    settings = Settings(None, "x", OfficeSettings(name="Office", email="office@office.example.org"))
    now = at(8, 17)
    add_officer(
        filled,
        "FAO",
        post=Post.EXECUTIVE_HEAD,
        name="H.",
        email="Head@fao.example.org",
        from_on=date(2024, 1, 1),
        who=b.who(),
    )
    # FAO is reminded; what nobody of WHO can be told goes to the office, and reminds nobody.
    assert compose_due(filled, settings, now=now).digests == 2

    def sent():
        return compute(filled, request(at(10, 5))).reminded

    assert (sent().digests, sent().items) == (0, 0)
    deliver(filled, Folder(tmp_path / "outgoing"), clock=lambda: now, owner="test")
    assert (sent().digests, sent().items, sent().answered) == (1, 2, 0)
    b.move(filled, "501/R1", "FAO", to=Acceptance.ACCEPTED, on=date(2026, 9, 25), now=at(9, 25))
    assert sent().answered == 1
    drop(filled, compose_due(filled, settings, now=at(9, 28)).digests)
    assert sent().digests == 1


@pytest.mark.parametrize("since", [date(2026, 11, 1), date(2026, 1, 1)], ids=["from that day", "from an earlier day"])
def test_an_officer_who_comes_with_the_offices_address_changes_no_edition_published_before(filled, tmp_path, since):
    settings = Settings(None, "x", OfficeSettings(name="Office", email="office@office.example.org"))
    officer = {"post": Post.FOCAL_POINT, "name": "The office for WHO", "email": "office@office.example.org"}
    compose_due(filled, settings, now=at(8, 17))
    deliver(filled, Folder(tmp_path / "outgoing"), clock=lambda: at(8, 17), owner="test")
    published(filled, tmp_path / "first", at(10, 5))
    add_officer(filled, "WHO", b.who(now=at(11, 1)), from_on=since, **officer)
    assert [verdict.problems for verdict in verify(filled)] == [()]
    figures = compute(filled, request(at(12, 1), known_at=at(10, 5)))
    assert figures.reminded.digests == 0


def test_an_address_that_is_mended_takes_no_digest_from_an_edition_published_before(filled, tmp_path):
    settings = Settings(None, "x", OfficeSettings(name="Office", email="office@office.example.org"))
    head = {"post": Post.EXECUTIVE_HEAD, "name": "N.", "email": "heda@fao.example.org", "from_on": date(2024, 1, 1)}
    officer = add_officer(filled, "FAO", b.who(now=at(1, 6)), **head)
    compose_due(filled, settings, now=at(8, 17), organizations=["FAO"])
    deliver(filled, Folder(tmp_path / "outgoing"), clock=lambda: at(8, 17), owner="test")
    published(filled, tmp_path / "first", at(10, 5))
    edit_officer(filled, officer.id, b.who(now=at(11, 1)), email="head@fao.example.org")
    edit_officer(filled, officer.id, b.who(now=at(11, 2)), email="the.head@fao.example.org")
    edit_officer(filled, officer.id, b.who(now=at(11, 3)), email="heda@fao.example.org")
    assert [verdict.problems for verdict in verify(filled)] == [()]
    assert compute(filled, request(at(12, 1), known_at=at(10, 5))).reminded.digests == 1


def test_the_offices_address_by_mistake_makes_no_officers_mails_of_the_offices_own(filled, tmp_path):
    settings = Settings(None, "x", OfficeSettings(name="Office", email="office@office.example.org"))
    head = {"post": Post.EXECUTIVE_HEAD, "name": "N.", "email": "head@fao.example.org", "from_on": date(2024, 1, 1)}
    officer = add_officer(filled, "FAO", b.who(now=at(1, 6)), **head)
    compose_due(filled, settings, now=at(8, 17))  # for WHO, whose posts are vacant, the office gets it
    deliver(filled, Folder(tmp_path / "outgoing"), clock=lambda: at(8, 17), owner="test")
    published(filled, tmp_path / "first", at(10, 5))
    edit_officer(filled, officer.id, b.who(now=at(11, 1)), email="office@office.example.org")
    assert [verdict.problems for verdict in verify(filled)] == [()]
    edit_officer(filled, officer.id, b.who(now=at(11, 2)), email="head@fao.example.org")
    assert [verdict.problems for verdict in verify(filled)] == [()]


def test_a_follow_up_that_two_people_were_asked_about_twice_is_one(filled, tmp_path):
    settings = Settings(None, "x", OfficeSettings(name="Office", email="office@office.example.org"))
    for post in (Post.EXECUTIVE_HEAD, Post.FOCAL_POINT):
        address = f"{post.value}@fao.example.org"
        add_officer(filled, "FAO", post=post, name="N.", email=address, from_on=date(2024, 1, 1), who=b.who())
    for now in (at(8, 17), at(9, 14)):
        compose_due(filled, settings, now=now, organizations=["FAO"])
        deliver(filled, Folder(tmp_path / "outgoing"), clock=lambda now=now: now, owner="test")
    b.move(filled, "501/R1", "FAO", to=Acceptance.ACCEPTED, on=date(2026, 9, 25), now=at(9, 25))
    found = compute(filled, request(at(10, 5))).reminded
    assert (found.digests, found.items, found.answered) == (4, 2, 1)


def drop(register, number):
    """Drop the newest mails, as the office does with what it will not send after all."""
    assert number
    with register.read() as session:
        newest = session.scalars(select(outbox_table.c.id).order_by(outbox_table.c.id.desc()).limit(number)).all()
    decide(register, Event.DROP, list(newest), b.who(now=at(9, 29)))
