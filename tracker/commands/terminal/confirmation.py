"""Questions before something is changed: put to a person, and to nobody else."""

from __future__ import annotations

import sys

import typer

from tracker.commands.terminal.render import say
from tracker.errors import UsageError


def is_answered() -> bool:
    """Whether a person is there to answer."""
    return sys.stdin is not None and sys.stdin.isatty()


def agreed(question: str, *, what: str, remedy: str) -> bool:
    """What a person answers. Raises UsageError where nobody is there, or the input ends; `what` is what asks first."""
    nobody = UsageError(f"{what} must be confirmed, and there is no terminal to ask on.", remedy=remedy)
    if not is_answered():
        raise nobody
    try:
        return typer.confirm(question, err=True)
    except typer.Abort as abort:
        if not isinstance(abort.__context__, EOFError):  # Ctrl-C, which ends like any other work
            raise
        say("")
        raise nobody from None
