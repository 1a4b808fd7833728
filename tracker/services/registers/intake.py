"""Taking in another body's register: rows by a mapping, once; a later cut brings what changed, and nothing else."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tracker.domain.plurals import plural
from tracker.domain.references import fold
from tracker.domain.undo import with_file
from tracker.domain.who import Who
from tracker.errors import RefusedError
from tracker.files import checksum_of
from tracker.ingest.problems import Problem
from tracker.ingest.registers.findings import Findings
from tracker.ingest.registers.gathering import Entry, gather
from tracker.ingest.registers.mapping import Mapping
from tracker.ingest.registers.mapping_file import read_mapping
from tracker.ingest.registers.rows import RegisterRow, read_rows
from tracker.limits import Limits
from tracker.progress import OnStep, begun, of_the_journal
from tracker.services.registers.names import NameBook
from tracker.services.registers.writing import Outcome, Writing
from tracker.store.aliases import all_aliases
from tracker.store.batches import Batch
from tracker.store.organizations import add_organization, all_organizations
from tracker.store.unit import Register


@dataclass(slots=True)
class RegisterReport:
    """What an import of a register did, or would do. Lists name follow-ups, `refused` rows of the file."""

    register: str
    file: str
    rows: int = 0
    outcome: Outcome = field(default_factory=Outcome)
    refused: list[int] = field(default_factory=list)
    organizations: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    is_stopped: bool = False

    def as_json(self) -> dict[str, Any]:
        """The JSON of an import, as DESIGN section 5 fixes it, with what a register adds to it."""
        counts = {name: len(names) for name, names in self.outcome.lists().items()}
        return {
            "kind": "register",
            "symbol": None,
            "report": None,
            "register": self.register,
            "recommendations": [],
            "rows": self.rows,
            **counts,
            "refused": len(self.refused),
            "organizations": self.organizations,
            "lists": {**self.outcome.lists(), "refused": self.refused},
            "problems": [problem.as_json() for problem in self.problems],
        }


class _Stop(RefusedError):  # noqa: N818 - never seen by a user: it takes the batch back
    """Rows were refused, so that nothing may be written."""


def import_register(
    register: Register,
    path: Path,
    mapping_path: Path,
    who: Who,
    *,
    only: Sequence[str] = (),
    keep_going: bool = False,
    dry_run: bool = False,
    limits: Limits | None = None,
    on_step: OnStep | None = None,
) -> RegisterReport:
    """Read a register and write what it says that it has not said before: one batch, all or nothing.

    Where rows are refused nothing is written and the report says so (`is_stopped`), unless `keep_going`. `only`
    takes the entries of these organizations alone. Raises BadDataError for a file or mapping that cannot be read.
    """
    mapping = read_mapping(mapping_path)
    findings = Findings(path.name)
    report = RegisterReport(mapping.name, path.name)
    rows = list(read_rows(path, mapping, findings, limits))
    report.rows = len(rows)
    traced = with_file(who, path.name, checksum_of(path))
    try:
        with _uncollected(), register.batch(traced, dry_run=dry_run) as batch:
            entries = _entries(batch, rows, mapping, findings, report)
            rows.clear()  # 100,000 of them are memory that the writing needs
            writing = Writing(batch, mapping, findings, who.today)
            wanted = _narrowed(entries, only)
            begun(on_step, f"{path.name}, {plural(len(wanted), 'follow-up')}")
            batch.on_written = of_the_journal(on_step)
            report.outcome = writing.write(wanted, is_whole=mapping.complete and not only, on_step=on_step)
            if findings.refused and not keep_going:
                raise _Stop("rows were refused.")
    except _Stop:
        report.outcome, report.organizations, report.is_stopped = Outcome(), [], True
    report.refused = sorted(findings.refused)
    report.problems = findings.problems()
    return report


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without Python's search for cycles: rows have none, and looking costs a fifth of the time (measured)."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _narrowed(entries: list[Entry], only: Sequence[str]) -> list[Entry]:
    codes = {fold(code) for code in only}
    return [entry for entry in entries if fold(entry.code) in codes] if codes else entries


def _entries(
    batch: Batch, rows: Sequence[RegisterRow], mapping: Mapping, findings: Findings, report: RegisterReport
) -> list[Entry]:
    """The entries of the file, with the organizations registered that the mapping lets come in by name."""
    book = NameBook(mapping.names, all_organizations(batch.session), all_aliases(batch.session))
    book.learn(rows)
    entries = gather(rows, mapping, book.code, book.blank_code(), findings)
    book.tell(rows, findings)
    used = {entry.code for entry in entries}
    for code, organization in sorted(book.new.items()):
        if code in used:
            add_organization(batch, organization)
            report.organizations.append(code)
    return entries
