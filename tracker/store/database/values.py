"""Values of columns as JSON has them, and back."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any

from sqlalchemy import Column, Date, LargeBinary
from sqlalchemy import Enum as SqlEnum

from tracker.store.database.columns import UtcInstant


def plain(value: Any) -> Any:
    """A value as JSON has it: the word, an ISO day, an instant in UTC, bytes as base64; others as they are."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(bytes(value)).decode("ascii")
    return value


def reader(column: Column[Any]) -> Callable[[Any], Any]:
    """What reads a value back as its column has it, None excepted; it raises ValueError for any other."""
    kind = column.type
    if isinstance(kind, SqlEnum) and kind.enum_class is not None:
        return kind.enum_class
    if isinstance(kind, UtcInstant):
        return datetime.fromisoformat
    if isinstance(kind, Date):
        return date.fromisoformat
    if isinstance(kind, LargeBinary):
        return lambda value: base64.b64decode(value, validate=True)
    return lambda value: _checked(value, kind.python_type)


def _checked(value: Any, kind: type) -> Any:
    if type(value) is not kind:
        raise ValueError(f"{value!r} is not a value of type {kind.__name__}")
    return value
