"""Reports as use cases: whole files or none, the same bytes again, sentences for what cannot be."""

import hashlib
import os
from dataclasses import replace
from datetime import UTC, date, datetime

import builders as b
import pytest

from tracker.domain.periods import Quarter
from tracker.domain.vocabulary import Acceptance
from tracker.errors import BadDataError, UnknownNameError, WorldError
from tracker.files import AtomicFile
from tracker.services.reports.reporting import WRITERS, Request, compute, moved_after, write_quarterly

Q3 = Quarter(2026, 3)
REQUEST = Request(Q3, today=b.TODAY, now=b.NOW, prepared_by="A. Officer", office="Office of Oversight")


@pytest.fixture
def filled(sqlite_register):
    b.organizations(sqlite_register, "WHO", "FAO")
    b.report(sqlite_register, now=datetime(2026, 1, 5, tzinfo=UTC))
    b.move(sqlite_register, "501/R1", "WHO", to=Acceptance.ACCEPTED, on=date(2026, 8, 1), now=at(8, 2))
    return sqlite_register


def at(month, day):
    return datetime(2026, month, day, 10, tzinfo=UTC)


def sums(paths):
    return [hashlib.sha256(path.read_bytes()).hexdigest() for path in paths]


def test_the_files_are_named_for_what_they_hold(filled, tmp_path):
    paths = write_quarterly(filled, REQUEST, ["html", "docx"], tmp_path / "new" / "folder").paths
    assert [path.name for path in paths] == ["quarterly-2026Q3.html", "quarterly-2026Q3.docx"]
    (path,) = write_quarterly(filled, replace(REQUEST, organization="who"), ["html"], tmp_path).paths
    assert path.name == "quarterly-2026Q3-WHO.html"


def test_the_same_request_gives_the_same_bytes_whatever_is_written_later(filled, tmp_path):
    wanted = replace(REQUEST, known_at=at(10, 1))
    first = write_quarterly(filled, wanted, list(WRITERS), tmp_path / "first").paths
    b.move(filled, "501/R1", "FAO", to=Acceptance.ACCEPTED, on=date(2026, 8, 1), now=at(10, 2))
    later = replace(wanted, today=date(2029, 1, 1), now=datetime(2029, 1, 1, tzinfo=UTC))
    assert sums(write_quarterly(filled, later, list(WRITERS), tmp_path / "second").paths) == sums(first)
    now = write_quarterly(filled, REQUEST, list(WRITERS), tmp_path / "third").paths
    assert all(old != new for old, new in zip(sums(first), sums(now), strict=True))


def test_what_fails_half_way_leaves_the_folder_as_it_was(filled, tmp_path, monkeypatch):
    write_quarterly(filled, REQUEST, ["html", "docx"], tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()}
    write = AtomicFile.write

    def full(draft, chunks):
        if "docx" in draft.path.name:
            draft.path.write_bytes(b"half")
            raise OSError(28, "No space left on device")
        write(draft, chunks)

    monkeypatch.setattr(AtomicFile, "write", full)
    with pytest.raises(WorldError, match="cannot be written: no space left on device") as failed:
        write_quarterly(filled, replace(REQUEST, office="Other"), ["html", "docx"], tmp_path)
    assert "nothing was left there" in str(failed.value)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()} == before


def test_a_folder_that_cannot_be_written_is_a_sentence(filled, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(WorldError, match="cannot be written"):
        write_quarterly(filled, REQUEST, ["html"], tmp_path / "file")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_folder_is_a_sentence(filled, tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(WorldError, match="permission denied"):
        write_quarterly(filled, REQUEST, ["html"], tmp_path)


def test_an_unknown_format_is_refused_before_anything_is_read(filled, tmp_path):
    with pytest.raises(BadDataError, match="“dcx” is not a format of reports"):
        write_quarterly(filled, REQUEST, ["html", "dcx"], tmp_path)
    assert not list(tmp_path.glob("quarterly*"))


def test_an_unknown_organization_is_refused(filled):
    with pytest.raises(UnknownNameError):
        compute(filled, replace(REQUEST, organization="XYZ"))


def test_a_quarter_to_come_is_refused(filled):
    with pytest.raises(BadDataError, match="2027Q1 has not begun yet"):
        compute(filled, replace(REQUEST, quarter=Quarter(2027, 1)))


def test_an_organization_that_joined_late_or_has_no_rows_gets_a_report(filled, tmp_path):
    b.organizations(filled, "NEW")
    (path,) = write_quarterly(filled, replace(REQUEST, organization="NEW"), ["html"], tmp_path).paths
    assert "held no recommendation addressed to The NEW organization" in path.read_text()


def test_the_office_signs_and_its_templates_come_first(filled, tmp_path):
    own = tmp_path / "templates"
    own.mkdir()
    (own / "report.css").write_text("/* ours */")
    (path,) = write_quarterly(filled, replace(REQUEST, templates=own), ["html"], tmp_path).paths
    page = path.read_text()
    assert "/* ours */" in page
    assert "Office of Oversight" in page
    assert "A. Officer" in page


def test_what_stands_otherwise_since_the_day_of_a_report_is_counted(register):
    b.organizations(register, "WHO", "FAO")
    b.report(register)
    july, october = datetime(2026, 7, 1, tzinfo=UTC), datetime(2026, 10, 1, tzinfo=UTC)
    request = Request(Quarter(2026, 3), b.TODAY, b.NOW)
    b.move(register, "501/R1", "WHO", to=Acceptance.ACCEPTED, on=july.date(), now=july)
    assert moved_after(register, request) == 0
    b.move(register, "501/R1", "WHO", due=date(2027, 6, 30), on=october.date(), now=october)
    b.move(register, "501/R2", "FAO", to=Acceptance.ACCEPTED, on=october.date(), now=october)
    assert moved_after(register, request) == 2
    assert moved_after(register, replace(request, organization="FAO")) == 1
    assert moved_after(register, replace(request, known_at=july)) == 0
    b.move(register, "501/R2", "FAO", to=Acceptance.ACCEPTED, on=date(2026, 9, 30), now=october)
    assert moved_after(register, request) == 1
