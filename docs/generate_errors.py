"""Writes docs/guide/errors.md: every sentence with which a command can end, read from the program's own source."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from tracker import errors
from tracker.errors import TrackerError

PAGE = Path(__file__).with_name("guide") / "errors.md"
SOURCE = Path(errors.__file__).parent

_INTRODUCTION = """# All error messages

<!-- Written by `make docs` from the program's source; change the sentence there, not this file. -->

Every error message with which a command can end, by exit status. A word in *italics* stands for what the message names
at that place. A sentence without a subject is about the file or row that is named in front of it. Messages about the
database (in use, full, not reachable) are explained in [Troubleshooting](troubleshooting.md).
"""
_TITLES = {1: "Exit status 1: refused, or bad data", 2: "Exit status 2: wrong usage", 3: "Exit status 3: done in part"}
_TITLES[4] = "Exit status 4: something outside the program failed"


def errors_page() -> str:
    """The whole page."""
    statuses = _statuses()
    rows: dict[int, set[tuple[str, str]]] = {status: set() for status in sorted(_TITLES)}
    for path in sorted(SOURCE.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        words = _constants(tree)
        for name, call in _raised(tree):
            if name in statuses and (sentence := _words(call.args[0], words)):
                rows[statuses[name]].add((sentence, _remedy(call, words)))
    return "\n".join([_INTRODUCTION, *(_table(_TITLES[status], found) for status, found in rows.items() if found)])


def _statuses() -> dict[str, int]:
    found = {TrackerError.__name__: TrackerError.exit_status, "MailServerError": errors.WorldError.exit_status}
    for kind in vars(errors).values():
        if isinstance(kind, type) and issubclass(kind, TrackerError):
            found[kind.__name__] = kind.exit_status
    return found


def _raised(tree: ast.Module) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        if isinstance(node.func, ast.Name):
            yield node.func.id, node
        elif isinstance(node.func, ast.Attribute) and node.func.attr == "mistake":  # of the configuration file
            yield errors.BadDataError.__name__, node


def _constants(tree: ast.Module) -> dict[str, str]:
    """The texts that a module keeps under a name."""
    return {
        target.id: str(ast.literal_eval(node.value))
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def _remedy(call: ast.Call, words: dict[str, str]) -> str:
    given = next((keyword.value for keyword in call.keywords if keyword.arg == "remedy"), None)
    if isinstance(call.func, ast.Attribute):  # mistake(sentence, remedy)
        given = call.args[1]
    if isinstance(given, ast.Call) and len(given.args) == 3:  # suggest(word, known, otherwise)
        return f"The nearest known word is proposed; else: {_words(given.args[2], words) or 'the known ones.'}"
    return "" if given is None else _words(given, words)


def _words(node: ast.expr, words: dict[str, str]) -> str:
    """A text as it is read; what is filled in is slanted."""
    if isinstance(node, ast.Constant):
        return str(node.value or "")
    if isinstance(node, ast.JoinedStr):
        return "".join(_words(part, words) for part in node.values)
    if isinstance(node, ast.FormattedValue):
        return _filled_in(node.value, words)
    if isinstance(node, ast.IfExp):
        return " / ".join(filter(None, (_words(node.body, words), _words(node.orelse, words))))
    return words.get(node.id, "") if isinstance(node, ast.Name) else ""


def _filled_in(value: ast.expr, words: dict[str, str]) -> str:
    if isinstance(value, ast.Name):
        return words.get(value.id) or f"*{value.id.strip('_').replace('_', ' ')}*"
    if isinstance(value, ast.Attribute):
        return f"*{value.attr.replace('_', ' ')}*"
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == "plural":
        return f"*number* {ast.literal_eval(value.args[1])}s"
    return "*…*"


def _table(title: str, rows: set[tuple[str, str]]) -> str:
    lines = [f"| {_cell(what)} | {_cell(remedy) or '–'} |" for what, remedy in sorted(rows, key=_letters)]
    return "\n".join([f"## {title}\n", "| message | what to do |", "| --- | --- |", *lines, ""])


def _letters(row: tuple[str, str]) -> tuple[str, str]:
    return row[0].lower().lstrip("*“["), row[1]


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")


if __name__ == "__main__":
    PAGE.write_text(errors_page(), encoding="utf-8")
