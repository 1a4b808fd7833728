"""Reports to draw: of a small register, of none, of one organization, of many rows."""

from dataclasses import replace
from pathlib import Path

import pytest
from report_rows import NAMES, make_figures, make_rows

from tracker import resources
from tracker.domain.rows import Organization
from tracker.reports.contents import compose
from tracker.reports.template_files import Templates


@pytest.fixture(scope="session")
def templates():
    return Templates((resources.templates() / "report",))


@pytest.fixture
def figures():
    return make_figures()


@pytest.fixture
def document(figures, templates):
    return compose(figures, templates)


@pytest.fixture
def empty_document(templates):
    return compose(make_figures(rows=()), templates)


@pytest.fixture
def for_one(templates):
    rows = tuple(row for row in make_rows() if row.organization == "AVI")
    one = make_figures(rows=rows, organization=Organization("AVI", NAMES["AVI"]))
    return compose(replace(one, organizations=()), templates)


@pytest.fixture
def many_rows():
    row = make_rows()[0]
    return tuple(replace(row, id=key, number=str(key // 10), organization=f"O{key % 10}") for key in range(5_000))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "office"
