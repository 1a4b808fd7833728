"""The dashboard: every link leads to a page, nothing leaves the folder, and a real browser can use it."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from posixpath import dirname, join, normpath

import builders as b
import pytest

from tracker.domain.journal import Entry
from tracker.domain.periods import Quarter
from tracker.domain.rows import Link
from tracker.domain.vocabulary import Acceptance, LinkKind, Topic, Voice
from tracker.errors import BadDataError, WorldError
from tracker.reports.site import Addresses, site_files
from tracker.services.reports.reporting import Request
from tracker.services.reports.site import write_site

REQUEST = Request(Quarter(2026, 3), today=b.TODAY, now=b.NOW, office="Office of Oversight")


@pytest.fixture
def files(figures, templates):
    entry = Entry(
        1, 1, 1, Topic.ACCEPTANCE, "no-information", "accepted", date(2026, 8, 3), b.NOW, "officer",
        Voice.ORGANIZATION, "<i>by letter</i>", None,
    )  # fmt: skip
    taken_back = replace(entry, id=2, topic=Topic.VOID, source="acceptance", voids=1, note="wrong row")
    return dict(site_files(figures, {0: [entry, taken_back]}, templates))


def test_every_link_leads_to_a_page_of_the_folder(files):
    for name, content in files.items():
        if not name.endswith(".html"):
            continue
        for address in re.findall(r'(?:href|src)="([^"#]+)', content.decode()):
            assert "://" not in address
            assert normpath(join(dirname(name), address)) in files, f"{name} leads to {address}"
        assert "@import" not in files["site.css"].decode()


def test_there_is_a_page_for_everything(files):
    pages = {name.split("/")[0] for name in files if name.endswith(".html")}
    assert pages == {"index.html", "organizations", "reports", "recommendations"}
    assert {"organizations/AVI.html", "reports/A-80-501.html", "recommendations/A-80-501-R1.html"} <= set(files)


def test_the_history_of_a_recommendation_shows_what_was_taken_back(files):
    page = files["recommendations/A-80-501-R1.html"].decode()
    assert "Acceptance: no information → accepted" in page
    assert "taken back later" in page
    assert "Correction: acceptance taken back" in page
    assert "&lt;i&gt;by letter&lt;/i&gt;" in page


def test_addresses_are_never_the_same_twice():
    places = Addresses()
    names = ["A/1", "A-1", "a/1", "Ж", "Ц", "../../etc"]
    found = [places.of("reports", name) for name in names]
    assert len({address.lower() for address in found}) == len(names)
    assert all(re.fullmatch(r"reports/[A-Za-z0-9-]+\.html", address) for address in found)
    assert [places.of("reports", name) for name in names] == found


@pytest.fixture
def filled(sqlite_register):
    codes = [f"O{n:02}" for n in range(12)]
    b.organizations(sqlite_register, *codes)
    b.report(sqlite_register, now=datetime(2026, 1, 5, tzinfo=UTC))
    b.move(sqlite_register, "501/R1", "O01", to=Acceptance.ACCEPTED, on=date(2026, 8, 1))
    return sqlite_register


def test_a_site_replaces_a_site_and_nothing_else(filled, tmp_path):
    out = tmp_path / "site"
    number = write_site(filled, REQUEST, out)
    assert number == len([path for path in out.rglob("*") if path.is_file()])
    (out / "stale.html").write_text("")
    write_site(filled, REQUEST, out)
    assert not (out / "stale.html").exists()
    assert sorted(path.name for path in tmp_path.iterdir() if path.name.startswith(".")) == []
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "one.txt").write_text("dear")
    with pytest.raises(BadDataError, match="the folder is not empty, and is not a site"):
        write_site(filled, REQUEST, tmp_path / "letters")
    assert (tmp_path / "letters" / "one.txt").exists()


def test_a_place_that_cannot_be_written_is_a_sentence(filled, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(WorldError, match="the site cannot be written"):
        write_site(filled, REQUEST, tmp_path / "file" / "below")


def _wait_for(browser, script):
    for _ in range(100):
        if browser.run(script):
            return
        browser.run("new Promise(done => setTimeout(done, 50))")
    raise AssertionError(script)


@pytest.mark.slow
def test_a_browser_clicks_through_the_site_and_filters(filled, tmp_path, browser):
    write_site(filled, REQUEST, tmp_path / "site")
    browser.go((tmp_path / "site" / "index.html").as_uri())
    browser.click("nav.top li:nth-child(4) a")
    _wait_for(browser, "document.title.startsWith('Recommendations')")
    browser.settle()
    browser.click("td a")
    _wait_for(browser, "document.querySelector('h1').textContent === 'A/80/501/R1'")
    browser.settle()
    assert browser.run("document.querySelector('output').textContent") == "12 of 12 rows"
    browser.click("form.filter input")
    browser.ask("Input.insertText", text="o01 accepted")
    assert browser.run("document.querySelector('output').textContent") == "1 of 12 rows"
    shown = "[...document.querySelectorAll('#table-1 tbody tr')].filter(row => row.checkVisibility()).length"
    assert browser.run(shown) == 1
    assert browser.run("performance.getEntriesByType('resource').every(item => item.name.startsWith('file:'))")
    assert browser.run("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.slow
def test_the_overview_finds_any_page_by_the_words_typed(filled, tmp_path, browser):
    write_site(filled, REQUEST, tmp_path / "site")
    browser.go((tmp_path / "site" / "index.html").as_uri())
    browser.click("form.search input")
    browser.ask("Input.insertText", text="thing numbered")
    assert browser.run("document.querySelector('form.search output').textContent") == "2 pages"
    browser.ask("Input.insertText", text=" 2")
    assert browser.run("document.querySelector('form.search li').textContent").startswith("A/80/501/R2 Executive heads")
    for kind in ("keyDown", "keyUp"):
        browser.ask("Input.dispatchKeyEvent", type=kind, key="Enter", code="Enter", text="\r", windowsVirtualKeyCode=13)
    _wait_for(browser, "document.querySelector('h1').textContent === 'A/80/501/R2'")


def test_a_page_shows_its_links_from_both_ends(figures, templates):
    link = Link("A/80/501/R2", LinkKind.WAITS_FOR, "A/80/501/R1", "first <things>", date(2026, 1, 2))
    files = dict(site_files(figures, {}, templates, links=[link]))
    waiting, awaited = (files[f"recommendations/A-80-501-R{number}.html"].decode() for number in (2, 1))
    assert re.search(r'Waits for</td>.*href="../recommendations/A-80-501-R1.html"', waiting)
    assert re.search(r'Is waited for by</td>.*href="../recommendations/A-80-501-R2.html"', awaited)
    assert "first &lt;things&gt;" in waiting
    assert "Links to other" not in files["recommendations/A-80-501-R3.html"].decode()


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_letter_stands_out_from_what_is_behind_it(scheme, filled, tmp_path, browser):
    write_site(filled, REQUEST, tmp_path / "site")
    for name in ("index.html", "organizations/index.html", "recommendations/A-80-501-R1.html"):
        browser.go((tmp_path / "site" / name).as_uri())
        assert browser.faint(scheme) == [], name
