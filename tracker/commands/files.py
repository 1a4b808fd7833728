"""Files that a command writes where the user says."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path


def write_whole(target: Path, chunks: Iterable[bytes]) -> None:
    """Write beside the place first, and put the file there when it is whole; a failure leaves what was there."""
    part = target.with_name(f".{target.name}.part")
    try:
        with part.open("wb") as file:
            file.writelines(chunks)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
