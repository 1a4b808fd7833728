"""Returns as files: what they are called, where they come from and are kept, and where none is written over."""

from __future__ import annotations

import hashlib
import re
from datetime import date
from pathlib import Path

from tracker.domain.rows import EvidenceFile
from tracker.errors import BadDataError, RefusedError
from tracker.ingest.returns.reading import read_return
from tracker.ingest.spreadsheets.workbooks import read_bytes
from tracker.limits import Limits
from tracker.records import record
from tracker.services.evidence import keep_content


def file_name(organization: str, today: date) -> str:
    """What the file of a return is called: `return-WHO-2026-11-24.xlsx`."""
    code = re.sub(r"[^\w-]+", "-", organization)
    return f"return-{code}-{today}.xlsx"


@record
class Source:
    """The bytes of a return, and what the file is called."""

    name: str
    content: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def from_file(path: Path, limits: Limits | None = None) -> Source:
    """A return as a file."""
    return Source(path.name, read_bytes(path, limits or Limits()))


def keep(source: Source, evidence_store: Path) -> EvidenceFile:
    """Put the bytes with the evidence, under their checksum; the name, which a stranger chose, touches no disk."""
    return keep_content(source.name, source.content, evidence_store)


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
