"""Lock files: what only one process may do at a time holds a file while it goes on; the killed hold none."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import TextIO

from tracker.errors import RefusedError


class _HeldError(Exception):
    """Somebody else holds the file; the words are what they wrote into it."""


@contextmanager
def locked(file: Path, what: str, now: datetime, *, remedy: str) -> Iterator[None]:
    """Hold a file until it is over. Raises RefusedError where `what` goes on already, since when and in which process.

    The system lets go of what a process held when that ends, however it ends. Where no file can be held (a disk that
    takes none, a system without such locks), nobody is kept out.
    """
    try:
        holding = _held(file)
    except _HeldError as held:
        raise RefusedError(
            f"{what} is already in progress{f' {held}' if str(held) else ''}.",
            remedy=remedy,
        ) from None
    except (OSError, ImportError):
        yield
        return
    with holding:
        holding.write(f"since {now:%Y-%m-%d %H:%M} UTC (process {os.getpid()})")
        holding.flush()
        try:
            yield
        finally:
            with suppress(OSError):
                file.unlink()


def _held(file: Path) -> TextIO:
    import fcntl

    file.parent.mkdir(parents=True, exist_ok=True)
    while True:
        holding = os.fdopen(os.open(file, os.O_RDWR | os.O_CREAT, 0o600), "r+", encoding="utf-8")
        try:
            fcntl.flock(holding, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if _is_there(file, holding):
                holding.truncate()
                return holding
        except BlockingIOError:
            with holding:
                raise _HeldError(holding.read()) from None
        except OSError:
            holding.close()
            raise
        holding.close()


def _is_there(file: Path, holding: TextIO) -> bool:
    """Whether it is still the file of that name: whoever held it before may have taken it away after we opened it."""
    try:
        return os.path.samestat(os.fstat(holding.fileno()), file.stat())
    except FileNotFoundError:
        return False
