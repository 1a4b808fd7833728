"""The demonstration: a folder of its own, the same for the same day, covering what the program knows."""

import socket
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from tracker.domain.deadlines import days_late
from tracker.domain.filters import Filters
from tracker.domain.vocabulary import Acceptance, Implementation, Stance, Topic, Verification
from tracker.errors import BadDataError
from tracker.services import demo, sample
from tracker.services.listing import At, list_follow_ups, read_history
from tracker.services.organizations import all_officers
from tracker.services.upkeep.audit import verify
from tracker.services.upkeep.registration import initialize
from tracker.store.database.engine import database_url, open_engine
from tracker.store.journal import chain
from tracker.store.unit import Register

TODAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def told(folder, today=TODAY):
    """The sample register of a day, without digests and report."""
    initialize(str(folder / "register.db"))
    register = Register(open_engine(database_url(str(folder / "register.db"))))
    sample.write_documents(folder / "documents", today)
    sample.tell(sample.Place(today, register, folder / "documents", folder / "evidence"))
    return register


@pytest.fixture(scope="module")
def register(tmp_path_factory):
    register = told(tmp_path_factory.mktemp("sample"))
    yield register
    register.engine.dispose()


@pytest.fixture(scope="module")
def rows(register):
    return list_follow_ups(register, Filters(), At(TODAY))


def test_the_sample_has_every_position_of_every_axis(rows):
    assert {row.acceptance for row in rows} == set(Acceptance)
    assert {row.implementation for row in rows} == set(Implementation)
    assert {row.verification for row in rows} == set(Verification)
    assert {row.stance for row in rows} == set(Stance)


def test_the_sample_has_every_kind_of_lateness(rows):
    late = [days_late(row.due_on, TODAY) for row in rows if row.is_open and row.due_on]
    for first, last in ((1, 30), (31, 90), (91, 365), (366, 10_000)):
        assert any(first <= days <= last for days in late), f"nothing is late by {first} to {last} days"
    ahead = [(row.due_on - TODAY).days for row in rows if row.is_open and row.due_on]
    assert 0 in ahead
    assert any(1 <= days <= 7 for days in ahead)
    assert any(8 <= days <= 30 for days in ahead)


def test_the_sample_has_the_odd_cases(rows):
    flags = Counter(flag for row in rows for flag in row.flags())
    assert flags["implemented-though-not-accepted"] == 1
    assert flags["disputed"] == 1
    assert any(row.due_on != row.original_due_on for row in rows)
    assert any(item.sha256 for row in rows for item in row.evidence), "a file was attached"
    assert any(not item.sha256 for row in rows for item in row.evidence), "a link was attached"


def test_the_sample_has_corrections_and_reopenings(register):
    corrected = read_history(register, "9951/R6", "WLO")
    assert [line.entry.target for line in corrected if line.voided_by] == ["implemented"]
    reopened = [line.entry.target for line in read_history(register, "9951/R1", "PAR") if line.entry.source]
    assert reopened[-4:-2] == ["implemented", "disputed"]
    assert set(reopened[-2:]) == {"in-progress", "not-verified"}


def test_the_sample_has_extensions_granted_refused_and_waiting(register):
    said = {
        line.entry.source
        for reference in ("9951/R3", "9951/R4", "9951/R7")
        for line in read_history(register, reference, None)
        if line.entry.topic is Topic.EXTENSION
    }
    assert said == {"requested", "granted", "refused"}


def test_one_post_is_vacant_and_every_address_is_an_example(register):
    officers = all_officers(register)
    assert all(officer.email.endswith(".example.org") for officer in officers)
    heads = {o.organization for o in officers if o.post.value == "executive-head" and o.until_on is None}
    assert {officer.organization for officer in officers} - heads == {"OMA"}


def test_the_journal_of_the_sample_is_sound(register):
    assert verify(register, TODAY).findings == []


def test_nothing_is_written_in_the_future_or_before_it_was_so(register):
    with register.read() as session:
        for batch, _, _, lines in chain(session):
            assert batch.recorded_at < NOW
            assert all(draft.effective_on <= batch.recorded_at.date() for _, draft, _ in lines)


def test_the_same_day_gives_the_same_register(register, tmp_path):
    again = told(tmp_path)
    try:
        assert verify(again, TODAY).last_hash == verify(register, TODAY).last_hash
    finally:
        again.engine.dispose()


