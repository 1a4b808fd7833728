"""The page: whole, escaped, without a request, the same every time."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from report_rows import figures_of

from tracker.errors import BadDataError
from tracker.reports.contents import compose
from tracker.reports.html import html_chunks
from tracker.reports.template_files import Templates

VOID = {"meta", "link", "br", "img", "input", "col", "hr"}


class Outline(HTMLParser):
    """Checks that what is opened is closed; gathers headings, tables and whatever would be fetched."""

    def __init__(self, page):
        super().__init__()
        self.open, self.headings, self.fetched, self.tags = [], [], [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        given = dict(attrs)
        self.fetched += [given[name] for name in ("src", "srcset", "data", "action") if given.get(name)]
        if tag == "link" or (given.get("href") or "#")[0] != "#":
            self.fetched.append(given.get("href"))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, _):
        self.tags.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] in ("h1", "h2", "h3"):
            self.headings.append((self.open[-1], data))


def page(document, templates):
    return b"".join(html_chunks(document, templates)).decode()


def test_the_page_is_well_formed_and_fetches_nothing(document, templates):
    html = page(document, templates)
    outline = Outline(html)
    assert outline.open == []
    assert outline.fetched == []
    assert not re.search(r"@import|url\((?!#)", html)


def test_headings_go_down_by_one(document, templates):
    levels = [int(tag[1]) for tag, _ in Outline(page(document, templates)).headings]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_what_the_register_holds_is_escaped(document, templates):
    html = page(document, templates)
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "Aviation &lt;Standards&gt; &amp; Co" in html


def test_every_row_stands_in_the_annex_under_its_recommendation(document, templates):
    html = page(document, templates)
    annex = html[html.index('<section id="annex"') :]
    assert annex.count('class="band"') == 3
    assert annex.count("<tbody>") == 3
    assert annex.count("<tr>") == 9 + 1


def test_rates_never_stand_without_their_fraction(document, templates):
    for cell in re.findall(r"<td[^>]*>\d+\.\d%.*?</td>", page(document, templates)):
        if "of" not in cell:  # mean and median are no fractions
            assert re.search(r">\d+\.\d%</td>", cell)
    assert re.search(r"44\.4%<small[^>]*>4 of 9<", page(document, templates))


def test_every_chart_says_in_words_what_it_shows(document, templates):
    html = page(document, templates)
    pictures = re.findall(r"<svg.*?</svg>", html, re.DOTALL)
    assert len(pictures) == 6
    for picture in pictures:
        assert 'role="img"' in picture
        assert re.search(r"<title [^>]*>[^<]+</title>\s*<desc [^>]*>[^<]+</desc>", picture)
        assert 'fill="#ffffff"' in picture


def test_names_in_other_scripts_find_their_own_direction(document, templates):
    assert re.search(r'<small dir="auto">الاتحاد', page(document, templates))


def test_the_same_document_gives_the_same_page(figures, templates):
    first = page(compose(figures, templates), templates)
    assert first == page(compose(figures, templates), templates)
    assert "05/10/2026" not in first


def test_no_rows_give_a_page_that_says_so(empty_document, templates):
    html = page(empty_document, templates)
    assert "the register held no recommendation" in html
    assert html.count("n/a") >= 3
    assert 'id="annex"' not in html


def test_a_report_on_one_organization_compares_it_with_all(for_one, templates):
    html = page(for_one, templates)
    assert "against 44.4 per cent (4 of 9) for all organizations together" in html
    assert "All organizations: 44.4%" in html


def test_an_office_overrides_a_template_and_gives_its_logo(document, templates, folder):
    folder.mkdir()
    (folder / "report.css").write_text("body { color: black; }")
    (folder / "logo.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    html = page(document, Templates((folder, *templates.folders)))
    assert "body { color: black; }" in html
    assert "--accent" not in html
    assert 'class="logo" src="data:image/svg+xml;base64,' in html


@pytest.mark.parametrize(
    "broken",
    [
        "{{ documnet.title }}",
        "{% for %}",
        "{% include 'nowhere.css' %}",
        "{{ 1 / 0 }}",
        "{{ document.title.upper(5) }}",
        "{{ document.tables | sum(attribute='length') + 'x' }}",
        "{{ document | no_such_filter }}",
    ],
)
def test_a_broken_template_of_the_office_is_named_in_a_sentence(document, templates, folder, broken):
    folder.mkdir()
    (folder / "report.html").write_text(f"<p>\n{broken}")
    with pytest.raises(BadDataError, match=r"report\.html, line 2: the template cannot be used") as refused:
        page(document, Templates((folder, *templates.folders)))
    assert "Correct it" in str(refused.value)
    assert ".." not in refused.value.what


def test_a_template_that_is_no_text_or_no_file_is_a_sentence(document, templates, folder):
    folder.mkdir()
    (folder / "report.css").write_bytes("/* Büro */".encode("latin-1"))
    with pytest.raises(BadDataError, match=r"report\.css: this is not UTF-8\."):
        page(document, Templates((folder, *templates.folders)))
    (folder / "report.css").unlink()
    (folder / "report.html").mkdir()
    with pytest.raises(BadDataError, match=r"report\.html: this is a folder"):
        page(document, Templates((folder, *templates.folders)))


def test_a_mistake_of_the_program_is_not_put_down_to_a_template(document, templates, folder):
    folder.mkdir()
    (folder / "report.css").write_text("p { color: red }")
    with pytest.raises(TypeError):
        Templates((folder, *templates.folders)).text("report.html", document=replace(document, tables=5), logo=None)


@pytest.mark.slow
def test_five_thousand_rows_come_piece_by_piece(many_rows, templates):
    sizes = [len(chunk) for chunk in html_chunks(compose(figures_of(many_rows), templates), templates)]
    assert len(sizes) > 100
    assert max(sizes) < 100_000
