"""Digests per second, composed and queued, and how much memory that takes.

    python -m benchmarks.digests [--organizations 1000] [--rows 100] [--returns] [--database FILE-OR-URL]

Every organization has as many open rows, all of them asked about, and one recipient; so every organization gives
one digest of that many lines. `--returns` attaches the XLSX return to each. The peak of memory is given after a
tenth of the digests and after all of them: flat means that it does not grow with the number of organizations.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import insert

from tracker.config import OfficeSettings, Settings
from tracker.domain.references import fold
from tracker.domain.vocabulary import Acceptance, Addressee, Implementation, Post, SymbolRole, Verification
from tracker.services.reminders.composing import compose_due
from tracker.services.upkeep.registration import initialize
from tracker.store.database.engine import database_url, open_engine
from tracker.store.database.tables import (
    follow_up_table,
    officer_table,
    organization_table,
    recommendation_table,
    report_table,
    symbol_table,
)
from tracker.store.unit import Register

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
ISSUED = date(2025, 1, 15)


def measure(database: str, organizations: int, rows: int, *, returns: bool) -> None:
    """Fill a register, compose everything, and print the figures."""
    initialize(database)
    register = Register(open_engine(database_url(database)))
    _fill(register, organizations, rows)
    settings = Settings(None, database, OfficeSettings(), reminders={"cap": 10_000, "attach_return": returns})
    with_cap = replace(settings, reminders={**settings.reminders, "cap": max(1, organizations // 10)})
    print(f"{organizations:,} organizations × {rows} open rows, returns {'attached' if returns else 'left out'}")
    _compose(register, with_cap, "the first tenth")
    _compose(register, settings, "the others")


def _compose(register: Register, settings: Settings, name: str) -> None:
    start = time.perf_counter()
    report = compose_due(register, settings, now=NOW)
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"  {name:<16} {report.digests:6,} digests, {report.lines:8,} lines in {seconds:6.1f} s: "
        f"{report.digests / seconds:6.1f} digests/s, peak of memory {peak:,.0f} MB"
    )


def _fill(register: Register, organizations: int, rows: int) -> None:
    tables = {
        report_table: [{"id": 1, "title": "Management of things in the invented organizations", "issued_on": ISSUED}],
        symbol_table: [{"report_id": 1, "symbol": "A/80/501", "folded": fold("A/80/501"), "role": SymbolRole.MAIN}],
        recommendation_table: [_recommendation(number) for number in range(1, rows + 1)],
        organization_table: [
            {"id": code, "code": f"ORG{code:04}", "folded": fold(f"ORG{code:04}"), "name": f"Organization {code}"}
            for code in range(1, organizations + 1)
        ],
        officer_table: [
            {
                "organization_id": code,
                "post": Post.EXECUTIVE_HEAD,
                "name": f"Head of organization {code}",
                "email": f"head{code}@example.org",
                "from_on": date(2020, 1, 1),
            }
            for code in range(1, organizations + 1)
        ],
    }
    with register.write() as session:
        for table, content in tables.items():
            session.execute(insert(table), content)
        for code in range(1, organizations + 1):
            session.execute(insert(follow_up_table), [_follow_up(code, number, rows) for number in range(1, rows + 1)])


def _recommendation(number: int) -> dict[str, object]:
    text = f"Executive heads should ensure, by the end of the year, that thing number {number} is done and reported on."
    return {
        "id": number,
        "report_id": 1,
        "number": str(number),
        "position": number,
        "text": text,
        "addressee": Addressee.EXECUTIVE_HEAD,
    }


def _follow_up(code: int, number: int, rows: int) -> dict[str, object]:
    due = NOW.date() + timedelta(days=25 - number * 2)
    return {
        "id": (code - 1) * rows + number,
        "recommendation_id": number,
        "organization_id": code,
        "acceptance": Acceptance.ACCEPTED,
        "implementation": Implementation.IN_PROGRESS,
        "verification": Verification.NOT_VERIFIED,
        "due_on": due,
        "original_due_on": due,
        "addressed_on": ISSUED,
        "heard_on": date(2026, 10, 1),
        "effective_on": date(2026, 10, 1),
        "recorded_at": NOW,
        "actor": "bench",
        "note": "A draft is with the legal office.",
    }


def main() -> None:
    """Read the arguments and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--organizations", type=int, default=1000)
    parser.add_argument("--rows", type=int, default=100)
    parser.add_argument("--returns", action="store_true")
    parser.add_argument("--database")
    said = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        database = said.database or str(Path(folder) / "register.db")
        measure(database, said.organizations, said.rows, returns=said.returns)


if __name__ == "__main__":
    main()
