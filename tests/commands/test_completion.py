"""What the tab key proposes, asked as bash, zsh and fish ask."""

import os
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tracker.commands import app

PROGRAM = "import sys; sys.argv[0] = 'tracker'; from tracker.commands import main; main()"


def proposals(url, typed, shell="bash", **around):
    """The words that the shell would get for a line that ends at the cursor."""
    line = f"tracker --database {url} {typed}"
    words = line.split()
    place = len(words) - (not line.endswith(" "))
    asked = {
        "bash": {"COMP_WORDS": line, "COMP_CWORD": str(place)},
        "zsh": {"_TYPER_COMPLETE_ARGS": line},
        "fish": {"_TYPER_COMPLETE_ARGS": line, "_TYPER_COMPLETE_FISH_ACTION": "get-args"},
    }
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", PROGRAM],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "_TRACKER_COMPLETE": f"complete_{shell}", **asked[shell], **around},
    )
    assert "Traceback" not in done.stderr
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert not imported & {"sqlalchemy", "rich", "psycopg", "alembic"}
    assert "tracker.domain.rows" not in imported or not typed.startswith(("show ", "update ", "list "))
    return [word.partition("\t")[0] for word in done.stdout.splitlines() if word]


@pytest.fixture
def known(filled, sqlite_url):
    """Two reports that both have an R1, an edition, a view."""
    filled("org", "add", "UN-WOMEN", "--name", "Women [of the UN]")
    filled("document", "edit", "501", "--also", "JIU/REP/2025/7")
    filled("document", "set", "501/R1", "--impact", "c")
    filled("view", "save", "late", "--overdue")
    done = filled("report", "quarterly", "--publish", "--format", "json")
    assert done.exit_code == 0, done.stderr
    return sqlite_url


ACCEPTANCE = [
    "no-information", "under-consideration", "accepted", "partially-accepted", "not-accepted", "not-relevant"
]  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("show ", ["A/80/501/R1", "A/80/501/R2"]),
        ("show A/80", ["A/80/501/R1", "A/80/501/R2"]),
        ("show a/80", ["a/80/501/r1", "a/80/501/r2"]),
        ("show 501/R", ["501/R1", "501/R2"]),
        ("show 501/r2", ["501/r2"]),
        ("show R", ["R1", "R2"]),
        ("show 2025/7/", ["2025/7/R1", "2025/7/R2"]),
        ("show add.1/", ["add.1/r1", "add.1/r2"]),
        ("show %", []),
        ("show 501/R1 w", ["who"]),
        ("show 501/R1 U", ["UN-WOMEN"]),
        ("update R1 WHO --to par", ["partially-accepted"]),
        ("list --report ", ["A/80/501"]),
        ("list --report 50", ["501"]),
        ("list --acceptance ", ACCEPTANCE),
        ("list --status i", ["in-progress", "implemented"]),
        ("list --verification d", ["disputed"]),
        ("list --addressee ", ["executive-head", "legislative-body", "ceb-chair"]),
        ("list --sort ", ["ref", "org", "due", "recorded", "acceptance", "status"]),
        ("list --view ", ["late"]),
        ("update --all --view l", ["late"]),
        ("view drop ", ["late"]),
        ("stats --by ", ["org", "report", "year", "impact", "addressee"]),
        ("export --format ", ["json", "csv", "xlsx"]),
        ("report quarterly --format html,", ["html,docx", "html,pdf", "html,xlsx", "html,md", "html,json"]),
        ("org show w", ["who"]),
        ("officer add WHO --post s", ["secretary"]),
        ("link add R1 w", ["waits-for"]),
        ("list --status IN", ["IN-progress"]),
        ("list --view LA", ["LAte"]),
        ("list --year ", ["2025"]),
        ("list --impact ", ["c"]),
        ("import --as R", ["Register", "Return"]),
        ("import --list m", ["missing"]),
        ("import --org w", ["who"]),
        ("import --report 50", ["501"]),
    ],
)
def test_what_is_legal_is_proposed_and_begins_as_typed(known, typed, wanted):
    assert proposals(known, typed) == wanted


