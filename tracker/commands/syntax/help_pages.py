"""How `--help` is laid out: a word with a hyphen in it stays whole, so that it can be read and copied."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import typer

_HYPHEN, _UNBROKEN = "-", "\N{NON-BREAKING HYPHEN}"
_Context: Any = typer.Context.__mro__[1]
_Formatter: Any = _Context.formatter_class
_VALUES = {"str": "TEXT", "int": "NUMBER", "int range": "NUMBER", "file": "FILE", "path": "FILE"}
"""Type of a value, as Click calls it → what stands for it in a help page."""


class WholeWords(_Formatter):  # type: ignore[misc]  # Click's formatter, which Typer gives no name to
    """Lines break at blanks only: hyphens are others while lines are made, and themselves when they are written."""

    def write(self, string: str) -> None:
        """Write a piece of the page."""
        super().write(string.replace(_UNBROKEN, _HYPHEN))

    def write_text(self, text: str) -> None:
        """Write paragraphs."""
        super().write_text(text.replace(_HYPHEN, _UNBROKEN))

    def write_dl(self, rows: Sequence[tuple[str, str]], **widths: int) -> None:
        """Write words with what they mean."""
        super().write_dl([(word, meaning.replace(_HYPHEN, _UNBROKEN)) for word, meaning in rows], **widths)


def lay_out_help() -> None:
    """Let every page of help be laid out so."""
    _Context.formatter_class = WholeWords


def name_values(command: Any) -> None:
    """Let a page of help call a value TEXT or NUMBER where nothing better was said, in the command's own groups too.

    What a group lists of its commands is not cut.
    """
    for param in command.params:
        is_option = param.param_type_name == "option" and not param.is_flag
        if is_option and param.metavar is None and param.type.name in _VALUES:
            param.metavar = _VALUES[param.type.name]
    for child in getattr(command, "commands", {}).values():
        child.short_help = child.short_help or _first_sentences(child.help)
        name_values(child)


def _first_sentences(words: str | None) -> str:
    """What a list of commands says of one: its first paragraph, whole."""
    return " ".join((words or "").partition("\n\n")[0].split())
