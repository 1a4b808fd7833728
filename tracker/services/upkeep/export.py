"""The register out of the house and in again: everything in one file, the same bytes each time."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tracker.domain.journal import GENESIS, batch_hash
from tracker.errors import BadDataError, RefusedError
from tracker.ingest.exports import FORM, Export, last_line, read_export
from tracker.store.database import dump
from tracker.store.database.schema import HEAD
from tracker.store.journal import chain
from tracker.store.unit import Register


def register_lines(register: Register) -> Iterator[str]:
    """The register as the lines of one JSON document, a row a line: journal, ledger, outbox and all.

    Two registers that hold the same give the same lines, on SQLite and on PostgreSQL. Files of evidence are
    named by their checksums, not held: `tracker db backup` holds them. The last line is the checksum of all before it.
    """
    checksum = hashlib.sha256()
    for line in _rows(register):
        checksum.update(line.encode())
        yield line
    yield last_line(checksum.hexdigest())


def _rows(register: Register) -> Iterator[str]:
    with register.read() as session:
        yield f'{{"form": "{FORM}", "schema": "{HEAD}", "tables": {{\n'
        for place, (name, table) in enumerate(dump.tables().items()):
            yield f"{',' if place else ''}{json.dumps(name)}: [\n"
            for number, row in enumerate(dump.rows_of(session, table)):
                yield f"{',' if number else ''}{json.dumps(row, ensure_ascii=False)}\n"
            yield "]\n"
    yield "},\n"


@dataclass(slots=True)
class RegisterImport:
    """What was taken in: rows by table, and the last hash of the journal."""

    last_hash: str = GENESIS
    rows: dict[str, int] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return {"kind": "export", "rows": self.rows, "last_hash": self.last_hash}


def import_register(register: Register, path: Path, *, dry_run: bool = False) -> RegisterImport:
    """Fill an empty register from an export, whole or not at all; its checksum and every hash are recomputed first.

    Raises RefusedError where the register is not empty, BadDataError where the file does not fit or does not
    agree with itself. It is no batch: the journal comes out as it went in.
    """
    export = read_export(path)
    _check_tables(export)
    result = RegisterImport()
    with register.write() as session:
        if not dump.is_empty(session):
            raise RefusedError(
                "the register is not empty.", remedy="Make a new one: tracker --database NEW.db init, and import there."
            )
        try:
            for name, table in dump.tables().items():
                result.rows[name] = dump.load_rows(session, table, export.tables[name])
        except (ValueError, TypeError) as error:
            raise BadDataError(
                f"a row cannot be read: {error}.", where=export.name, remedy="Export it again."
            ) from None
        result.last_hash = _check_chain(session, export.name)
        if dry_run:
            session.rollback()
    return result


def _check_tables(export: Export) -> None:
    if export.schema != HEAD:
        raise BadDataError(
            f"is of version {export.schema}; this program has {HEAD}.",
            where=export.name,
            remedy="Export it with this version of tracker, after: tracker db upgrade.",
        )
    if export.tables.keys() != dump.tables().keys():
        odd = sorted(export.tables.keys() ^ dump.tables().keys())
        raise BadDataError(
            f"does not hold the tables of a register ({', '.join(odd)}).", where=export.name, remedy="Export it again."
        )


def _check_chain(session: Any, name: str) -> str:
    last, broken = GENESIS, None
    for facts, previous, own, lines in chain(session):  # to its end, so that no cursor stays open
        if broken is None and (previous != last or batch_hash(previous, facts, lines) != own):
            broken = facts.number
        last = own
    if broken is not None:
        raise BadDataError(
            f"batch {broken} of the journal does not give its hash: the file was changed.",
            where=name,
            remedy="Export the register again, and compare the last hash with the one that was published.",
        )
    return last
