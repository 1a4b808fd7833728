"""docs/json.md names exactly the keys that the commands give; what gives rows gives them in every form."""

import csv
import io
import json
import re
import zipfile
from email.message import EmailMessage
from pathlib import Path

import builders as b
import pytest
import register_files
from command_table import called, commands, options
from filled_returns import fill

from tracker import clock
from tracker.domain.returns import Field
from tracker.domain.vocabulary import Acceptance
from tracker.store.mails import outbox

DOCUMENT = Path(__file__).parents[2] / "docs" / "json.md"
REF = "501/R1"


def documented():
    """Section → the paths of its keys, in the order of the document; not those that explain and have none."""
    sections = re.split(r"^## ", DOCUMENT.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    found = {part.partition("\n")[0]: re.findall(r"^\| `([^`]+)` \|", part, flags=re.MULTILINE) for part in sections}
    return {section: keys for section, keys in found.items() if keys}


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
HEAD = ["officer", "add", "WHO", "--post", "executive-head", "--name", "Bo", "--email", "bo@example.org"]
LINK = ["link", "add", REF, "waits-for", "501/R2"]
DONE = ["update", REF, "WHO", "--to", "implemented", "--note", "done", "--worked", "early words"]
EDITION = ["report", "quarterly", "--publish", "--format", "json"]
TAKE_IN = ["import", "REGISTER", "--as", "register", "--mapping", "mapping.toml", "--keep-going"]
RETURN = ["return", "make", "WHO", "--out", "who.xlsx"]
BEFORE = {
    "db restore": [["db", "backup", "backup.zip"]],
    "import FILLED": [RETURN],
    "import WHOLE": [["export", "--out", "whole.json"]],
    "extend list": [["extend", "request", REF, "WHO", "--to", "2099-01", "--note", "later"]],
    "lesson": [["update", REF, "WHO", "--to", "in-progress"], DONE],
    "link list": [LINK],
    "link remove": [LINK],
    "view drop": [["view", "save", "late", "--overdue"]],
    "officer edit": [OFFICER],
    "officer end": [OFFICER],
    "officer list": [OFFICER],
    "org alias": [["org", "alias", "add", "WHO", "The WHO"]],
    "org show": [OFFICER],
    "reconcile REGISTER": [TAKE_IN],
    "remind ladder": [HEAD],
    "remind log": [["remind", "send", "--yes"]],
    "report list": [EDITION],
    "report verify": [EDITION],
    "return drop": [RETURN, ["return", "fetch", "MAILS"]],
    "return fetch": [RETURN],
    "return list": [RETURN, ["return", "fetch", "MAILS"]],
    "return read": [RETURN],
    "return show": [RETURN, ["return", "fetch", "MAILS"]],
    "return release": [RETURN, ["return", "fetch", "MAILS"]],
    "view list": [["view", "save", "late", "--overdue"]],
}
"""What has to be done so that an answer is not empty."""

ANSWERS = """UNITED NATIONS

A/HRC/50/1

Report of the Working Group on Invention

115. The following recommendations will be examined by Inventia:

115.1 Make more inventions (Mesonia);

115.2 Share the inventions made (Novaria).
"""
"""A report with two numbered recommendations."""
ADDENDUM = """UNITED NATIONS

A/HRC/50/1/Add.1

Views on conclusions and recommendations presented by Inventia

1. Inventia accepts recommendation 115.1.

2. Inventia notes recommendations 115.2 and 115.3.
"""
"""Answers to them, one of which answers nothing."""


def list_of_organizations(folder):
    return register_files.write(folder, "list.csv", "code,name\nILO,Labour\n")


def note(_folder):
    return Path(__file__).parents[2] / "tracker" / "sample" / "A_74_9907_Add.1.txt"


def register(folder):
    register_files.mapping(folder)
    rows = [*register_files.ROWS, "004/25,WTA,RPT-1,yesterday,Open,,Lock the gates.,"]
    return register_files.write(folder, "register.csv", register_files.csv_text(*rows))


def filled_return(folder):
    path = folder / "who.xlsx"
    said = {f"{b.SYMBOL}/R1": {Field.IMPLEMENTATION: "In progress", Field.NOTE: "We have begun."}}
    path.write_bytes(fill(path.read_bytes(), said))
    return path


def mails(folder):
    """A folder with one mail from a stranger, which brings a return."""
    message = EmailMessage()
    message["From"], message["Subject"], message["Message-ID"] = "x@example.com", "answers", "<1@example.com>"
    content = (folder / "who.xlsx").read_bytes()
    message.add_attachment(content, maintype="application", subtype="x", filename="who.xlsx")
    return register_files.write(folder, "mail.eml", message.as_bytes()).parent


def answers(folder):
    return register_files.write(folder, "answers.txt", ANSWERS)


def addendum(folder):
    return register_files.write(folder, "addendum.txt", ADDENDUM)


def issued_report(folder):
    guide = (Path(__file__).parents[2] / "docs" / "guide" / "documents.md").read_text(encoding="utf-8")
    text = guide.partition("```text JIU_REP_2030_2.txt\n")[2].partition("```")[0]
    return register_files.write(folder, "JIU_REP_2030_2.txt", text)


FILES = {
    "ADDENDUM": addendum,
    "ANSWERS": answers,
    "FILLED": filled_return,
    "LIST": list_of_organizations,
    "MAILS": mails,
    "NOTE": note,
    "REGISTER": register,
    "REPORT": issued_report,
    "WHOLE": lambda folder: folder / "whole.json",
}
"""What a word in capitals stands for; made when it is asked for."""


@pytest.fixture
def filled(sqlite_register, run, tmp_path, monkeypatch):
    """A register in which every array that is documented has something in it."""
    monkeypatch.chdir(tmp_path)
    b.organizations(sqlite_register, "WHO", "FAO")
    b.report(sqlite_register)
    b.move(sqlite_register, REF, "WHO", to=Acceptance.ACCEPTED, due=b.TODAY)
    with sqlite_register.write() as session:
        # Queued just now: `tracker status` finds a mail that has waited for a day.
        outbox.put(
            session, key="k", recipient="ann@example.org", subject="s", message=b"Subject: s\n\n", now=clock.now()
        )
    sqlite_register.engine.dispose()  # a register that somebody has open is not replaced by a backup
    assert run("update", REF, "WHO", "--evidence", "https://example.org/1").exit_code == 0

    def do(words):
        done = run(*(str(FILES[word](tmp_path)) if word in FILES else word for word in words))
        assert done.exit_code in (0, 3), done.stderr
        return done

    done_before = []

    def answer(*words, read=json.loads):
        for before in BEFORE.get(words[0], BEFORE.get(" ".join(words[:2]), [])):
            if before not in done_before:
                do(before)
                done_before.append(before)
        if "WHOLE" in words:
            words = ["--database", str(tmp_path / "other.db"), *words]
            do([*words[:2], "init"])
        said = do(words).stdout
        if words == ("audit", "export"):
            return [json.loads(line) for line in said.splitlines()]
        return read(said)

    return answer


CASES = [
    ("A follow-up", ["list", "--org", "WHO", "--json"]),
    ("A follow-up", ["export", "--format", "json", "--org", "WHO"]),
    ("A recommendation", ["show", REF, "--json"]),
    ("A recommendation completed", ["document", "set", REF, "--impact", "a", "--json"]),
    ("A document", ["document", "list", "--json"]),
    ("A document", ["document", "edit", "501", "--title", "A better title", "--json"]),
    ("A link", [*LINK, "--json"]),
    ("A link", ["link", "list", "--json"]),
    ("A piece of evidence", ["evidence", REF, "WHO", "--json"]),
    ("A lesson", ["lesson", "--json"]),
    ("A view", ["view", "list", "--json"]),
    ("A line of history", ["history", REF, "WHO", "--json"]),
    ("An undecided request for an extension", ["extend", "list", "--json"]),
    ("A change", ["extend", "request", REF, "WHO", "--to", "2099-01", "--note", "later", "--json"]),
    ("An update", ["update", "--all", "--report", "501", "--to", "in-progress", "--keep-going", "--yes", "--json"]),
    ("A correction or an undo", ["undo", "--json"]),
    ("An import", ["import", "NOTE", "--symbol", "A/74/9907/Add.1", "--json"]),
    ("An import of a report", ["import", "REPORT", "--json"]),
    ("An import of a register", [*TAKE_IN, "--json"]),
    ("An import of answers", ["import", "ANSWERS", "ADDENDUM", "--as", "answers", "--org", "WHO", "--json"]),
    ("An import of an exported register", ["import", "WHOLE", "--as", "export", "--json"]),
    ("A whole register", ["export"]),
    ("A comparison", ["reconcile", "REGISTER", "--mapping", "mapping.toml", "--json"]),
    ("A return that was read", ["return", "read", "FILLED", "--yes", "--json"]),
    ("A return that was read", ["import", "FILLED", "--as", "return", "--json"]),
    ("A return that came in", ["return", "list", "--json"]),
    ("A return that came in", ["return", "release", "1", "--json"]),
    ("A return that came in", ["return", "drop", "1", "--note", "a stranger", "--json"]),
    ("Fetched emails", ["return", "fetch", "MAILS", "--json"]),
    ("A return that was made", [*RETURN, "--json"]),
    ("A backup", ["db", "backup", "backup.zip", "--json"]),
    ("An organization", ["org", "list", "--json"]),
    ("An organization", ["org", "add", "ILO", "--name", "Labour", "--json"]),
    ("An officer", ["officer", "list", "--json"]),
    ("An officer", [*OFFICER, "--json"]),
    ("An officer", ["officer", "edit", "1", "--name", "Anna", "--json"]),
    ("An officer", ["officer", "end", "1", "--json"]),
    ("An alias of an organization", ["org", "alias", "list", "--json"]),
    ("An import of organizations", ["org", "import", "LIST", "--json"]),
    ("Statistics", ["stats", "--json"]),
    ("The figures of a quarter", ["report", "quarterly", "--json"]),
    ("An edition", ["report", "list", "--json"]),
    ("An email", ["outbox", "list", "--json"]),
    ("A digest", ["remind", "preview", "--json"]),
    ("Digests that would be sent", ["remind", "send", "--dry-run", "--json"]),
    ("The policy of reminders", ["remind", "ladder", "--json"]),
    ("A future reminder", ["remind", "ladder", REF, "WHO", "--json"]),
    ("Digests that were sent", ["remind", "send", "--yes", "--json"]),
    ("A line of the ledger", ["remind", "log", "--json"]),
    ("The status of the program", ["status", "--json"]),
    ("A new or upgraded register", ["init", "--json"]),
    ("The chain of hashes", ["audit", "verify", "--json"]),
    ("A command in the journal", ["audit", "export"]),
    ("The state of the database", ["db", "check", "--json"]),
    ("A restored backup", ["db", "restore", "backup.zip", "--yes", "--json"]),
]


BESIDE = [(EDITION, {"files"}), (["report", "verify"], {"holds", "problems"})]
SMALL = [
    (["link", "remove", REF, "501/R2"], {"removed"}),
    (["org", "alias", "add", "WHO", "Health"], {"organization", "added"}),
    (["org", "alias", "drop", "The WHO"], {"organization", "name"}),
    (["view", "save", "late", "--overdue"], {"name", "filters", "sort"}),
    (["view", "drop", "late"], {"name"}),
]


@pytest.mark.parametrize(("section", "words"), CASES, ids=lambda value: value if isinstance(value, str) else value[0])
def test_the_document_names_the_keys_of_the_answer(filled, section, words):
    known = SECTIONS[section]
    content = filled(*words)
    assert content, "an empty answer shows no keys"
    found = {path.removeprefix("[].") for path in paths(content, {f"[].{name}" for name in known} | set(known))}
    assert found == set(known)


def listed(said):
    return csv.DictReader(io.StringIO(said))


LISTS = [words[:-1] for _, words in CASES if "--csv" in options(commands()[called(words)])]


@pytest.mark.parametrize("words", LISTS, ids=" ".join)
def test_rows_have_the_same_keys_in_every_form(filled, words):
    table = filled(*words, "--csv", read=listed)
    rows = list(table)
    assert rows
    whole = filled(*words, "--json")
    if isinstance(whole, list):
        assert table.fieldnames == list(whole[0])
        assert len(rows) == len(whole)
    if words[0] != "stats":  # where a template has what stands within another key by its own name
        line = "".join(f"{{{{ {key} }}}}|" for key in table.fieldnames) + "\\t"
        assert filled(*words, "--template", line, read=str).count("\t") == len(rows)


CHANGING = {("import",), ("outbox", "retry"), ("outbox", "drop")}
"""What answers with an array of what it changed."""
ELSEWHERE = {("export",), ("audit", "export")}
"""What writes a file in a form of its own."""
AS_ANOTHER = {
    ("correct",): "as undo",
    ("db", "upgrade"): "as init",
    ("demo",): "in tests/services/test_demonstration.py",
    ("extend", "grant"): "as extend request",
    ("extend", "refuse"): "as extend request",
    ("org", "edit"): "as org add",
    ("org", "show"): "one thing, below",
    ("outbox", "show"): "one thing, below",
    ("return", "show"): "one thing, below",
}
"""What has --json and is not run with the others: it answers as another does."""


@pytest.mark.parametrize("words", [words for _, words in CASES], ids=" ".join)
def test_what_answers_with_rows_has_every_form_for_scripts(filled, words):
    command = called(words)
    if isinstance(filled(*words), list) and command not in CHANGING | ELSEWHERE:
        assert {"--csv", "--template"} <= options(commands()[command])


def test_the_document_names_what_is_said_of_evidence_that_is_lacking(filled, tmp_path):
    letter = tmp_path / "letter.pdf"
    letter.write_text("signed")
    filled("update", REF, "WHO", "--evidence", str(letter), "--json")
    (kept,) = [item["path"] for item in filled("evidence", REF, "WHO", "--json") if item["path"]]
    filled("db", "backup", "whole.zip", "--json")
    with zipfile.ZipFile("whole.zip") as whole, zipfile.ZipFile("poor.zip", "w") as poor:
        for name in whole.namelist():
            if Path(name).name != Path(kept).name:
                poor.writestr(name, whole.read(name))
    (lack,) = filled("db", "restore", "poor.zip", "--yes", "--json")["lacking"]
    assert set(lack) == set(SECTIONS["Missing or altered evidence"])


def test_every_command_that_has_json_is_run_here():
    """A new list answers with an array here, and so cannot do without the other forms."""
    run = {called(words) for _, words in CASES} | {called(words) for words, _ in [*SMALL, *BESIDE]}
    told = {words for words, command in commands().items() if "--json" in options(command)}
    assert told - run - CHANGING == set(AS_ANOTHER)


def test_one_follow_up_has_what_stands_beside_it(filled):
    asked = ["extend", "request", REF, "WHO", "--to", "2099-01", "--note", "later"]
    for words in (LINK, asked, ["update", REF, "WHO", "--good-practice"]):
        filled(*words, "--json")
    known = [*SECTIONS["A follow-up"], *SECTIONS["A follow-up in full"]]
    assert paths(filled("show", REF, "WHO", "--json"), set(known)) == set(known)


def test_one_organization_has_its_officers_beside(filled):
    content = filled("org", "show", "WHO", "--json")
    assert set(content) == {*SECTIONS["An organization"], "officers"}
    assert set(content["officers"][0]) == set(SECTIONS["An officer"])


def test_what_came_in_has_its_words_beside(filled):
    content = filled("return", "show", "1", "--json")
    assert set(content) == {*SECTIONS["A return that came in"], "words"}
    assert content["words"] is None


def test_one_mail_has_more_beside(filled):
    known = (DOCUMENT.read_text(encoding="utf-8").partition("`tracker outbox show ID --json` adds")[2]).partition(".")[
        0
    ]
    content = filled("outbox", "show", "1", "--json")
    beside = {*re.findall(r"`(\w+)`", known)} - {"name", "value", "at", "state", "answer"}
    assert set(content) == {*SECTIONS["An email"]} | beside


@pytest.mark.parametrize(("words", "beside"), BESIDE)
def test_one_edition_has_more_beside(filled, words, beside):
    content = filled(*words, "--json")
    content = content[0] if isinstance(content, list) else content
    assert set(content) == {*SECTIONS["An edition"]} | beside
    promised = DOCUMENT.read_text(encoding="utf-8").partition("## An edition\n")[2].partition("| key")[0]
    assert all(f"`{key}`" in promised for key in beside)


@pytest.mark.parametrize(("words", "keys"), SMALL)
def test_a_small_answer_has_the_keys_that_the_text_names(filled, words, keys):
    assert set(filled(*words, "--json")) == keys
    assert all(f"`{key}`" in DOCUMENT.read_text(encoding="utf-8") for key in keys)


def test_every_section_is_held_against_an_answer():
    elsewhere = {"A demonstration"}  # tests/services/test_demonstration.py, which makes one anyway
    elsewhere |= {"A follow-up in full", "Missing or altered evidence"}  # above
    assert set(SECTIONS) == {section for section, _ in CASES} | elsewhere