@pytest.mark.parametrize("command", ["verify", "files"])
def test_editions_are_proposed_by_name(known, command):
    (name,) = proposals(known, f"report {command} ")
    assert name.endswith("/1")
    assert proposals(known, f"report {command} {name[:5]}") == [name]


def test_a_tail_of_two_recommendations_is_none(filled, sqlite_url, tmp_path):
    note = Path(__file__).parent / "note.txt"
    other = tmp_path / "A_80_502_Add.1.txt"
    other.write_text(note.read_text(encoding="utf-8").replace("A/80/501", "A/80/502"), encoding="utf-8")
    assert filled("import", str(other)).exit_code == 0
    assert proposals(sqlite_url, "show R") == []
    assert proposals(sqlite_url, "show 50") == ["501/R1", "501/R2", "502/R1", "502/R2"]


def test_what_all_proposals_begin_with_is_so_of_all_there_is(filled, sqlite_url):
    """Shells type it; the first two hundred of these go on with 1."""
    with closing(sqlite3.connect(sqlite_url)) as connection, connection:
        numbers = [*range(1000, 1250), 2000]
        connection.executemany(
            "INSERT INTO report (id, title, asks_verification) VALUES (?, 'Thing', 0)", [(n,) for n in numbers]
        )
        symbols = [(n, f"JIU/REP/{n}", f"JIU/REP/{n}") for n in numbers]
        connection.executemany("INSERT INTO symbol (report_id, symbol, folded, role) VALUES (?, ?, ?, 'main')", symbols)
        columns = "id, report_id, number, position, text"
        rows = [*((n, n, "1", 1, "Do it.") for n in numbers), (3000, 2000, "77", 2, "Do more.")]
        connection.executemany(f"INSERT INTO recommendation ({columns}) VALUES (?, ?, ?, ?, ?)", rows)
    for typed, common in (
        ("show J", "JIU/REP/"),
        ("show rep/", "rep/"),
        ("show 1", "1"),
        ("show r", "r"),
        ("show re", "rep/"),
        ("list --report JIU/REP/", "JIU/REP/"),
    ):
        found = proposals(sqlite_url, typed)
        assert len(found) <= 200
        assert all(proposal.startswith(common) for proposal in found)
        assert len({proposal[len(common) : len(common) + 1] for proposal in found}) > 1, "and with no letter more"
    assert proposals(sqlite_url, "show 1249/") == ["1249/R1"]
    assert proposals(sqlite_url, "show r7") == ["r77"]
    assert proposals(sqlite_url, "show ")[-1] == "JIU/REP/2000/R77", "the last is among what is shown of many"


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_other_shells_get_the_words_with_what_they_stand_for(known, shell):
    shown = "\n".join(proposals(known, "show 501/R1 U", shell))
    assert "UN-WOMEN" in shown


def test_brackets_in_a_name_stay(known):
    line = f"tracker --database {known} show 501/R1 U"
    around = {"_TRACKER_COMPLETE": "complete_zsh", "_TYPER_COMPLETE_ARGS": line}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True, env={**os.environ, **around}
    )
    assert "Women [of the UN]" in done.stdout


@pytest.mark.parametrize("content", [None, b"no database"])
def test_what_cannot_be_read_proposes_nothing(tmp_path, content):
    place = tmp_path / "other.db"
    if content is not None:
        place.write_bytes(content)
    assert proposals(place, "show ") == []
    assert place.exists() is (content is not None), "looking makes no file"


def test_the_last_quarters_are_proposed(known):
    quarters = proposals(known, "report quarterly ")
    assert len(quarters) == 9
    assert proposals(known, f"report quarterly {quarters[1][:5]}") == [
        quarter for quarter in quarters if quarter.startswith(quarters[1][:5])
    ]


JOINED = [
    ("list --org=U", ["--org=UN-WOMEN"]),
    ("list --org=", ["--org=UN-WOMEN", "--org=WHO"]),
    ("list --status=im --org=w", ["--org=who"]),
    ("list --org WHO", ["WHO"]),
]
"""In zsh and fish the option and its value are one word."""


