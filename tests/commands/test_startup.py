"""Starting is light: what a command may import, and that every command has a help that fits 80 columns."""

import json
import os
import re
import subprocess
import sys

import pytest

PROBE = """
import json, sys
from tracker.commands import app
try:
    app({words!r})
except SystemExit:
    pass
finally:
    print(json.dumps(sorted(sys.modules)), file=sys.stderr)
"""
WHOLE_STORE = """
import json, pkgutil, sys
from importlib import import_module
import tracker.store
for module in pkgutil.walk_packages(tracker.store.__path__, "tracker.store."):
    import_module(module.name)
print(json.dumps(sorted(sys.modules)))
"""
COLLECTED = """
import gc
from tracker.commands import process
process.spare_the_collector()
{then}
before = gc.get_stats()[0]["collections"]
kept = [[number] for number in range(300_000)]
print(gc.get_stats()[0]["collections"] - before)
"""
HEAVY = {
    "alembic",
    "apscheduler",
    "jinja2",
    "openpyxl",
    "xlsxwriter",
    "python_calamine",
    "docx",
    "docxtpl",
    "typst",
    "pydantic",
    "sqlalchemy.orm",
}


def modules(*words, columns="80"):
    done = subprocess.run(
        [sys.executable, "-c", PROBE.format(words=list(words))],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "COLUMNS": columns},
    )
    return set(json.loads(done.stderr.splitlines()[-1]))


@pytest.mark.parametrize(("then", "times"), [("", "0"), ("process.collect_sooner()", "1")], ids=["command", "run"])
def test_what_a_bulk_change_makes_is_looked_through_for_cycles_only_by_what_runs_for_months(then, times):
    code = COLLECTED.format(then=then)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == times


@pytest.mark.parametrize(
    "words",
    [
        ["--help"],
        ["--version"],
        ["update", "--help"],
        ["list", "--no-such-option"],
        ["update", "R1", "WHO", "--to", "x"],
        ["lst"],
    ],
)
def test_help_and_mistakes_import_neither_the_database_nor_anything_drawn(words):
    assert not modules(*words) & (HEAVY | {"sqlalchemy", "rich", "psycopg", "babel"})


@pytest.mark.parametrize(
    "words",
    [
        ["list"],
        ["list", "--json"],
        ["list", "--as-of", "2026-11-24", "recommendation"],
        ["show", "R1"],
        ["history", "R1"],
        ["update", "R1", "WHO", "--note", "x"],
        ["stats"],
        ["status"],
        ["outbox", "list"],
    ],
)
def test_everyday_commands_import_no_heavy_library(filled, sqlite_url, words):
    assert not modules("--database", sqlite_url, "--actor", "ana", *words) & (HEAVY | {"rich", "psycopg"})


@pytest.mark.parametrize("words", [["list"], ["show", "R1"], ["update", "R1", "WHO", "--note", "x"]])
def test_what_is_typed_all_day_loads_no_table_of_mails(filled, sqlite_url, words):
    assert "tracker.store.database.mail_tables" not in modules("--database", sqlite_url, "--actor", "ana", *words)


def test_no_part_of_the_store_brings_in_the_object_mapper():
    done = subprocess.run([sys.executable, "-c", WHOLE_STORE], capture_output=True, text=True, check=True)
    loaded = set(json.loads(done.stdout))
    assert {"tracker.store.mails.outbox", "tracker.store.database.dump"} <= loaded
    assert "sqlalchemy.orm" not in loaded


def commands():
    from typer.core import TyperGroup

    from tracker.commands import COMMANDS, LazyGroup

    group = LazyGroup(name="tracker")
    found = []
    for name in COMMANDS:
        try:
            command = group.get_command(None, name)
        except ModuleNotFoundError:  # still being built: test_every_command_is_there says so
            continue
        found.append([name])
        if isinstance(command, TyperGroup) and command.commands:
            found += [[name, sub] for sub in command.commands]
    return found


@pytest.mark.parametrize("words", commands(), ids=" ".join)
def test_every_command_explains_itself_within_80_columns(words, run, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("TERMINAL_WIDTH", "80")
    done = run(*words, "--help")
    assert done.exit_code == 0, done.output
    assert f"Usage: tracker {' '.join(words)}" in " ".join(done.stdout.split()) or "Usage:" in done.stdout
    purpose = done.stdout.split("\n\n")[1].strip()
    assert purpose
    assert not purpose.startswith("Options"), "a command says what it does"
    assert max(len(line) for line in done.stdout.splitlines()) <= 80
    assert [line for line in done.stdout.splitlines() if line.endswith("-")] == [], "a word is torn at its hyphen"
    assert "<str>" not in done.stdout


def test_every_command_is_there():
    from tracker.commands import COMMANDS, LazyGroup

    group = LazyGroup(name="tracker")
    for name in COMMANDS:
        assert group.get_command(None, name) is not None


def test_the_top_help_says_in_which_order_and_every_step_is_a_command(run):
    from tracker.commands import ROUND

    shown = " ".join(run("--help").stdout.split())
    for when, steps in ROUND:
        assert f"{when} {steps}" in shown
        for step in re.split(r"; |, or | and ", steps):
            words = re.sub(r",? by .*| [A-Z].*", "", step).split()
            assert run(*words, "--help").exit_code == 0, words


def test_the_top_help_names_every_command(run):
    from tracker.commands import COMMANDS

    shown = run("--help").stdout
    for name, (_, purpose) in COMMANDS.items():
        assert name in shown
        assert purpose.split()[0] in shown
