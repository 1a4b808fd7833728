"""Merged cells below the header: whose value is it? Refused, unless the mapping says that it is everybody's."""

from __future__ import annotations

from collections.abc import Iterable

from tracker.errors import BadDataError
from tracker.ingest.spreadsheets.cell_names import Span, range_name


class MergedCellsError(BadDataError):
    """Cells of the table are merged, and the mapping does not say what that means."""


class Merged:
    """Takes the rows of a sheet one by one; ranges may be known before, or come with the row in which they begin."""

    def __init__(self, spans: Iterable[Span], place: str, *, fill: bool) -> None:
        self.spans = list(spans)
        self.place = place
        self.fill = fill
        self.tops: dict[Span, str] = {}
        self.header_seen = False

    def apply(self, number: int, cells: list[str]) -> list[str]:
        """The row as it is meant. Raises BadDataError for a merged range in a row of the table."""
        if self.spans:
            self.spans = [span for span in self.spans if span[2] >= number]
            for span in self.spans:
                if span[0] <= number:
                    cells = self._within(span, number, cells)
        # A title is merged across the columns; from the first row with several values on, there is a table.
        self.header_seen = self.header_seen or sum(bool(cell) for cell in cells) > 1
        return cells

    def _within(self, span: Span, number: int, cells: list[str]) -> list[str]:
        top, left, _, _ = span
        if number == top:
            self.tops[span] = cells[left - 1] if left <= len(cells) else ""
        if self.header_seen and not self.fill:
            raise MergedCellsError(
                "are merged, so it is not known to which row the value belongs.",
                where=f"{self.place}, cells {range_name(span)}",
                remedy='Separate them, or say in the mapping that it is for all: [file] merged = "fill".',
            )
        if self.fill:  # in its first column only: what is merged across several would become a value of each
            cells = [*cells, *[""] * (left - len(cells))]
            cells[left - 1] = self.tops.get(span, "")
        return cells
