"""Where a return is written: nothing that somebody filled in is written over."""

from __future__ import annotations

from pathlib import Path

from tracker.errors import BadDataError, RefusedError
from tracker.ingest.returns.reading import read_return
from tracker.ingest.spreadsheets.workbooks import read_bytes
from tracker.limits import Limits


def check_replaceable(target: Path, limits: Limits) -> None:
    """Raise RefusedError where a file is that is no return as it was made, in which nobody has written anything."""
    if target.is_file() and target.stat().st_size and not _is_as_made(target, limits):
        raise RefusedError(
            "it exists already, and answers may be in it.",
            where=str(target),
            remedy=f"Give another name with --out; or read it first: tracker return read {target} --dry-run.",
        )


def _is_as_made(file: Path, limits: Limits) -> bool:
    try:
        filled = read_return(read_bytes(file, limits), file.name, limits)
    except BadDataError:
        return False
    return not (filled.answers or filled.refused or filled.missing or filled.unread)
