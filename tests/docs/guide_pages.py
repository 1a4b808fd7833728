"""The pages of the guide as programs: what is in their blocks, and how it is run. Not a test itself.

A block ```console holds commands, each after `$ `, with what they print. A block with a file name after its
language (```toml tracker.toml) is that file. A comment of HTML sets what the reader sees as prose:

    <!-- goes on from: first-quarter.md -->   the folder as that page leaves it; else it is empty
    <!-- clock: 2026-10-05T08:00 -->          the time, UTC
    <!-- typed: a | yes, gladly | q -->       what is typed at the prompts of the next command, line by line
    <!-- exit status: 1 -->                   of the next command, where it is not 0

In an answer `…` stands for anything within a line, and on a line of its own for any lines.
"""

import re
import shlex
from dataclasses import dataclass, field
from pathlib import Path

GUIDE = Path(__file__).parents[2] / "docs" / "guide"
SAMPLE = GUIDE / "sample"
BLOCK = re.compile(
    r"^```(?P<language>\w*) ?(?P<name>\S*)\n(?P<content>.*?)^```$|^<!-- (?P<order>[^:\n]+): (?P<value>.*?) -->$",
    re.DOTALL | re.MULTILINE,
)


@dataclass
class Command:
    """One command of a page with the answer that is printed below it; `span` is the place of that answer."""

    words: list[str]
    shown: str
    span: tuple[int, int]
    clock: str
    typed: str | None = None
    status: int = 0


@dataclass
class File:
    """A file that the page tells the reader to write."""

    name: str
    content: str


@dataclass
class Page:
    """What a page holds, in its order."""

    path: Path
    text: str
    goes_on_from: str | None = None
    steps: list[Command | File] = field(default_factory=list)

    @property
    def commands(self):
        return [step for step in self.steps if isinstance(step, Command)]


def read_page(path):
    """Read a page; raises AssertionError for a block that could not be run."""
    text = path.read_text(encoding="utf-8")
    page, orders = Page(path, text), {"clock": "2026-10-05T08:00"}
    for found in BLOCK.finditer(text):
        if found["order"] == "goes on from":
            page.goes_on_from = found["value"]
        elif found["order"]:
            orders[found["order"]] = found["value"]
        elif found["language"] == "console":
            page.steps += list(_commands(found["content"], found.start("content"), orders))
        elif found["name"]:
            page.steps.append(File(found["name"], found["content"]))
    return page


def _commands(content, start, orders):
    assert content.startswith("$ tracker "), content
    for part in re.finditer(r"^\$ (?P<words>.*)\n(?P<shown>(?:(?!\$ ).*\n)*)", content, re.MULTILINE):
        words = shlex.split(part["words"], comments=True)
        assert words[0] == "tracker", part["words"]
        span = (start + part.start("shown"), start + part.end("shown"))
        status = int(orders.pop("exit status", 0))
        yield Command(words[1:], part["shown"], span, orders["clock"], orders.pop("typed", None), status)


def fits(shown, printed):
    """Whether an answer of the guide, with its `…`, is what was printed."""
    pattern = "".join(
        "(?:.*\n)*?" if line == "…\n" else ".*".join(re.escape(part) for part in line.split("…"))
        for line in shown.splitlines(keepends=True)
    )
    return re.fullmatch(pattern, printed) is not None


def with_answers(page, printed):
    """The page's text with the answers replaced that do not fit what was printed; of lines that do, `…` stays."""
    text = page.text
    for command, answer in reversed(list(zip(page.commands, printed, strict=True))):
        if not fits(command.shown, answer):
            text = text[: command.span[0]] + _elided(command.shown, answer) + text[command.span[1] :]
    return text


def _elided(shown, printed):
    lines = [line for line in shown.splitlines(keepends=True) if line.strip("…\n") and "…" in line]
    return "".join(next((line for line in lines if fits(line, new)), new) for new in printed.splitlines(keepends=True))
