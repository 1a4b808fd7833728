"""How much of a file is read at most, so that no file can fill the memory or the evening."""

from __future__ import annotations

from dataclasses import dataclass

from tracker.errors import BadDataError

_MB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """`most_unpacked` is of a whole spreadsheet file, in bytes; `most_ratio` how many times it may grow."""

    most_bytes: int = 100 * _MB
    most_unpacked: int = 600 * _MB
    most_ratio: int = 200
    most_parts: int = 2_000
    most_rows: int = 500_000

    def check_bytes(self, name: str, size: int) -> None:
        if size > self.most_bytes:
            raise BadDataError(
                f"has {size // _MB} MB; at most {self.most_bytes // _MB} MB are read.",
                where=name,
                remedy="Split it, or take what is not needed out of it.",
            )

    def check_row(self, name: str, number: int) -> None:
        """`number` counts rows that hold something."""
        if number > self.most_rows:
            raise BadDataError(
                f"has more than {self.most_rows:,} rows.", where=name, remedy="Split it into several files."
            )

    def check_unpacked(self, name: str, packed: int, unpacked: int, parts: int) -> None:
        """Raise for a file that would grow beyond reason when it is unpacked."""
        if parts > self.most_parts:
            raise BadDataError(f"has {parts:,} parts; at most {self.most_parts:,} are read.", where=name)
        grown = unpacked > self.most_unpacked
        if grown or (unpacked > 10 * _MB and unpacked > packed * self.most_ratio):
            raise BadDataError(
                f"would grow from {packed / _MB:.1f} MB to {unpacked // _MB:,} MB when unpacked; at most "
                f"{self.most_unpacked // _MB} MB and {self.most_ratio} times its size are allowed.",
                where=name,
                remedy="If it is what it should be, save it as .csv.",
            )
