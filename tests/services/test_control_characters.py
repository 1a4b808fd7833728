"""A NUL in a text from outside reaches no register: SQLite would keep it, and PostgreSQL refuse the whole file."""

from __future__ import annotations

from pathlib import Path

import builders as b
import pytest
from register_files import MAPPING, ROWS, SPREADSHEET_ROWS, csv_text, mapping, workbook, write
from sqlalchemy import select

from tracker.config import load_settings
from tracker.errors import BadDataError
from tracker.ingest.notes.answers import read_answers
from tracker.ingest.notes.reading import read_note
from tracker.ingest.registers.mapping_file import read_mapping
from tracker.services.organizations import import_organizations, read_organizations
from tracker.services.registers.intake import import_register
from tracker.store.database import dump
from tracker.store.database.tables import organization_table

NOTE = Path(__file__).parents[1] / "commands" / "note.txt"
REPORT = "A/HRC/99/7\n\n51. The recommendations listed below enjoy the support of Ruritania:\n\n51.1 Plant trees along the roads (Graustark);\n"


def holds_no_control(register) -> bool:
    with register.read() as session:
        rows = [row for table in dump.tables().values() for row in dump.rows_of(session, table)]
    return bool(rows) and not any(letter in str(row.values()) for row in rows for letter in ("\\x00", "\\x0c", "\\x1f"))


def test_a_spreadsheet_that_escapes_one(register, tmp_path):
    rows = [*SPREADSHEET_ROWS[:1], [*SPREADSHEET_ROWS[1][:7], "x_x0000_y and z_x001F_"]]
    import_register(register, workbook(tmp_path / "r.xlsx", rows), mapping(tmp_path), b.who())
    assert holds_no_control(register)


def test_a_csv_in_which_some_stand(register, tmp_path):
    before = [f"{number:03}/24,WTA,RPT-9,2024-03-01,Open,,Paint post {number}.," for number in range(100)]
    text = csv_text(*before, *(row.replace("valves", "val\0ves\x0c") for row in ROWS))
    import_register(register, write(tmp_path, "r.csv", text), mapping(tmp_path), b.who())
    assert holds_no_control(register)


def test_a_list_of_organizations(register, tmp_path):
    path = write(tmp_path, "o.csv", "code,name,group\nWHO\0,Health\0Organization,spec\0ial\n")
    import_organizations(register, read_organizations(path), b.who())
    assert holds_no_control(register)
    with register.read() as session:
        row = session.execute(select(organization_table)).mappings().one()
    assert (row["code"], row["name"], row["group"]) == ("WHO", "Health Organization", "spec ial")


@pytest.mark.parametrize(
    ("read", "text", "words"),
    [(read_note, NOTE.read_text(encoding="utf-8"), "Executive heads should"), (read_answers, REPORT, "Plant trees")],
)
def test_a_document(read, text, words, tmp_path):
    spoiled = text.replace(words, words.replace("e", "e\0", 1), 1) + "\n" * 3_000
    found = repr(read(write(tmp_path, "A_80_501_Add.1.txt", spoiled)))
    assert words in found
    assert "\\x00" not in found


@pytest.mark.parametrize(
    ("toml", "place"),
    [
        ('[office]\nname = "Over\\u0000sight"', "office.name"),
        ('[mail]\nsender = "a\\u0008@b.org"', "mail.sender"),
        ('[reminders]\n"a\\u0000" = 1', "reminders"),
    ],
)
def test_a_setting_is_refused_with_its_place(toml, place, tmp_path):
    with pytest.raises(BadDataError, match=f"{place} contains a character that is not allowed"):
        load_settings(write(tmp_path, "tracker.toml", toml))


def test_a_mapping_is_refused_with_its_place(tmp_path):
    toml = MAPPING.replace('moves = ["not-relevant"]', 'moves = ["not-relevant", "\\u0000"]')
    with pytest.raises(BadDataError, match=r"mapping\.toml: status\.means\.moves contains a character"):
        read_mapping(mapping(tmp_path, toml))
