"""`tracker export` and `tracker import` of an export, as they are typed."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from datetime import date

import pytest
from exported_files import forge
from openpyxl import load_workbook

from tracker.domain.vocabulary import FOLLOW_UP_KEYS

FORMULA = "=HYPERLINK(1)"


@pytest.fixture
def desk(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    import builders as b

    from tracker.domain.vocabulary import Acceptance
    from tracker.store.database.engine import database_url, open_engine
    from tracker.store.unit import Register

    engine = open_engine(database_url(str(tmp_path / "register.db")))
    register = Register(engine)
    b.organizations(register, "WHO", "FAO")
    b.report(register)
    b.move(register, "501/R1", "WHO", to=Acceptance.NOT_ACCEPTED, note=FORMULA)
    engine.dispose()
    return run


def test_the_whole_register_goes_out_in_and_out_again(desk, tmp_path):
    from typer.testing import CliRunner

    from tracker.commands import app

    def other(*words):
        return CliRunner().invoke(app, ["--database", str(tmp_path / "other.db"), *words])

    assert desk("export", "--out", "one.json").exit_code == 0
    assert other("init").exit_code == 0
    where = f"copy what the other register's folder evidence holds into {tmp_path / 'evidence'}.\n"
    assert other("import", "one.json", "--dry-run").stderr.endswith(where)
    said = json.loads(other("import", "one.json", "--as", "export", "--json").stdout)
    assert (said["kind"], said["rows"]["follow_up"], said["findings"]) == ("export", 4, [])
    assert other("export", "--format", "json", "--out", "two.json").exit_code == 0
    assert (tmp_path / "two.json").read_bytes() == (tmp_path / "one.json").read_bytes()
    assert desk("export").stdout == (tmp_path / "one.json").read_text()
    again = other("import", "one.json")
    assert again.exit_code == 1
    assert "the register is not empty" in again.stderr


@pytest.mark.parametrize(
    ("ending", "begins"), [("csv", b"ref,report,"), ("XLSX", b"PK"), ("json", b'{"form'), ("", b"{")]
)
def test_the_form_of_a_file_is_that_of_its_ending_where_none_is_given(desk, ending, begins, tmp_path):
    assert desk("export", "--out", f"all.{ending}").exit_code == 0
    assert (tmp_path / f"all.{ending}").read_bytes().startswith(begins)
    assert desk("export", "--out", f"all.{ending}", "--format", "csv").exit_code == 0
    assert (tmp_path / f"all.{ending}").read_bytes().startswith(b"ref,report,")


@pytest.mark.parametrize("words", [["--org", "WHO"], ["--rows"], ["--as-of", str(date.today())]])
def test_a_filter_gives_the_array_of_follow_ups(desk, words):
    found = json.loads(desk("export", *words).stdout)
    listed = [word for word in words if word != "--rows"]
    assert found == json.loads(desk("list", "--json", *listed).stdout)


def test_positions_that_do_not_agree_with_the_journal_are_told(desk, tmp_path):
    from typer.testing import CliRunner

    from tracker.commands import app

    desk("export", "--out", "one.json")
    forge(tmp_path / "one.json", lambda content: content["tables"]["follow_up"][0].update(acceptance="accepted"))
    other = ["--database", str(tmp_path / "other.db")]
    CliRunner().invoke(app, [*other, "init"])
    done = CliRunner().invoke(app, [*other, "import", "one.json"])
    assert done.exit_code == 1
    assert "does not agree with its own journal in 1 place" in done.stderr


def test_csv_disarms_formulas(desk):
    rows = list(csv.DictReader(io.StringIO(desk("export", "--format", "csv").stdout)))
    assert list(rows[0]) == list(FOLLOW_UP_KEYS)
    assert [row["note"] for row in rows if row["note"]] == [f"'{FORMULA}"]


def test_xlsx_holds_text_and_days_and_no_formula(desk, tmp_path):
    assert desk("export", "--format", "xlsx", "--out", "x.xlsx").exit_code == 0
    sheet = load_workbook(tmp_path / "x.xlsx").active
    head, *rows = (list(row) for row in sheet.iter_rows())
    assert [cell.value for cell in head] == list(FOLLOW_UP_KEYS)
    note = next(row[FOLLOW_UP_KEYS.index("note")] for row in rows if row[FOLLOW_UP_KEYS.index("note")].value)
    assert (note.value, note.data_type) == (FORMULA, "s")
    assert rows[0][FOLLOW_UP_KEYS.index("effective_on")].is_date
    first = (tmp_path / "x.xlsx").read_bytes()
    desk("export", "--format", "xlsx", "--out", "x.xlsx")
    assert (tmp_path / "x.xlsx").read_bytes() == first


def test_a_format_that_is_not_there_is_a_usage_error(desk):
    assert desk("export", "--format", "pdf").exit_code == 2


def test_help_of_return_and_export_loads_nothing_heavy():
    code = (
        "import sys; from tracker.commands import app; from typer.testing import CliRunner\n"
        "for name in ('return', 'export'): assert CliRunner().invoke(app, [name, '--help']).exit_code == 0\n"
        "print([m for m in ('sqlalchemy', 'openpyxl', 'xlsxwriter', 'imaplib', 'alembic', 'jinja2') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"
