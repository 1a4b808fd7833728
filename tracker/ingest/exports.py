"""Reads the file of a whole register, as `tracker export` writes it."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tracker.errors import BadDataError, WorldError
from tracker.records import record

FORM = "tracker-register/1"
_LAST_LINE = re.compile(rb'(?<=\n)"sha256": "([0-9a-f]{64})"\}\n?\Z')


def last_line(sha256: str) -> str:
    """What ends the file: the checksum of all the bytes before this line."""
    return f'"sha256": "{sha256}"}}\n'


@record
class Export:
    """A register as rows by table; `schema` is the migration at which it stood."""

    name: str
    schema: str
    tables: Mapping[str, list[dict[str, Any]]]


def read_export(path: Path) -> Export:
    """Read a file. Raises BadDataError where it is none, was cut short or was changed."""
    raw, content = _parse(path)
    if not isinstance(content, dict) or content.get("form") != FORM:
        raise BadDataError(
            "is not an export of a register.",
            where=str(path),
            remedy="Give a file that `tracker export --out FILE` wrote.",
        )
    tables, schema = content.get("tables"), content.get("schema")
    if not isinstance(schema, str) or not isinstance(tables, dict) or not all(map(_are_rows, tables.values())):
        raise BadDataError("is not whole.", where=str(path), remedy="Export the register again.")
    _check_last_line(raw, path)
    return Export(path.name, schema, tables)


def _check_last_line(raw: bytes, path: Path) -> None:
    found = _LAST_LINE.search(raw)
    if found is None:
        raise BadDataError(
            "has no checksum in its last line, so it is not known whether it was changed.",
            where=str(path),
            remedy="Export the register again with this version of tracker, and take that file as it is.",
        )
    if hashlib.sha256(memoryview(raw)[: found.start()]).hexdigest() != found[1].decode():
        raise BadDataError(
            "was changed after it was exported: its checksum is another.",
            where=str(path),
            remedy="Export the register again, and take that file as it is.",
        )


def _are_rows(rows: Any) -> bool:
    return isinstance(rows, list) and all(isinstance(row, dict) for row in rows)


def _parse(path: Path) -> tuple[bytes, Any]:
    """What the file holds, as bytes and as JSON."""
    if path.exists() and not path.is_file():
        raise BadDataError("is not a regular file.", where=str(path), remedy="Give one file.")
    try:
        raw = path.read_bytes()
        return raw, json.loads(raw)
    except FileNotFoundError:
        raise BadDataError("there is no such file.", where=str(path), remedy="Check the name.") from None
    except (ValueError, RecursionError):
        raise BadDataError(
            "is not whole JSON: it is damaged or was cut short.", where=str(path), remedy="Export the register again."
        ) from None
    except OSError as error:
        raise WorldError(f"cannot be read ({error.strerror}).", where=str(path)) from None
