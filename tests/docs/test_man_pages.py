"""docs/man holds what --help says."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tracker.commands import COMMANDS

generate = pytest.importorskip("docs.generate_man", reason="the folder docs is not here")
FOLDER = Path(__file__).parents[2] / "docs" / "man"
PAGES = generate.man_pages()


def test_the_pages_are_up_to_date():
    kept = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.1")}
    assert kept == PAGES, "write them again with: make docs"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_of_the_help_is_in_the_page(run, name):
    page = PAGES[f"tracker-{name}.1"].replace("\\-", "-")
    shown = run(name, "--help").stdout
    assert [option for option in re.findall(r"^  (--[a-z-]+)", shown, re.MULTILINE) if option not in page] == []


def test_every_sub_command_has_its_section():
    assert ".SS tracker remind send\n" in PAGES["tracker-remind.1"]
    assert ".SS tracker org alias add\n" in PAGES["tracker-org.1"]


@pytest.mark.parametrize("name", sorted(PAGES))
@pytest.mark.skipif(shutil.which("groff") is None, reason="groff is not here")
def test_groff_takes_the_page_without_a_warning(name):
    done = subprocess.run(
        ["groff", "-man", "-ww", "-Tutf8", "-Kutf8", "-z", "-rLL=78n"],
        input=PAGES[name].encode(),
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stderr.decode()) == (0, "")


def test_no_text_is_taken_as_a_request():
    assert generate._text(".TH is text") == "\\&.TH is text"
    assert generate._text("'quoted' a\\b") == "\\&'quoted' a\\eb"
