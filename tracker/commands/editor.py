"""A note written in the officer's own editor."""

from __future__ import annotations

import os
import shlex
import subprocess
import tempfile
from pathlib import Path

from tracker.errors import UsageError, WorldError

_HINT = "# The note. Lines that begin with # are left out; an empty note is none.\n"


def edited(note: str | None) -> str | None:
    """Open $VISUAL or $EDITOR (else vi) on a note and return what was saved; None for an empty one.

    Raises UsageError where the editor ends with an error, WorldError where there is no such editor.
    """
    words = shlex.split(os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "note.txt"
        file.write_text(f"{note or ''}\n{_HINT}", encoding="utf-8")
        try:
            done = subprocess.run([*words, str(file)], check=False)  # noqa: S603 - the user's own editor
        except OSError:
            raise WorldError(f"the editor {words[0]} cannot be started.", remedy="Set EDITOR to yours.") from None
        if done.returncode != 0:
            raise UsageError(
                "the editor ended with an error; nothing was changed.", remedy="Try again, or give --note."
            )
        lines = file.read_text(encoding="utf-8").splitlines()
    return "\n".join(line for line in lines if not line.startswith("#")).strip() or None
