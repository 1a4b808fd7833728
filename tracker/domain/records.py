"""What the records are made with that a command makes by the thousand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar, dataclass_transform

Record = TypeVar("Record")


@dataclass_transform(frozen_default=True)
def record(kind: type[Record]) -> type[Record]:
    """A frozen dataclass to the type checker, a plain one at run time.

    Freezing makes every field a call: 2.7 instead of 0.2 microseconds for a follow-up, of which there are thousands.
    """
    return dataclass(slots=True, unsafe_hash=True)(kind)
