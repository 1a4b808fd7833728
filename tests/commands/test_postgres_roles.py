"""Several officers on one PostgreSQL register, each with a role of their own, as docs/guide/postgresql.md sets it up."""

import json
import re
from pathlib import Path

import pytest

from tracker.commands import app

PAGE = Path(__file__).parents[2] / "docs" / "guide" / "postgresql.md"
STATEMENTS = re.findall(r"^```sql\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)


@pytest.fixture
def officers(postgres):
    """Run a command as an officer, on a database that the statements of the page have prepared."""
    from typer.testing import CliRunner

    postgres.psql(STATEMENTS[0] + STATEMENTS[0].split("NOLOGIN;")[1].replace("ana", "ben"))
    postgres.psql("CREATE DATABASE shared OWNER tracker;")

    def run(who, *words, status=0):
        url = postgres.get_uri("shared").replace("postgres:", f"{who}:", 1)
        done = CliRunner().invoke(app, ["--database", url, *words])
        assert done.exit_code == status, done.output
        return done.stderr if status else done.stdout

    yield run
    postgres.psql("DROP DATABASE shared WITH (FORCE);")
    postgres.psql("DROP ROLE ana; DROP ROLE ben; DROP ROLE tracker;")


def test_what_one_officer_makes_the_others_may_change(officers, postgres):
    note = str(Path(__file__).parents[2] / "docs" / "guide" / "sample" / "A_80_611_Add.1.txt")
    officers("ana", "init")
    officers("ana", "org", "import", str(Path(note).parent / "organizations.csv"))
    officers("ben", "import", note)
    officers("ben", "update", "611/R1", "WLO", "--to", "accepted")
    officers("ana", "db", "upgrade")
    officers("ana", "update", "611/R1", "WLO", "--note", "Heard by telephone.")
    told = json.loads(officers("ben", "history", "611/R1", "WLO", "--json"))
    assert {"ana", "ben"} <= set(re.findall(r'"(ana|ben)"', json.dumps(told)))
    owners = "SELECT string_agg(DISTINCT tableowner, ',') AS owner FROM pg_tables WHERE schemaname = 'public'"
    assert "tracker" in postgres.psql(f"\\c shared\n{owners};")
    assert "ana" not in postgres.psql(f"\\c shared\n{owners};")


def test_a_reader_reads_also_what_an_upgrade_makes_and_writes_nothing(officers, postgres):
    officers("ana", "init")
    postgres.psql(f"\\c shared\n{STATEMENTS[1]}")
    postgres.psql("\\c shared\nSET ROLE tracker; CREATE TABLE made_later (id int);")
    officers("reader", "status")
    officers("reader", "list")
    assert "the database does not allow it" in officers("reader", "view", "save", "late", "--overdue", status=4)
    may = "SELECT has_table_privilege('reader', 'made_later', 'SELECT') AS may"
    assert re.search(r"^ t$", postgres.psql(f"\\c shared\n{may};"), re.MULTILINE)
    postgres.psql("\\c shared\nDROP OWNED BY reader; DROP ROLE reader;")


def test_who_does_not_act_as_the_owner_is_refused_an_upgrade_in_a_sentence(officers, postgres):
    officers("ana", "init")
    postgres.psql("REVOKE tracker FROM ben; GRANT pg_read_all_data TO ben;\n\\c shared\n" + OLDER)
    assert "the database does not allow it" in officers("ben", "db", "upgrade", status=4)


OLDER = "ALTER TABLE received_mail DROP COLUMN words; UPDATE alembic_version SET version_num = '0011';"
