"""A note written in the officer's own editor."""

from __future__ import annotations

import os
import shlex
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tracker.commands.terminal.render import say
from tracker.errors import UsageError, WorldError

_HINT = "# Write the note above. Lines that begin with # are left out; an empty note changes nothing.\n"


def edited(note: str | None) -> str | None:
    """Open $VISUAL or $EDITOR (else vi) on a note and return what was saved; None for an empty one.

    Raises UsageError where the editor ends with an error or saves what is no text, WorldError where there is no such
    editor.
    """
    words = _editor()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "note.txt"
        file.write_text(f"{note or ''}\n{_HINT}", encoding="utf-8")
        try:
            done = subprocess.run([*words, str(file)], check=False)  # noqa: S603 - the user's own editor
        except OSError:
            raise WorldError(
                f"the editor {words[0]} cannot be started.", remedy="Set EDITOR to the editor that you use."
            ) from None
        if done.returncode != 0:
            raise UsageError(
                "the editor ended with an error; nothing was changed.",
                remedy="Try again, or write the note without it.",
            )
        content = file.read_bytes()
    return "\n".join(line for line in _text(content).splitlines() if not line.startswith("#")).strip() or None


def _editor() -> list[str]:
    """The editor with its options; a variable that is empty says nothing."""
    for name in ("VISUAL", "EDITOR"):
        try:
            words = shlex.split(os.environ.get(name, ""))
        except ValueError:
            raise UsageError(f"a quotation mark is not closed in {name}.", remedy=f"Look at: echo ${name}.") from None
        if words:
            return words
    return ["vi"]


def _text(content: bytes) -> str:
    with suppress(UnicodeDecodeError):
        text = content.decode()
        if "\0" not in text:
            return text
    raise UsageError(
        "what the editor saved is not UTF-8; nothing was changed.",
        remedy=f"It is kept in {_kept(content)}; set the editor to UTF-8.",
    )


@contextmanager
def kept_unless_written(note: str | None) -> Iterator[None]:
    """Keep what somebody wrote in a file, where what is done with it fails, is refused or is stopped."""
    try:
        yield
    except BaseException:
        if note:
            say(f"Your note is kept in {_kept(note.encode())}.")
        raise


def _kept(content: bytes) -> str:
    descriptor, name = tempfile.mkstemp(prefix="tracker-note-", suffix=".txt")
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    return name
