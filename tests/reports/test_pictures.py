"""The sample's pages look as they did when somebody last looked at them: tests/reports/pictures/.

The PDF, the web page as it prints, as a desk and as a phone show it, and the first page of the dashboard. Made anew
with `pytest tests/reports/test_pictures.py --snapshot-update`; look at them before committing.
"""

from pathlib import Path

import pytest
from pictures import pages_of, read_png, worst_difference, write_png
from report_rows import END, KNOWN, make_figures, make_rows

from tracker.domain.figures.annual import annual
from tracker.reports.annual_paper import annual_document
from tracker.reports.contents import compose
from tracker.reports.html import html_chunks
from tracker.reports.pdf import pdf_bytes
from tracker.reports.site import site_files

PICTURES = Path(__file__).parent / "pictures"
TOLERANCE = 40
"""In greys of a cell. A word more or less in a cell is about 30, a line of a table that moved is 60 and more."""
A4 = {"width": 8.27, "height": 11.69}
DESK = {"width": 13.3, "height": 140, "media": "screen"}
PHONE = {"width": 4.06, "height": 190, "media": "screen"}  # 390 pixels of 96 an inch
TEXTS = ("Keep a register of what was decided.", "Request a report.", "Name one official who answers for it.")


@pytest.fixture(scope="module")
def sample(templates):
    figures = make_figures(make_rows(TEXTS))
    return figures, compose(figures, templates)


@pytest.fixture
def pdf_pages(sample, templates):
    pytest.importorskip("typst", reason="the extra `pdf` is not installed")
    return pages_of(pdf_bytes(sample[1], templates))


def with_our_fonts(page: str, templates) -> str:
    """The page in the fonts beside the templates, so that it looks the same on every machine."""
    regular, bold = (file.as_uri() for file in sorted(templates.font_files(), reverse=True))
    families = ("Helvetica Neue", "Georgia", "Liberation Sans")
    faces = "".join(
        f"@font-face {{ font-family: '{family}'; src: url('{file}'); font-weight: {weight}; }}"
        for family in families
        for file, weight in ((regular, "normal"), (bold, "bold"))
    )
    return page.replace("</head>", f"<style>{faces}</style></head>")


def unpaged(style: str) -> str:
    """Without the rules for paper, so that what a screen shows comes out as one long page."""
    return style.replace("@page", "@media no-paper")


@pytest.fixture
def shown(sample, templates, browser, tmp_path):
    """A function that shows the report's page on some paper."""
    page = with_our_fonts(b"".join(html_chunks(sample[1], templates)).decode(), templates)
    file = tmp_path / "report.html"

    def show(paper):
        file.write_text(page if paper is A4 else unpaged(page))
        browser.go(file.as_uri())
        return pages_of(browser.pages(**paper))

    return show


def compare(name, pages, request, tmp_path):
    if request.config.getoption("--snapshot-update"):
        PICTURES.mkdir(exist_ok=True)
        for old in PICTURES.glob(f"{name}-*.png"):
            old.unlink()
        for number, page in enumerate(pages, 1):
            write_png(PICTURES / f"{name}-{number}.png", page)
    approved = sorted(PICTURES.glob(f"{name}-*.png"), key=lambda path: int(path.stem.split("-")[1]))
    assert len(approved) == len(pages)
    for path, page in zip(approved, pages, strict=True):
        difference = worst_difference(read_png(path), page)
        if difference > TOLERANCE:
            write_png(tmp_path / path.name, page)
        assert difference <= TOLERANCE, f"{path.name} differs by {difference:.0f} greys; see {tmp_path / path.name}"


def test_every_page_of_the_pdf_looks_as_it_was_approved(pdf_pages, request, tmp_path):
    compare("pdf", pdf_pages, request, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "paper"), [("print", A4), ("desk", DESK), ("phone", PHONE)])
def test_the_web_page_looks_as_it_was_approved(name, paper, shown, request, tmp_path):
    compare(name, shown(paper), request, tmp_path)


@pytest.mark.slow
def test_the_dashboard_looks_as_it_was_approved(sample, templates, browser, request, tmp_path):
    for name, content in site_files(sample[0], {}, templates):
        file = tmp_path / "site" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(unpaged(content.decode()).encode() if file.suffix == ".css" else content)
    index = tmp_path / "site" / "index.html"
    index.write_text(with_our_fonts(index.read_text(), templates))
    browser.go(index.as_uri())
    compare("site", pages_of(browser.pages(**DESK)), request, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_letter_of_the_web_page_stands_out_from_what_is_behind_it(scheme, sample, templates, browser, tmp_path):
    file = tmp_path / "report.html"
    file.write_bytes(b"".join(html_chunks(sample[1], templates)))
    browser.go(file.as_uri())
    assert browser.faint(scheme) == []


RUN_TOGETHER = """
[...document.querySelectorAll("thead tr")].flatMap(row => {
  const words = [...row.cells].map(cell => {
    const range = document.createRange();
    range.selectNodeContents(cell);
    return [cell.textContent, range.getBoundingClientRect()];
  });
  return words.slice(1).filter(([, place], before) => place.left < words[before][1].right).map(([head]) => head);
})
"""


@pytest.mark.slow
@pytest.mark.parametrize("paper", ["the report", "the annual tables"])
def test_no_head_of_a_column_runs_into_the_one_before(paper, sample, templates, browser, tmp_path):
    rows = make_rows(TEXTS)
    document = sample[1] if paper == "the report" else annual_document(annual(rows, {}, (2020, 2020), END), "O", KNOWN)
    file = tmp_path / "paper.html"
    file.write_bytes(b"".join(html_chunks(document, templates)))
    browser.go(file.as_uri())
    assert browser.run("document.querySelectorAll('thead th').length") > 10
    assert browser.run(RUN_TOGETHER) == []


def test_a_table_that_moved_would_be_seen(pdf_pages):
    width, height, pixels = pdf_pages[0]
    moved = (width, height, b"\xff" * width * 8 + pixels[: -width * 8])
    assert worst_difference(pdf_pages[0], moved) > TOLERANCE
