"""What the documents promise is there: links lead somewhere, commands and options exist."""

import re
import shlex
from pathlib import Path

import pytest

from tracker.commands import COMMANDS

ROOT = Path(__file__).parents[2]
DOCUMENTS = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(document):
    targets = re.findall(r"\]\(([^)#]+)", document.read_text(encoding="utf-8"))
    missing = [target for target in targets if "://" not in target and not (document.parent / target).exists()]
    assert missing == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_to_a_heading_find_it(document):
    targets = re.findall(r"\]\(([^)#:]*)#([^)]+)\)", document.read_text(encoding="utf-8"))
    missing = [(name, heading) for name, heading in targets if heading not in headings_of(document, name)]
    assert missing == []


def headings_of(document, name):
    """The headings of a page, by the names that a link has for them."""
    page = document.parent / name if name else document
    found = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in found}


def promised():
    """Every command in a block of the README."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```(\w*)\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    lines = [line for language, block in blocks if not language for line in block.splitlines()]
    return [words for line in lines if (words := shlex.split(line, comments=True))[:1] == ["tracker"]]


@pytest.mark.parametrize("words", promised(), ids=" ".join)
def test_commands_of_the_readme_exist(run, words):
    assert words[1] in COMMANDS
    named = [words[1]]
    if COMMANDS[words[1]][0].endswith(":app"):
        named.append(words[2])
    shown = run(*named, "--help")
    assert shown.exit_code == 0, shown.stderr
    assert [word for word in words if word.startswith("--") and word not in shown.stdout] == []


def test_the_readme_has_its_eight_commands():
    assert len(promised()) == 8


def test_decisions_have_their_four_parts_and_one_page():
    decisions = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))
    assert [path.name[:4] for path in decisions] == [f"{number:04}" for number in range(1, len(decisions) + 1)]
    for path in decisions:
        text = path.read_text(encoding="utf-8")
        assert re.findall(r"^## (.*)$", text, re.MULTILINE) == ["Context", "Decision", "Consequences", "Alternatives"]
        assert text.startswith(f"# {path.name[:4]} ")
        assert len(text.splitlines()) <= 70, f"{path.name} is longer than a page"
