"""A register out, into an empty one, and out again: the same bytes, on either database."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from hashlib import sha256

import builders as b
import pytest
from exported_files import forge
from filled_returns import A, I, V, fill

from tracker.domain.outbox import OutboxState
from tracker.domain.periods import DueDate
from tracker.domain.received import MailVerdict
from tracker.domain.returns import Field
from tracker.domain.vocabulary import Post
from tracker.errors import BadDataError, RefusedError
from tracker.services import corrections, extensions
from tracker.services.organizations import add_officer, add_organization
from tracker.services.returns import files, making, reading
from tracker.services.upkeep import audit
from tracker.services.upkeep.export import import_register, register_lines
from tracker.store import sqlite_files
from tracker.store.database import dump
from tracker.store.database.engine import database_url, open_engine
from tracker.store.database.mail_tables import delivery_table, outbox_table, reminder_item_table, reminder_table
from tracker.store.database.schema import HEAD
from tracker.store.database.tables import edition_table
from tracker.store.database.writing import insert_row
from tracker.store.mails.returns import add_mail
from tracker.store.unit import Register


@pytest.fixture
def full(sqlite_register, tmp_path) -> Register:
    """A register in which nearly every table holds something: corrections, withdrawals, extensions, mails."""
    register = sqlite_register
    b.organizations(register, "WHO", "FAO", "ILO")
    b.report(register, now=datetime(2026, 1, 5, tzinfo=UTC))
    add_officer(
        register, "WHO", b.who(), post=Post.FOCAL_POINT, name="Zoë", email="z@who.example.org", from_on=date(2026, 1, 1)
    )
    b.move(register, "501/R1", "WHO", "FAO", to=A.ACCEPTED, on=date(2026, 2, 1), note="=1+1 “é” \u2028 \x1f")
    b.move(register, "501/R1", "WHO", to=I.IMPLEMENTED, note="done", actor="ana")
    b.move(register, "501/R1", "WHO", to=V.DISPUTED, note="no", actor="bo")
    b.move(register, "501/R2", "ILO", to=A.NOT_RELEVANT, note="x", actor="ana")
    corrections.undo(register, b.who("ana"))
    b.move(register, "501/R2", "WHO", due=date(2026, 12, 31))
    extensions.request(register, "501/R2", "WHO", DueDate(date(2027, 6, 30)), "staff", b.who())
    content = making.make(register, "FAO", office="o", reply_to="o@example.org", today=b.TODAY)
    filled = fill(content, {"A/80/501/R2": {Field.ACCEPTANCE: "Accepted", Field.EVIDENCE: "https://example.org/x"}})
    reading.read(register, files.Source("fao.xlsx", filled), b.who(), evidence_store=tmp_path / "evidence")
    _add_mails_and_editions(register)
    return register


def _add_mails_and_editions(register: Register) -> None:
    _add_mail_received(register)
    follow_up = b.follow_up(register, "501/R1", "WHO").id
    moment = datetime(2026, 11, 24, 9, 0, 0, 250_000, tzinfo=UTC)
    with register.write() as session:
        mail = insert_row(
            session, outbox_table, key="digest:x", recipient="x@example.org", subject="x", message=bytes(range(256)),
            state=OutboxState.SENT, queued_at=moment, next_attempt_at=moment,
        )  # fmt: skip
        insert_row(session, delivery_table, outbox_id=mail, at=moment, state=OutboxState.SENT, answer="250 ok")
        columns = {"recipient": "x@example.org", "cycle": "2026-W48", "composed_at": moment, "outbox_id": mail}
        reminder = insert_row(session, reminder_table, **columns)
        insert_row(session, reminder_item_table, reminder_id=reminder, follow_up_id=follow_up, reason="x", rung="x")
        insert_row(
            session, edition_table, scope="", quarter="2026Q3", number=1, as_of=date(2026, 9, 30), known_at=moment,
            published_at=moment, published_by="ana", figures=b'{"a":1}', sha256="0" * 64,
        )  # fmt: skip


def _add_mail_received(register: Register) -> None:
    with register.write() as session:
        add_mail(
            session, key="<1@who.example.org>", sender="z@who.example.org", subject="x", fetched_at=b.NOW,
            verdict=MailVerdict.QUEUED, why=None, organization_id=None, reminder_id=None, words="=1+1 “é”\n\u2028\tR5",
        )  # fmt: skip


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request, migrated_file, tmp_path) -> Iterator[Register]:
    """Another register, empty, on each database in turn."""
    if request.param == "sqlite":
        path = tmp_path / "other.db"
        path.write_bytes(migrated_file.read_bytes())
        url = str(path)
    else:
        url = request.getfixturevalue("postgres_url")
    engine = open_engine(database_url(url))
    yield Register(engine)
    engine.dispose()


@pytest.fixture
def exported(full, tmp_path):
    path = tmp_path / "register.json"
    path.write_text("".join(register_lines(full)), encoding="utf-8")
    return path


def test_the_same_bytes_come_out_again(full, exported, empty):
    done = import_register(empty, exported)
    assert "".join(register_lines(empty)) == exported.read_text(encoding="utf-8")
    before, after = audit.verify(full, b.TODAY), audit.verify(empty, b.TODAY)
    assert after == before
    assert (after.findings, after.last_hash) == ([], done.last_hash)
    assert done.rows["journal"] == after.entries > 15


def test_the_database_user_goes_with_a_register_into_a_file(register, migrated_file, tmp_path):
    b.organizations(register, "WHO")
    b.report(register, now=datetime(2026, 1, 5, tzinfo=UTC))
    exported = tmp_path / "whole.json"
    exported.write_text("".join(register_lines(register)), encoding="utf-8")
    (tmp_path / "other.db").write_bytes(migrated_file.read_bytes())
    with sqlite_files.opened(tmp_path / "other.db") as other:
        import_register(other, exported)
        assert "".join(register_lines(other)) == exported.read_text(encoding="utf-8")
        b.move(other, "501/R1", "WHO", to=A.ACCEPTED)
        assert audit.verify(other, b.TODAY).findings == []
        *before, last = audit.export(other)
    assert before == list(audit.export(register))
    assert last["database_user"] is None


def test_the_register_that_was_filled_goes_on_counting(exported, empty):
    import_register(empty, exported)
    b.move(empty, "501/R2", "FAO", to=I.IN_PROGRESS)
    add_organization(empty, b.Organization("ITU", "The ITU"), b.who())
    add_officer(
        empty, "ITU", b.who(), post=Post.SECRETARY, name="S", email="s@itu.example.org", from_on=date(2026, 1, 1)
    )
    assert audit.verify(empty, b.TODAY).findings == []


def test_every_table_is_in_it_but_the_schedulers_own():
    from tracker.store.database.metadata import METADATA

    assert set(dump.tables()) == set(METADATA.tables) - {"scheduler"}


def test_it_is_one_json_document_of_this_schema(exported):
    content = json.loads(exported.read_bytes())
    assert (content["form"], content["schema"]) == ("tracker-register/1", HEAD)
    assert set(content["tables"]) == set(dump.tables())
    *before, last = exported.read_bytes().splitlines(keepends=True)
    assert last == f'"sha256": "{sha256(b"".join(before)).hexdigest()}"}}\n'.encode()


def test_a_register_that_holds_something_is_left_as_it_is(full, exported):
    with pytest.raises(RefusedError, match="the register is not empty"):
        import_register(full, exported)


def test_a_dry_run_leaves_it_empty(exported, empty):
    import_register(empty, exported, dry_run=True)
    with empty.read() as session:
        assert dump.is_empty(session)


def _taken(name):
    """The last row of a table that no hash of the journal covers, taken out."""
    return lambda lines: lines.remove(_rows_of(lines, name)[-1])


def _put(name, old, new):
    def put(lines):
        row = next(row for row in _rows_of(lines, name) if old in row)
        lines[lines.index(row)] = row.replace(old, new)

    return put


def _rows_of(lines, name):
    begins = next(at for at, line in enumerate(lines) if line.lstrip(",").startswith(f'"{name}": ['))
    return lines[begins + 1 : lines.index("]\n", begins)]


@pytest.mark.parametrize(
    "change",
    [
        _taken("extension"),
        _taken("symbol"),
        _put("officer", "z@who.example.org", "eve@example.org"),
        _put("edition", '"published_by": "ana"', '"published_by": "eve"'),
        _put("delivery", "250 ok", "550 no"),
        lambda lines: lines.__setitem__(1, lines[1] + "\n"),
        lambda lines: lines.__setitem__(-1, f'"sha256": "{"0" * 64}"}}\n'),
    ],
    ids=["a row less", "a symbol less", "an address", "who published", "what a server said", "a blank", "the checksum"],
)
def test_a_file_in_which_anything_was_changed_is_refused(exported, empty, change):
    lines = [f"{line}\n" for line in exported.read_text(encoding="utf-8").split("\n")[:-1]]
    change(lines)
    exported.write_text("".join(lines), encoding="utf-8")
    with pytest.raises(BadDataError, match="was changed after it was exported: its checksum is another"):
        import_register(empty, exported)
    with empty.read() as session:
        assert dump.is_empty(session)


def test_a_file_without_a_checksum_is_refused(exported, empty):
    whole = exported.read_text(encoding="utf-8")
    exported.write_text(whole[: whole.rindex(',\n"sha256"')] + "}\n", encoding="utf-8")
    with pytest.raises(BadDataError, match="has no checksum in its last line"):
        import_register(empty, exported)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda c: c["tables"]["journal"][3].update(note="other"), "does not give its hash"),
        (lambda c: c["tables"]["batch"][2].update(actor="eve"), "does not give its hash"),
        (lambda c: c["tables"]["batch"][2].update(database_user="eve"), "does not give its hash"),
        (lambda c: c["tables"]["batch"].pop(), "journal|batch|amendment"),
        (lambda c: c["tables"]["journal"][3].update(topic="rumour"), "a row cannot be read: 'rumour'"),
        (lambda c: c["tables"]["journal"][3].update(effective_on="yesterday"), "a row cannot be read"),
        (lambda c: c["tables"]["journal"][3].update(follow_up_id="1"), "is not a value of type int"),
        (lambda c: c["tables"]["journal"][3].update(id=10**30), "a row cannot be read: in the table journal"),
        (lambda c: c["tables"]["journal"][3].pop("note"), "a row has the columns"),
        (lambda c: c["tables"]["outbox"][0].update(message="?"), "a row cannot be read"),
        (lambda c: c["tables"].pop("journal"), r"does not hold the tables of a register \(journal\)"),
        (lambda c: c["tables"].update(journal={}), "is not whole"),
        (lambda c: c.update(schema="0001"), f"is of version 0001; this program has {HEAD}"),
        (lambda c: c.update(form="other"), "is not an export of a register"),
    ],
)
def test_a_forged_file_is_refused_and_nothing_is_taken_in(exported, empty, change, why):
    forge(exported, change)
    with pytest.raises(BadDataError, match=why):
        import_register(empty, exported)
    with empty.read() as session:
        assert dump.is_empty(session)


def test_a_file_cut_short_or_of_another_kind_is_refused(exported, empty, tmp_path):
    whole = exported.read_bytes()
    exported.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(BadDataError, match="damaged or was cut short"):
        import_register(empty, exported)
    exported.write_bytes(b"\xff\xfe")
    with pytest.raises(BadDataError, match="damaged or was cut short"):
        import_register(empty, exported)
    with pytest.raises(BadDataError, match="no such file"):
        import_register(empty, tmp_path / "none.json")
