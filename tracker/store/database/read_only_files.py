"""An SQLite register where nothing may be written: a backup, a mount or a share for reading only.

SQLite writes beside a register even to read it. Where it cannot, the file is read whole into memory, and from there:
to read it in its place as one that never changes (`immutable`) would be wrong as soon as somebody else may write it.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tracker.errors import WorldError

BESIDE = ("-wal", "-shm", "-journal")
"""What lies beside a register that a program has open, or was broken off with."""
_VERSIONS = slice(18, 20)
"""The bytes of a file's head that say how it is written; memory knows the older way alone, 1, and nothing of a log."""


def connect_to_copy(dialect: Any, _record: Any, cargs: Sequence[Any], cparams: dict[str, Any]) -> Any:
    """What SQLAlchemy asks before it connects: a connection to a copy, or None for the usual one."""
    file = Path(cargs[0])
    if os.access(file.parent, os.W_OK) or not file.is_file() or _is_open(file):
        return None
    content = _content(file)
    connection = dialect.loaded_dbapi.connect(":memory:", **cparams)
    try:
        connection.deserialize(content)
        connection.execute("PRAGMA query_only = ON")  # else what is written would be gone without a word
    except Exception:
        connection.close()
        raise
    return connection


def _is_open(file: Path) -> bool:
    """Whether a program has the register open, so that some of it may stand beside it: SQLite knows what to do then."""
    beside = (file.with_name(f"{file.name}{suffix}") for suffix in BESIDE)
    return any(item.is_file() and item.stat().st_size > 0 for item in beside)


def _content(file: Path) -> bytearray:
    """The file as it was at one moment. Raises WorldError where it is written meanwhile."""
    before = file.stat()
    content = bytearray(file.read_bytes())
    after = file.stat()
    if (before.st_mtime_ns, before.st_size) != (after.st_mtime_ns, after.st_size) or _is_open(file):
        raise WorldError(f"{file}: the register was written while it was read.", remedy="Try again.")
    content[_VERSIONS] = b"\x01\x01"
    return content