@pytest.mark.parametrize("today", [date(2024, 2, 29), date(2031, 1, 1)])
def test_the_story_can_be_told_on_any_day(tmp_path, today):
    register = told(tmp_path, today)
    try:
        assert len(list_follow_ups(register, Filters(only_overdue=True), At(today))) > 10
    finally:
        register.engine.dispose()


@pytest.fixture
def quick(monkeypatch):
    """No story, no digests, no report: only what becomes of the folder."""
    monkeypatch.setattr(sample, "tell", lambda _: 0)
    monkeypatch.setattr(demo, "_send_digests", lambda *_: [])
    monkeypatch.setattr(demo, "_write_report", lambda *_: [])


def make(folder, now=NOW):
    return demo.make_demonstration(folder, today=now.date(), now=now)


def test_an_earlier_demonstration_is_made_anew(quick, tmp_path):
    folder = tmp_path / "demo"
    make(folder)
    (folder / "outgoing").mkdir()
    (folder / "quarterly-2020Q1.html").write_text("old")
    make(folder, NOW + timedelta(days=1))
    assert not (folder / "outgoing").exists()
    assert not (folder / "quarterly-2020Q1.html").exists()


def test_a_half_made_demonstration_is_made_anew(quick, monkeypatch, tmp_path):
    def fail(_):
        raise OSError("the disk is full")

    with monkeypatch.context() as broken:
        broken.setattr(sample, "tell", fail)
        with pytest.raises(OSError, match="the disk is full"):
            make(tmp_path / "demo")
    assert make(tmp_path / "demo").counts.total == 0


@pytest.mark.parametrize("name", ["letter.docx", "register.db", "tracker.toml", "outgoing"])
def test_a_folder_with_other_things_is_left_alone(quick, tmp_path, name):
    (tmp_path / name).write_text("mine")
    with pytest.raises(BadDataError, match=f"it holds {name}, which no demonstration made"):
        make(tmp_path)
    assert [path.read_text() for path in tmp_path.iterdir()] == ["mine"]


def test_a_stranger_in_the_folder_of_a_demonstration_saves_all_of_it(quick, tmp_path):
    make(tmp_path)
    (tmp_path / "letter.docx").write_text("mine")
    before = {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    with pytest.raises(BadDataError, match=r"letter\.docx"):
        make(tmp_path)
    assert {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()} == before


def test_of_a_link_only_the_link_is_removed(quick, tmp_path):
    make(tmp_path / "demo")
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "mail.eml").write_text("keep")
    (tmp_path / "demo" / "outgoing").symlink_to(mine)
    make(tmp_path / "demo")
    assert (mine / "mail.eml").read_text() == "keep"


def test_a_file_is_no_folder(quick, tmp_path):
    (tmp_path / "demo").write_text("mine")
    with pytest.raises(BadDataError, match="this is a file"):
        make(tmp_path / "demo")


def test_the_whole_demonstration_stays_in_its_folder(monkeypatch, tmp_path):
    """With a register and a mail server of the user's own configured: neither is touched."""
    mine = tmp_path / "mine.db"
    monkeypatch.setenv("TRACKER_DATABASE_URL", str(mine))
    monkeypatch.setattr(socket.socket, "connect", lambda *_: pytest.fail("the demonstration speaks to the network"))
    made = make(tmp_path / "demo")
    assert [path.name for path in tmp_path.iterdir()] == ["demo"]
    assert made.counts.total == 91
    assert len(made.digests) >= 10
    assert {path.suffix for path in made.reports} == {".html", ".docx"}
    assert all(path.stat().st_size > 0 for path in [*made.digests, *made.reports])
    assert all(b".example.org" in path.read_bytes() for path in made.digests)
    shown = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    assert f"{made.counts.total} follow-ups: {made.counts.open} open, {made.counts.overdue} of them overdue" in shown
    assert f"{len(made.digests)} digests into" in shown
    content = made.as_json()
    assert set(content) == set(_documented_keys())


def _documented_keys():
    document = (Path(__file__).parents[2] / "docs" / "json.md").read_text(encoding="utf-8")
    section = document.partition("## A demonstration")[2]
    return [line.split("`")[1] for line in section.splitlines() if line.startswith("| `")]
