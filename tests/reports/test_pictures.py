"""The sample's pages look as they did when somebody last looked at them: tests/reports/pictures/page-*.png.

Made anew with `pytest tests/reports/test_pictures.py --snapshot-update`; look at them before committing.
"""

from pathlib import Path

import pytest
from pictures import pages_of, read_png, worst_difference, write_png
from report_rows import make_figures, make_rows

from tracker.reports.contents import compose
from tracker.reports.pdf import pdf_bytes

PICTURES = Path(__file__).parent / "pictures"
TOLERANCE = 40
"""In greys of a cell. A word more or less in a cell is about 30, a line of a table that moved is 60 and more."""


@pytest.fixture(scope="module")
def pages(templates):
    pytest.importorskip("typst", reason="the extra `pdf` is not installed")
    texts = ("Keep a register of what was decided.", "Request a report.", "Name one official who answers for it.")
    rows = make_rows(texts)
    return pages_of(pdf_bytes(compose(make_figures(rows), templates), templates))


def test_every_page_looks_as_it_was_approved(pages, request, tmp_path):
    if request.config.getoption("--snapshot-update"):
        for old in PICTURES.glob("*.png"):
            old.unlink()
        PICTURES.mkdir(exist_ok=True)
        for number, page in enumerate(pages, 1):
            write_png(PICTURES / f"page-{number}.png", page)
    approved = sorted(PICTURES.glob("page-*.png"), key=lambda path: int(path.stem.split("-")[1]))
    assert len(approved) == len(pages)
    for path, page in zip(approved, pages, strict=True):
        difference = worst_difference(read_png(path), page)
        if difference > TOLERANCE:
            write_png(tmp_path / path.name, page)
        assert difference <= TOLERANCE, f"{path.name} differs by {difference:.0f} greys; see {tmp_path / path.name}"


def test_a_table_that_moved_would_be_seen(pages):
    width, height, pixels = pages[0]
    moved = (width, height, b"\xff" * width * 8 + pixels[: -width * 8])
    assert worst_difference(pages[0], moved) > TOLERANCE
