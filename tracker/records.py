"""What every record of the program is made with: values that are set once and compared by what they hold."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from operator import attrgetter
from typing import Any, TypeVar, dataclass_transform

Record = TypeVar("Record")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def record(kind: type[Record]) -> type[Record]:
    """A dataclass with slots that is frozen to the type checker, and an ordinary one at run time.

    Freezing makes every field a call: 2.7 instead of 0.2 microseconds for a follow-up, of which there are thousands.
    And `dataclass` compiles every method of every class anew whenever the program starts. Here it compiles only the
    one that sets the fields; what compares, hashes and shows a record is the same for all, so that a class cannot have
    its own.
    """
    made: Any = dataclass(slots=True, repr=False, eq=False)(kind)
    values = attrgetter(*(each.name for each in fields(made) if each.compare))
    made.__eq__ = lambda self, other: values(self) == values(other) if type(other) is type(self) else NotImplemented
    made.__hash__ = lambda self: hash(values(self))
    made.__repr__ = _shown
    result: type[Record] = made
    return result


def _shown(self: Any) -> str:
    said = (f"{each.name}={getattr(self, each.name)!r}" for each in fields(self) if each.repr)
    return f"{type(self).__qualname__}({', '.join(said)})"
