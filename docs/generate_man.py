"""Writes docs/man/*.1 from the commands themselves: the same words as --help, so that neither can say anything else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import typer

from tracker import __version__
from tracker.commands import COMMANDS, ROUND, app

FOLDER = Path(__file__).with_name("man")

_FILES = """The register is the file or database of --database, else of TRACKER_DATABASE_URL, else of [database] url in
the configuration, else the file register.db in the user's data folder. The configuration is the file of --config, else
of TRACKER_CONFIG, else the nearest tracker.toml from the current folder upwards, else tracker.toml in the user's
configuration folder."""
_EXIT_STATUSES = (
    ("0", "Done."),
    ("1", "Refused, or bad data; nothing was changed."),
    ("2", "The command line is wrong."),
    ("3", "Done in part, as --keep-going asked for."),
    (
        "4",
        "Something outside failed: the database, the disk, the mail server. tracker status: something is wrong.",
    ),
    ("130", "Stopped with Ctrl-C."),
    ("143", "Stopped by SIGTERM, in the same way."),
)


def man_pages() -> dict[str, str]:
    """File name → page: tracker.1, and one page for each command with its sub-commands."""
    top: Any = typer.main.get_command(app)
    context = typer.Context(top, info_name="tracker", help_option_names=["-h", "--help"])
    found = {"tracker.1": "".join(_top_page(top, context))}
    for name, (_, purpose) in COMMANDS.items():
        command = top.get_command(context, name)
        of_command = typer.Context(command, info_name=name, parent=context)
        found[f"tracker-{name}.1"] = "".join(_page(name, purpose, command, of_command))
    return found


def write_man_pages() -> None:
    """Bring docs/man up to date; a page of a command that is gone goes too."""
    FOLDER.mkdir(exist_ok=True)
    pages = man_pages()
    for path in FOLDER.glob("*.1"):
        if path.name not in pages:
            path.unlink()
    for name, page in pages.items():
        (FOLDER / name).write_text(page, encoding="utf-8")


def _top_page(top: Any, context: typer.Context) -> Iterator[str]:
    yield _head("tracker", "follow up oversight recommendations, organization by organization")
    yield _synopsis(top, context)
    yield ".SH DESCRIPTION\n"
    yield _prose(top.help)
    yield _options(top, context, ".SH")
    yield ".SH COMMANDS\n"
    for name, (_, purpose) in COMMANDS.items():
        yield f".TP\n.BR tracker\\-{_text(name)} (1)\n{_text(purpose)}\n"
    yield ".SH IN WHICH ORDER\n"
    yield from (f".TP\n.B {_text(when)}\n{_text(steps)}\n" for when, steps in ROUND)
    yield ".SH FILES\n"
    yield _prose(_FILES)
    yield ".SH EXIT STATUS\n"
    yield from (f".TP\n.B {status}\n{_text(meaning)}\n" for status, meaning in _EXIT_STATUSES)


def _page(name: str, purpose: str, command: Any, context: typer.Context) -> Iterator[str]:
    yield _head(f"tracker-{name}", purpose.rstrip("."))
    yield _synopsis(command, context)
    yield ".SH DESCRIPTION\n"
    yield _prose(command.help or purpose)
    yield _options(command, context, ".SH")
    children = _children(command, context)
    if children:
        yield ".SH COMMANDS\n"
    for child, of_child in children:
        yield f".SS {_text(of_child.command_path)}\n"
        yield f".B {_text(_usage(child, of_child))}\n.PP\n"
        yield _prose(child.help or "")
        yield _options(child, of_child, "")
    yield ".SH SEE ALSO\n.BR tracker (1)\n"


def _children(command: Any, context: typer.Context) -> list[tuple[Any, typer.Context]]:
    """All sub-commands of a command, those of its own groups too, in the order of the help."""
    found: list[tuple[Any, typer.Context]] = []
    for name in command.list_commands(context) if hasattr(command, "list_commands") else ():
        child = command.get_command(context, name)
        of_child = typer.Context(child, info_name=name, parent=context)
        found += _children(child, of_child) or [(child, of_child)]
    return found


def _head(name: str, purpose: str) -> str:
    title = _text(name.upper())
    return f'.TH {title} 1 "" "tracker {__version__}" "tracker"\n.SH NAME\n{_text(name)} \\- {_text(purpose)}\n'


def _usage(command: Any, context: typer.Context) -> str:
    return " ".join([context.command_path, *command.collect_usage_pieces(context)])


def _synopsis(command: Any, context: typer.Context) -> str:
    return f".SH SYNOPSIS\n.B {_text(_usage(command, context))}\n"


def _options(command: Any, context: typer.Context, heading: str) -> str:
    """The arguments and options; under a heading each, where one is given."""
    wanted = [param for param in command.get_params(context) if param.name != "help" or context.parent is None]
    records = [(param, param.get_help_record(context)) for param in wanted]
    arguments = [record for param, record in records if record and param.param_type_name == "argument"]
    options = [record for param, record in records if record and param.param_type_name == "option"]
    parts = []
    for title, found in (("ARGUMENTS", arguments), ("OPTIONS", options)):
        if found:
            parts.append((f"{heading} {title}\n" if heading else "") + _terms(found))
    return "".join(parts)


def _terms(records: Sequence[tuple[str, str]]) -> str:
    return "".join(f".TP\n.B {_text(names)}\n{_text(meaning)}\n" for names, meaning in records)


def _prose(text: str) -> str:
    """Paragraphs of plain text."""
    return ".PP\n".join(f"{_text(paragraph)}\n" for paragraph in text.strip().split("\n\n"))


def _text(words: str) -> str:
    """One line of plain text as roff: hyphens that can be copied, nothing that roff would take as a request."""
    line = " ".join(words.split()).replace("\\", "\\e").replace("-", "\\-")
    return f"\\&{line}" if line.startswith((".", "'")) else line


if __name__ == "__main__":
    write_man_pages()