@pytest.mark.parametrize(("typed", "wanted"), JOINED)
@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_what_is_joined_to_an_option_is_proposed_with_it(known, shell, typed, wanted):
    words = " ".join(proposals(known, typed, shell))
    found = re.findall(r'"(\S+?)":', words) if shell == "zsh" else words.split()
    assert found == wanted


@pytest.mark.skipif(shutil.which("fish") is None, reason="no fish here")
@pytest.mark.parametrize(("typed", "wanted"), JOINED)
def test_in_fish_an_option_and_its_value_may_be_one_word(known, tmp_path, typed, wanted):
    program = tmp_path / "tracker"
    program.write_text(f"#!{sys.executable}\n{PROGRAM}\n")
    program.chmod(0o755)
    around = {"TRACKER_DATABASE_URL": known, "PATH": f"{tmp_path}:{os.environ['PATH']}", "HOME": str(tmp_path)}
    script = f"tracker --show-completion fish | source; complete -C 'tracker {typed}'"
    asked = subprocess.run(
        ["fish", "--no-config", "-c", script], capture_output=True, text=True, check=True, env={**os.environ, **around}
    )
    assert [line.partition("\t")[0] for line in asked.stdout.splitlines()] == wanted


@pytest.mark.skipif(shutil.which("bash") is None, reason="no bash here")
@pytest.mark.parametrize(
    ("typed", "wanted"),
    [("list --org=U", "UN-WOMEN"), ("list --org=", "UN-WOMEN WHO"), ("list --status=im --org w", "who")],
)
def test_in_bash_an_option_and_its_value_may_be_one_word(known, tmp_path, typed, wanted):
    """Words as bash parts them, of which the equals sign is one."""
    program = tmp_path / "tracker"
    program.write_text(f"#!{sys.executable}\n{PROGRAM}\n")
    program.chmod(0o755)
    words = typed.replace("=", " = ").split()
    script = f"""
        eval "$(tracker --show-completion bash)"
        COMP_WORDS=(tracker {" ".join(words)}); COMP_CWORD={len(words)}
        _tracker_completion tracker; echo "${{COMPREPLY[*]}}"
    """
    around = {"TRACKER_DATABASE_URL": known, "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    asked = subprocess.run(
        ["bash", "--norc", "-c", script], capture_output=True, text=True, check=True, env={**os.environ, **around}
    )
    assert sorted(asked.stdout.split()) == wanted.split()


@pytest.mark.parametrize(
    ("shell", "holds"), [("bash", "COMP_WORDS"), ("zsh", "#compdef tracker"), ("fish", "complete")]
)
def test_the_script_of_the_shell_that_is_named(shell, holds):
    done = CliRunner().invoke(app, ["--show-completion", shell], prog_name="tracker")
    assert done.exit_code == 0
    assert holds in done.stdout.partition("\n}")[0]


@pytest.mark.skipif(shutil.which("zsh") is None, reason="zsh is not installed here")
def test_the_first_tab_of_a_zsh_completes_already(tmp_path):
    written = CliRunner().invoke(app, ["--show-completion", "zsh"], prog_name="tracker").stdout
    (tmp_path / "_tracker").write_text(written, encoding="utf-8")
    (tmp_path / "tracker").write_text("#!/bin/sh\necho print proposed\n", encoding="utf-8")
    (tmp_path / "tracker").chmod(0o755)
    script = f"fpath=({tmp_path}); compdef() {{ : }}; autoload -Uz _tracker; words=(tracker ''); CURRENT=2; _tracker"
    around = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    asked = subprocess.run(["zsh", "-f", "-c", script], capture_output=True, text=True, check=True, env=around)
    assert (asked.stdout, asked.stderr) == ("proposed\n", "")


@pytest.mark.parametrize("called", ["python -m tracker", "cli.py"])
@pytest.mark.parametrize("words", [["--install-completion", "bash"], ["--install-completion"], ["--show-completion"]])
def test_no_script_is_written_for_a_program_that_has_no_name_of_its_own(called, words):
    """In the shell it would take the place of what completes `python`."""
    done = CliRunner().invoke(app, words, prog_name=called)
    assert (done.exit_code, done.stdout) == (2, "")
    assert f"this one was called as “{called}”" in done.stderr
    assert not list(Path.home().rglob("*tracker*"))
