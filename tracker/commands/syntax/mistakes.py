"""Mistakes on the command line, said with the nearest word that would have been right.

Typer tells them by its own copy of Click, whose classes are no part of its interface: they are known here by what
they carry.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from tracker.commands.terminal.render import at_words, visible
from tracker.domain.references import nearest

_NO_CHOICE = re.compile(r"'(?P<word>.*)' is not one of .*", re.DOTALL)
_NO_COMMAND = re.compile(r"No such command '(?P<word>.*?)'\..*", re.DOTALL)
_OUT_OF_RANGE = re.compile(r"(?P<number>-?[\d.]+) is not in the range (?:(?P<least>-?\d+)<=)?x(?:<=(?P<most>\d+))?\.")
_TOO_MUCH = re.compile(r"Got unexpected extra arguments?(?:\(s\))? \((?P<words>.*)\)", re.DOTALL)
_NO_NUMBER = re.compile(r"'(?P<word>.*)' is not a valid (?:int|float)\w*(?: range)?\.", re.DOTALL)


_BEFORE = "Error: "
"""What Typer writes before the sentence."""

SAID_FOR: dict[str, tuple[str, ...]] = {
    "--accepted": ("--to", "--acceptance"),
    "--comment": ("--note",),
    "--date": ("--on", "--as-of"),
    "--disputed": ("--to", "--verification"),
    "--file": ("--evidence", "--out"),
    "--format": ("--csv", "--json"),
    "--implementation": ("--status",),
    "--implemented": ("--to", "--status"),
    "--late": ("--overdue",),
    "--message": ("--note",),
    "--order": ("--sort",),
    "--output": ("--out",),
    "--reason": ("--note",),
    "--state": ("--open", "--status"),
    "--verified": ("--to", "--verification"),
    "-V": ("--version",),
    "-f": ("--yes",),
    "-m": ("--note",),
    "-n": ("--limit", "--dry-run"),
    "-o": ("--out",),
    "-v": ("--version",),
    "-y": ("--yes",),
}
"""An option as others would call it → what it is called here, of which that is meant which there is."""

_IMPLEMENTED = "update REF ORG --to implemented --note TEXT"
_IN_PROGRESS = "update REF ORG --to in-progress"
_NOTE = "update REF ORG --note TEXT"
_REQUEST = "extend request REF ORG --to DATE --note TEXT"
_NOT_ACCEPTED = "update REF ORG --to not-accepted --note TEXT"

COMMAND_FOR = {
    "accept": "update REF ORG --to accepted",
    "add": "import NOTE",
    "annotate": _NOTE,
    "attach": "update REF ORG --evidence FILE",
    "backup": "db backup",
    "blame": "history REF ORG",
    "check": "db check",
    "close": _IMPLEMENTED,
    "comment": _NOTE,
    "count": "stats",
    "create": "import NOTE",
    "delete": "undo, or correct REF ORG ENTRY",
    "diff": "history REF ORG",
    "dispute": "update REF ORG --to disputed --note TEXT",
    "done": _IMPLEMENTED,
    "edit": "update REF ORG",
    "find": "list",
    "grep": "list",
    "help": "--help",
    "info": "show REF",
    "log": "update, to log an answer, or history, to read what was logged",
    "ls": "list",
    "migrate": "db upgrade",
    "modify": "update REF ORG",
    "new": "import NOTE",
    "next": "list --open --sort due",
    "note": _NOTE,
    "open": "list --open",
    "overdue": "list --overdue",
    "publish": "report quarterly --publish",
    "quarterly": "report quarterly",
    "refuse": _NOT_ACCEPTED,
    "reject": _NOT_ACCEPTED,
    "remove": "undo, or correct REF ORG ENTRY",
    "reopen": f"{_IN_PROGRESS} --note TEXT",
    "restore": "db restore",
    "revert": "undo",
    "rm": "undo, or correct REF ORG ENTRY",
    "search": "list",
    "send": "remind send",
    "start": _IN_PROGRESS,
    "statistics": "stats",
    "summary": "stats",
    "upgrade": "db upgrade",
    "verify": "update REF ORG --to verified",
    "version": "--version",
    "extend add": _REQUEST,
    "extend approve": "extend grant REF ORG --note TEXT",
    "extend reject": "extend refuse REF ORG --note TEXT",
    "officer remove": "officer end",
    "org remove": "org edit CODE --left DATE",
}
"""A command as others would call it, behind its group → how it is called here."""

_NAMED_AT_ONCE = {
    "document": "document list",
    "extend": _REQUEST,
    "link": "link add REF waits-for OTHER",
    "officer": "officer list",
    "org": "org show CODE",
    "outbox": "outbox show ID",
    "report": "report quarterly, or list --report SYMBOL",
    "view": "list --view NAME, or show REF",
}
"""A group behind which something is named and no command → what then is likely to be wanted."""


def no_command(word: str, known: Iterable[str], group: str) -> str:
    """What is said of a command that there is not, in the program or in a group of it, called as it is."""
    within = group.partition(" ")[2]
    meant = COMMAND_FOR.get(f"{within} {word}".strip().lower()) or nearest(word, known) or _NAMED_AT_ONCE.get(within)
    where = f" in {group}" if within else ""
    return f"there is no command {word}{where}. {f'Did you mean {meant}?' if meant else f'See: {group} --help.'}"


def reworded(error: Any) -> None:
    """Give a usage error its sentence; what is typed may not command the terminal that shows it."""
    if isinstance(getattr(error, "option_name", None), str) and hasattr(error, "possibilities"):
        error.message, error.possibilities = _unknown_option(error), None
    elif choice := _NO_CHOICE.fullmatch(error.message):
        error.message = f"“{choice['word']}” is unknown. {_suggested(choice['word'], _choices(error))}"
    elif command := _NO_COMMAND.fullmatch(error.message):
        error.message = no_command(command["word"], error.ctx.command.commands, error.ctx.command_path)
    elif range_ := _OUT_OF_RANGE.fullmatch(error.message):
        error.message = f"{range_['number']} is too {_beyond(range_)}."
    elif number := _NO_NUMBER.fullmatch(error.message):
        error.message = f"“{number['word']}” is not a whole number."
    elif more := _TOO_MUCH.fullmatch(error.message):
        path = error.ctx.command_path
        instead = _TAKEN_BY.get(path.partition(" ")[2], f"{path} --help")
        error.message = f"“{more['words']}” is more than {path} takes. See: {instead}."
    said = f"{_BEFORE}{visible(error.format_message())}"
    error.format_message = lambda: at_words(said).removeprefix(_BEFORE)


_TAKEN_BY = {"status": "tracker show REF", "evidence": "tracker update REF ORG --evidence FILE"}
"""A command → the one that takes what others would give to it."""


def _unknown_option(error: Any) -> str:
    name, context = error.option_name, error.ctx
    root = context.find_root()
    if context is not root and name in (known := _options(root)):
        param, command = known[name], context.command_path.partition(" ")[2]
        return f"{name} goes before the command: tracker {name}" + (
            "." if param.is_flag else f" {param.metavar} {command} …"
        )
    words = [word for word in _options(context) if word.startswith("--")]
    meant = [word for word in SAID_FOR.get(name, ()) if word in words] or [*filter(None, [nearest(name, words)])]
    way = f"Did you mean {' or '.join(meant)}?" if meant else f"See: {context.command_path} --help."
    if context is root and not meant:
        way = "The options of a command go after it; see: tracker --help."
    return f"there is no option {name}. {way}"


def _options(context: Any) -> dict[str, Any]:
    params = context.command.get_params(context)
    return {word: param for param in params for word in (*param.opts, *param.secondary_opts)}


def _beyond(found: re.Match[str]) -> str:
    """`small: the minimum is 0`."""
    number, least, most = found["number"], found["least"], found["most"]
    if least is not None and float(number) < int(least):
        return f"small: the minimum is {int(least):,}"
    return f"large: the maximum is {int(most):,}"


def _choices(error: Any) -> list[str]:
    kind = getattr(error.param, "type", None)
    return [str(getattr(choice, "value", choice)) for choice in getattr(kind, "choices", ())]


def _suggested(word: str, known: Iterable[str]) -> str:
    words = list(known)
    close = nearest(word, words)
    return f"Did you mean {close}?" if close else f"Use one of {', '.join(words)}."
