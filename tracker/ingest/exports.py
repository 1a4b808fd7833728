"""Reads the file of a whole register, as `tracker export` writes it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tracker.errors import BadDataError, WorldError
from tracker.records import record

FORM = "tracker-register/1"


@record
class Export:
    """A register as rows by table; `schema` is the migration at which it stood."""

    name: str
    schema: str
    tables: Mapping[str, list[dict[str, Any]]]


def read_export(path: Path) -> Export:
    """Read a file. Raises BadDataError where it is none, or was cut short."""
    content = _parse(path)
    if not isinstance(content, dict) or content.get("form") != FORM:
        raise BadDataError(
            "is no export of a register.", where=str(path), remedy="Give a file that `tracker export --out FILE` wrote."
        )
    tables, schema = content.get("tables"), content.get("schema")
    if not isinstance(schema, str) or not isinstance(tables, dict) or not all(map(_are_rows, tables.values())):
        raise BadDataError("is not whole.", where=str(path), remedy="Export the register again.")
    return Export(path.name, schema, tables)


def _are_rows(rows: Any) -> bool:
    return isinstance(rows, list) and all(isinstance(row, dict) for row in rows)


def _parse(path: Path) -> Any:
    if path.exists() and not path.is_file():
        raise BadDataError("is no ordinary file.", where=str(path), remedy="Give one file.")
    try:
        return json.loads(path.read_bytes())
    except FileNotFoundError:
        raise BadDataError("there is no such file.", where=str(path), remedy="Check the name.") from None
    except (ValueError, RecursionError):
        raise BadDataError(
            "is not whole JSON: it is damaged or was cut short.", where=str(path), remedy="Export the register again."
        ) from None
    except OSError as error:
        raise WorldError(f"cannot be read ({error.strerror}).", where=str(path)) from None
