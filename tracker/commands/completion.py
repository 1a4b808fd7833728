"""What the shell proposes for references, organizations and statuses.

Asked at every press of the tab key: it reads an SQLite register with the standard library alone, read-only, and
proposes nothing rather than fail.
"""

from __future__ import annotations

from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import typer

_MOST = 200

_REFERENCES = """
    SELECT symbol.symbol || '/R' || recommendation.number, substr(recommendation.text, 1, 60)
    FROM recommendation JOIN symbol ON symbol.report_id = recommendation.report_id AND symbol.role = 'main'
    ORDER BY symbol.folded, recommendation.position
"""
_ORGANIZATIONS = "SELECT code, name FROM organization ORDER BY folded"
_REPORTS = "SELECT symbol.symbol, report.title FROM symbol JOIN report ON report.id = symbol.report_id ORDER BY folded"


def complete_reference(ctx: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    """References that begin as typed, or that have a part which does."""
    return _matching(_ask(ctx, _REFERENCES), incomplete)


def complete_organization(ctx: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    """Codes of organizations."""
    return _matching(_ask(ctx, _ORGANIZATIONS), incomplete)


def complete_report(ctx: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    """Symbols of reports."""
    return _matching(_ask(ctx, _REPORTS), incomplete)


def complete_status(incomplete: str) -> list[str]:
    """The statuses that `--to` takes."""
    from tracker.domain.vocabulary import TARGETS

    return [word for word in TARGETS if word.startswith(incomplete.lower())]


def _matching(rows: list[tuple[str, str]], incomplete: str) -> list[tuple[str, str]]:
    wanted = incomplete.upper()
    return [row for row in rows if row[0].upper().startswith(wanted)][:_MOST]


def _ask(ctx: Any, query: str) -> list[tuple[str, str]]:
    import sqlite3

    with suppress(Exception):
        place = _database(ctx)
        if place.is_file():
            with closing(sqlite3.connect(f"{place.resolve().as_uri()}?mode=ro", uri=True)) as connection:
                return [(str(word), " ".join(str(help_text).split())) for word, help_text in connection.execute(query)]
    return []


def _database(ctx: Any) -> Path:
    from tracker.config import load_settings

    given = ctx.find_root().params
    config = given.get("config")
    database = load_settings(None if config is None else Path(config), given.get("database")).database
    return Path(database.removeprefix("sqlite:///"))
