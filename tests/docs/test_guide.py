"""Every command of the guide is run, in order, and prints what the guide says.

TRACKER_GUIDE=update writes the answers anew: `TRACKER_GUIDE=update pytest tests/docs/test_guide.py -p no:randomly`.
"""

import os
import re
import shutil
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine
from guide_pages import GUIDE, SAMPLE, File, fits, read_page, with_answers
from typer.testing import CliRunner

from tracker.commands import COMMANDS, app, review, review_answers
from tracker.commands.terminal import progress

UPDATE = os.environ.get("TRACKER_GUIDE") == "update"
PAGES = sorted(path.name for path in GUIDE.glob("*.md") if "```console" in path.read_text(encoding="utf-8"))
HOME = "/home/quist/register"
"""Where the folder of a page is, for the reader."""
POSTGRES = "postgresql://tracker@db.example.org/register"
SHOWN = "postgresql+psycopg://tracker@db.example.org/register"
"""How the program calls it."""


@pytest.fixture
def reader(monkeypatch):
    """The reader of the guide at a terminal of 96 columns, in UTC."""
    monkeypatch.setenv("COLUMNS", "96")
    monkeypatch.setenv("TZ", "UTC")
    monkeypatch.setenv("LOGNAME", "quist")
    monkeypatch.setattr("sys.argv", ["tracker"])
    for module in ("terminal.render", "stats", "listing", "history", "syntax.lines", "outbox", "remind"):
        monkeypatch.setattr(f"tracker.commands.{module}.is_terminal", lambda stream=None: stream is None)
    monkeypatch.setattr(progress, "_Lines", _NoLines)  # at a terminal there is a bar instead, and it goes again
    monkeypatch.setattr(review, "_read", _echoed(review._read))
    monkeypatch.setattr(review_answers, "read_line", _echoed(review_answers.read_line))
    time.tzset()
    yield monkeypatch
    monkeypatch.undo()
    time.tzset()


class _NoLines(progress._Lines):
    def begin(self, what):
        pass

    def __call__(self, done, total):
        pass


def _echoed(read):
    """What is typed is seen at a terminal."""

    def echoed(prompt):
        line = read(prompt)
        sys.stderr.write(f"{line}\n")
        return line

    return echoed


@pytest.fixture(scope="session")
def done():
    """What each page that was followed left and printed, by its name. The folder is short: answers name it."""
    folder = Path(tempfile.mkdtemp(prefix="guide-"))
    yield {"": (folder, [])}
    shutil.rmtree(folder)


def follow(page, folder, replaced=()):
    """Do what a page says in a folder; returns what each command printed."""
    printed = []
    for step in page.steps:
        if isinstance(step, File):
            (folder / step.name).parent.mkdir(parents=True, exist_ok=True)
            (folder / step.name).write_text(_with(step.content, replaced), encoding="utf-8")
            continue
        now = datetime.fromisoformat(step.clock).replace(tzinfo=UTC)
        typed = None if step.typed is None else "".join(f"{line.strip()}\n" for line in step.typed.split("|"))
        with time_machine.travel(now, tick=False):
            done = CliRunner().invoke(app, step.words, input=typed, prog_name="tracker")
        assert done.exit_code == step.status, f"{step.words}\n{done.output}"
        printed.append(_as_printed(done.output, folder))
    return printed


def _with(text, replaced):
    for before, after in replaced:
        text = text.replace(before, after)
    return text


def _as_printed(output, folder):
    """As the reader has it: the reader's own folder and database, no blanks at the ends of lines."""
    shown = re.sub(r"postgresql\+psycopg://\S+?(?=[.]?\s)", SHOWN, output.replace(str(folder), HOME))
    return "".join(f"{line.rstrip()}\n" for line in shown.splitlines())


def followed(name, done, reader, request):
    """The folder of a page that was followed to its end, and what its commands printed; each page once."""
    if name not in done:
        page = read_page(GUIDE / name)
        before = followed(page.goes_on_from, done, reader, request)[0] if page.goes_on_from else SAMPLE
        folder = done[""][0] / name.removesuffix(".md")
        shutil.rmtree(folder, ignore_errors=True)  # of a page that failed before
        shutil.copytree(before, folder)
        reader.chdir(folder)
        replaced = _databases(request) if POSTGRES in page.text else ()
        done[name] = folder, follow(page, folder, replaced)
    return done[name]


@pytest.mark.parametrize("name", PAGES)
def test_the_page_says_what_its_commands_print(name, reader, done, request):
    page = read_page(GUIDE / name)
    printed = followed(name, done, reader, request)[1]
    if UPDATE:
        page.path.write_text(with_answers(page, printed), encoding="utf-8")
        return
    for command, answer in zip(page.commands, printed, strict=True):
        if not fits(command.shown, answer):
            assert answer == command.shown, (
                f"tracker {' '.join(command.words)}: write it anew with TRACKER_GUIDE=update"
            )


def _databases(request):
    """An empty PostgreSQL database in the place of the guide's."""
    from sqlalchemy import text

    from tracker.store.database.engine import database_url, open_engine

    server = request.getfixturevalue("postgres")
    admin = open_engine(database_url(server.get_uri()))
    with admin.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("CREATE DATABASE guide"))
    admin.dispose()
    return [(POSTGRES, server.get_uri("guide"))]


@pytest.mark.parametrize("name", PAGES)
def test_every_tracker_command_is_in_a_block_that_is_run(name):
    text = (GUIDE / name).read_text(encoding="utf-8")
    blocks = re.findall(r"^```(\w*).*?\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    told = [line for language, content in blocks if language != "console" for line in content.splitlines()]
    assert [line for line in told if re.match(r"(\$ )?tracker ", line)] == []


@pytest.mark.parametrize("name", PAGES)
def test_every_command_named_in_the_prose_exists(name):
    text = (GUIDE / name).read_text(encoding="utf-8")
    named = re.findall(r"`tracker ([a-z]+)", text)
    assert [word for word in named if word not in COMMANDS] == []


def test_the_first_page_leads_to_every_other():
    linked = set(re.findall(r"\]\(([\w-]+\.md)\)", (GUIDE / "README.md").read_text(encoding="utf-8")))
    assert linked == {path.name for path in GUIDE.glob("*.md")} - {"README.md"}


def test_an_answer_may_be_elided():
    assert fits("a\n…\nz\n", "a\nb\nc\nz\n")
    assert fits("made … rows.\n", "made 3 rows.\n")
    assert not fits("a\n…\nz\n", "a\nb\nc\n")
    assert not fits("made … rows.\n", "made 3\nrows.\n")
    assert not fits("a.c\n", "abc\n")


def test_answers_that_fit_are_left_as_they_are(tmp_path):
    path = tmp_path / "page.md"
    path.write_text("```console\n$ tracker one\n…\n$ tracker two\nold\n```\n\nend\n", encoding="utf-8")
    page = read_page(path)
    assert [command.words for command in page.commands] == [["one"], ["two"]]
    text = "```console\n$ tracker one\n…\n$ tracker two\nnew\n```\n\nend\n"
    assert with_answers(page, ["many\nlines\n", "new\n"]) == text


def test_what_is_elided_within_a_line_stays_so_when_an_answer_is_written_anew(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("```console\n$ tracker status\nregister  /r.db, …\nschema    0011\n```\n")
    anew = with_answers(read_page(page), ["register  /r.db, 2 MB\nschema    0012\n"])
    assert anew == page.read_text().replace("0011", "0012")
