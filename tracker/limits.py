"""How much of a file from outside is read at most, so that no file can fill the memory or the evening.

An office may set each of them in [import] of its `tracker.toml`; the sentence that refuses a file names the setting.
"""

from __future__ import annotations

from tracker.errors import BadDataError
from tracker.records import record

MB = 1024 * 1024


@record
class Limits:
    """Sizes in bytes. `most_…` are of registers, `document_…` of notes and reports, `return_…` of returns."""

    most_bytes: int = 100 * MB
    most_unpacked: int = 600 * MB
    most_ratio: int = 200
    most_parts: int = 2_000
    most_rows: int = 500_000
    most_columns: int = 1_000
    most_cells: int = 10_000_000
    most_characters: int = 100_000
    document_bytes: int = 50 * MB
    document_unpacked: int = 300 * MB
    document_pages: int = 2_000
    document_characters: int = 20_000_000
    return_bytes: int = 20 * MB
    return_unpacked: int = 48 * MB
    return_part: int = 16 * MB
    return_cells: int = 500_000
    mail_bytes: int = 40 * MB

    def check_bytes(self, name: str, size: int) -> None:
        """The size of a register's file."""
        if size > self.most_bytes:
            raise BadDataError(
                f"has {size / MB:,.1f} MB; at most {self.most_bytes // MB:,} MB are read.",
                where=name,
                remedy=f"Split it, or take what is not needed out of it. {raised_by('register_mb')}",
            )

    def check_row(self, name: str, number: int) -> None:
        """`number` counts rows that hold something."""
        if number > self.most_rows:
            raise BadDataError(
                f"has more than {self.most_rows:,} rows.",
                where=name,
                remedy=f"Split it into several files. {raised_by('rows')}",
            )

    def check_width(self, where: str, columns: int) -> None:
        """How many columns a row has, from the first to the last that holds something."""
        if columns > self.most_columns:
            raise BadDataError(
                f"has {columns:,} columns; at most {self.most_columns:,} are read.",
                where=where,
                remedy=f"Delete what stands far to the right of the table. {raised_by('columns')}",
            )

    def check_cells(self, where: str, rows: int, columns: int) -> None:
        """Everything between the first cell and the last, filled or not: as much memory is taken."""
        if rows * columns > self.most_cells:
            raise BadDataError(
                f"stretches over {rows:,} rows and {columns:,} columns; at most {self.most_cells:,} cells are read.",
                where=where,
                remedy=f"Delete what stands far below or beside the table. {raised_by('cells')}",
            )

    def check_characters(self, where: str, count: int) -> None:
        """The length of one cell."""
        if count > self.most_characters:
            raise BadDataError(
                f"holds {count:,} characters; at most {self.most_characters:,} are read.",
                where=where,
                remedy=f"Shorten it, or close the quotation mark there. {raised_by('cell_characters')}",
            )

    def check_unpacked(self, name: str, packed: int, unpacked: int, parts: int) -> None:
        """Raise for a file that would grow beyond reason when it is unpacked."""
        if parts > self.most_parts:
            raise BadDataError(
                f"has {parts:,} parts; at most {self.most_parts:,} are read.",
                where=name,
                remedy=f"Save the sheet that matters as a file of its own. {raised_by('parts')}",
            )
        grown = unpacked > self.most_unpacked
        if grown or (unpacked > 10 * MB and unpacked > packed * self.most_ratio):
            setting = "unpacked_mb" if grown else "unpacked_times"
            raise BadDataError(
                f"would grow from {packed / MB:.1f} MB to {unpacked // MB:,} MB when unpacked; at most "
                f"{self.most_unpacked // MB} MB and {self.most_ratio} times its size are allowed.",
                where=name,
                remedy=f"If it is what it should be, save it as .csv. {raised_by(setting)}",
            )


SETTINGS: dict[str, tuple[str, int]] = {
    "register_mb": ("most_bytes", MB),
    "unpacked_mb": ("most_unpacked", MB),
    "unpacked_times": ("most_ratio", 1),
    "parts": ("most_parts", 1),
    "rows": ("most_rows", 1),
    "columns": ("most_columns", 1),
    "cells": ("most_cells", 1),
    "cell_characters": ("most_characters", 1),
    "document_mb": ("document_bytes", MB),
    "document_unpacked_mb": ("document_unpacked", MB),
    "document_pages": ("document_pages", 1),
    "document_characters": ("document_characters", 1),
    "return_mb": ("return_bytes", MB),
    "return_unpacked_mb": ("return_unpacked", MB),
    "return_sheet_mb": ("return_part", MB),
    "return_cells": ("return_cells", 1),
    "mail_mb": ("mail_bytes", MB),
}
"""Setting of [import] → field, and what one of its units is."""


def raised_by(setting: str) -> str:
    """The sentence that says where a limit can be set."""
    assert setting in SETTINGS, setting
    return f"If it has to be so large, raise [import] {setting} in tracker.toml."
