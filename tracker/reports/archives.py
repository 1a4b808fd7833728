"""Office files are zip archives: written again with every member dated alike, and long members in pieces."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from io import BytesIO

Grow = Callable[[str, bytes], Iterable[bytes]]
"""The name of a member and what it holds → what is written in its place, piece by piece."""


def as_it_is(_: str, content: bytes) -> Iterable[bytes]:
    return (content,)


def dated(content: bytes, moment: datetime, grow: Grow = as_it_is) -> bytes:
    """The same archive with every member dated alike, its members grown; zip knows no day before 1980."""
    stamp = (max(moment.year, 1980), *moment.timetuple()[1:6])
    written = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as source, zipfile.ZipFile(written, "w") as target:
        for name in _ordered(source.namelist()):
            member = zipfile.ZipInfo(name, stamp)
            member.compress_type = zipfile.ZIP_DEFLATED
            with target.open(member, "w") as file:
                for piece in grow(name, source.read(name)):
                    file.write(piece)
    return written.getvalue()


def _ordered(names: Sequence[str]) -> Iterator[str]:
    """The list of types first, as readers expect it, then by name."""
    first = "[Content_Types].xml"
    yield from [name for name in names if name == first]
    yield from sorted(name for name in names if name != first)
