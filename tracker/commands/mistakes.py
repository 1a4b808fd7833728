"""Mistakes on the command line, said with the nearest word that would have been right.

Typer tells them by its own copy of Click, whose classes are no part of its interface: they are known here by what
they carry.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from tracker.commands.render import visible
from tracker.domain.references import nearest

_NO_CHOICE = re.compile(r"'(?P<word>.*)' is not one of .*", re.DOTALL)
_NONE_OF = re.compile(r"“(?P<word>.*)” is none of (?P<known>.*)\.", re.DOTALL)
_NO_NUMBER = re.compile(r"'(?P<word>.*)' is not a valid (?:int|float)\w*(?: range)?\.", re.DOTALL)


def reworded(error: Any) -> None:
    """Give a usage error its sentence; what is typed may not command the terminal that shows it."""
    if isinstance(getattr(error, "option_name", None), str) and hasattr(error, "possibilities"):
        error.message, error.possibilities = _unknown_option(error), None
    elif choice := _NO_CHOICE.fullmatch(error.message):
        error.message = f"“{choice['word']}” is unknown. {_suggested(choice['word'], _choices(error))}"
    elif listed := _NONE_OF.fullmatch(error.message):
        close = nearest(listed["word"], listed["known"].split(", "))
        error.message += f" Did you mean {close}?" if close else ""
    elif number := _NO_NUMBER.fullmatch(error.message):
        error.message = f"“{number['word']}” is not a whole number."
    error.message = visible(error.message)


def _unknown_option(error: Any) -> str:
    name = error.option_name
    context = error.ctx
    known = [word for param in context.command.get_params(context) for word in (*param.opts, *param.secondary_opts)]
    begun = [word for word in known if word.startswith(name) and name != "--"]
    close = begun[0] if len(begun) == 1 else nearest(name, [word for word in known if word.startswith("--")])
    way = f"Did you mean {close}?" if close else f"See: {context.command_path} --help."
    return f"there is no option {name}. {way}"


def _choices(error: Any) -> list[str]:
    kind = getattr(error.param, "type", None)
    return [str(getattr(choice, "value", choice)) for choice in getattr(kind, "choices", ())]


def _suggested(word: str, known: Iterable[str]) -> str:
    words = list(known)
    close = nearest(word, words)
    return f"Did you mean {close}?" if close else f"Known are {', '.join(words)}."
