"""A table as a document prints it, cell by cell, before it is known what it is about."""

from __future__ import annotations

import re

from tracker.ingest.documents.lines import Place
from tracker.records import record

LABEL = re.compile(r"rec(?:ommendation|\.)?\s*(?:no\.?\s*)?(\d{1,3}[a-z]?)\.?", re.IGNORECASE)
"""What stands at the head of a row of the annex of actions."""
MARKS = re.compile(r"(?:report\s*)?for (action|information)", re.IGNORECASE)
"""The rows that say to whom the whole report goes."""
IMPACT = re.compile(r"(?:intended\s+)?impact", re.IGNORECASE)


@record
class GridRow:
    """`cells` has one text for each column; a cell that spans several has its text in the first of them."""

    place: Place
    cells: tuple[str, ...]


Grid = tuple[GridRow, ...]
