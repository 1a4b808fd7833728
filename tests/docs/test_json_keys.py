"""docs/json.md names exactly the keys that the commands give."""

import json
import re
from pathlib import Path

import builders as b
import pytest

from tracker.domain.vocabulary import Acceptance
from tracker.store import outbox

DOCUMENT = Path(__file__).parents[2] / "docs" / "json.md"
REF = "501/R1"


def documented():
    """Section → the paths of its keys, in the order of the document."""
    sections = re.split(r"^## ", DOCUMENT.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    return {part.partition("\n")[0]: re.findall(r"^\| `([^`]+)` \|", part, flags=re.MULTILINE) for part in sections}


SECTIONS = documented()


def paths(content, known, before=""):
    """Every path of keys in the answer; not further down than the document goes."""
    if isinstance(content, list):
        return {path for item in content for path in paths(item, known, f"{before}[]")}
    if not isinstance(content, dict):
        return set()
    found = set()
    for key, value in content.items():
        path = f"{before}.{key}" if before else key
        found.add(path)
        if any(name.startswith((f"{path}.", f"{path}[")) for name in known):
            found |= paths(value, known, path)
    return found


OFFICER = ["officer", "add", "WHO", "--post", "focal-point", "--name", "Ann", "--email", "ann@example.org"]
BEFORE = {"officer": {"list": [OFFICER]}, "org": {"show": [OFFICER]}, "remind": {"log": [["remind", "send", "--yes"]]}}
"""What has to be done so that an answer is not empty."""


@pytest.fixture
def filled(sqlite_register, run, tmp_path):
    """A register in which every array that is documented has something in it."""
    b.organizations(sqlite_register, "WHO", "FAO")
    b.report(sqlite_register)
    b.move(sqlite_register, REF, "WHO", to=Acceptance.ACCEPTED, due=b.TODAY)
    with sqlite_register.write() as session:
        outbox.put(session, key="k", recipient="ann@example.org", subject="s", message=b"Subject: s\n\n", now=b.NOW)
    listed = tmp_path / "list.csv"
    listed.write_text("code,name\nILO,Labour\n", encoding="utf-8")
    note = Path(__file__).parents[2] / "tracker" / "sample" / "A_74_9907_Add.1.txt"
    assert run("update", REF, "WHO", "--evidence", "https://example.org/1").exit_code == 0

    def answer(*words):
        words = [{"LIST": str(listed), "NOTE": str(note)}.get(word, word) for word in words]
        for before in BEFORE.get(words[0], {}).get(words[1], []):
            assert run(*before).exit_code == 0
        done = run(*words)
        assert done.exit_code in (0, 3), done.stderr
        return json.loads(done.stdout)

    return answer


CASES = [
    ("A follow-up", ["list", "--org", "WHO", "--json"]),
    ("A follow-up", ["export", "--format", "json", "--org", "WHO"]),
    ("A follow-up", ["show", REF, "WHO", "--json"]),
    ("A recommendation", ["show", REF, "--json"]),
    ("A line of history", ["history", REF, "WHO", "--json"]),
    ("A change", ["extend", "request", REF, "WHO", "--to", "2099-01", "--note", "later", "--json"]),
    ("An update", ["update", "--all", "--report", "501", "--to", "in-progress", "--keep-going", "--yes", "--json"]),
    ("What was taken back", ["undo", "--json"]),
    ("An import", ["import", "NOTE", "--symbol", "A/74/9907/Add.1", "--json"]),
    ("An organization", ["org", "list", "--json"]),
    ("An organization", ["org", "add", "ILO", "--name", "Labour", "--json"]),
    ("An officer", ["officer", "list", "--json"]),
    ("A list that was loaded", ["org", "import", "LIST", "--json"]),
    ("Statistics", ["stats", "--json"]),
    ("A mail", ["outbox", "list", "--json"]),
    ("A digest", ["remind", "preview", "--json"]),
    ("What was sent", ["remind", "send", "--yes", "--json"]),
    ("A line of the ledger", ["remind", "log", "--json"]),
    ("The state of everything", ["status", "--json"]),
    ("A register made", ["init", "--json"]),
    ("The chain of hashes", ["audit", "verify", "--json"]),
    ("The state of the database", ["db", "check", "--json"]),
]


@pytest.mark.parametrize(("section", "words"), CASES, ids=lambda value: value if isinstance(value, str) else value[0])
def test_the_document_names_the_keys_of_the_answer(filled, section, words):
    known = SECTIONS[section]
    content = filled(*words)
    assert content, "an empty answer shows no keys"
    found = {path.removeprefix("[].") for path in paths(content, {f"[].{name}" for name in known} | set(known))}
    assert found == set(known)


def test_one_organization_has_its_officers_beside(filled):
    content = filled("org", "show", "WHO", "--json")
    assert set(content) == {*SECTIONS["An organization"], "officers"}
    assert set(content["officers"][0]) == set(SECTIONS["An officer"])


def test_one_mail_has_more_beside(filled):
    known = (DOCUMENT.read_text(encoding="utf-8").partition("`tracker outbox show ID --json` adds")[2]).partition(".")[
        0
    ]
    content = filled("outbox", "show", "1", "--json")
    beside = {*re.findall(r"`(\w+)`", known)} - {"name", "value", "at", "state", "answer"}
    assert set(content) == {*SECTIONS["A mail"]} | beside


def test_every_section_is_held_against_an_answer():
    elsewhere = {"A demonstration"}  # tests/services/test_demonstration.py, which makes one anyway
    assert set(SECTIONS) == {section for section, _ in CASES} | elsewhere
