"""Long answers page by page, in the program that a person has chosen for it, else in `less` or `more`."""

from __future__ import annotations

import os
import re
import subprocess
from contextlib import suppress
from shutil import which

_PROGRAM = re.compile(r"^(?:\s*\w+=\S*)*\s*([^\s'\"]+)")
_LESS = "-FRSX -Ps?e(end), q to leave:space for the next page, q to leave.$"
"""How `less` shows pages. Its own prompt is a colon, from which those who do not know it find no way out."""


class Pager:
    """Shows texts by a command line, and waits until the person has left it; Ctrl-C is the pager's.

    Python's own would do, but from 3.13 on it puts its options in the place of LESS, those of the user too.
    """

    def __init__(self, command: str) -> None:
        self.command = command

    def show(self, content: str) -> None:
        """Called by the console with all that was drawn."""
        process = subprocess.Popen(  # noqa: S602 - it is the user's own line, as in PAGER="less -S"
            self.command,
            shell=True,
            stdin=subprocess.PIPE,
            text=True,
            errors="backslashreplace",
            env={"LESS": _LESS, **os.environ},
        )
        assert process.stdin is not None
        with suppress(OSError), process.stdin as pages, suppress(KeyboardInterrupt):  # left before the end
            pages.write(content)
        while process.poll() is None:
            with suppress(KeyboardInterrupt):
                process.wait()


def find_pager() -> Pager | None:
    """None where the program is not there: the pages would go to nobody, and the command still end well."""
    named = os.environ.get("MANPAGER") or os.environ.get("PAGER") or ("less" if which("less") else "more")
    program = _PROGRAM.search(named)
    return Pager(named) if program is not None and which(program[1]) is not None else None
