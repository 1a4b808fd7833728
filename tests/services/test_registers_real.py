"""The real registers of ../shared/documents: every row in, or told; nothing twice."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from builders import TODAY, who

from tracker.domain.filters import Filters
from tracker.domain.vocabulary import Acceptance, Implementation
from tracker.services.documents.answers import import_answers
from tracker.services.listing import At
from tracker.services.organizations import import_organizations
from tracker.services.registers.intake import import_register
from tracker.services.registers.reconciliation import reconcile
from tracker.store.follow_ups import list_follow_ups

MAPPINGS = Path(__file__).resolve().parents[2] / "mappings"


@pytest.fixture
def load(sqlite_register, shared_documents):
    def _load(file: str, mapping: str):
        return import_register(sqlite_register, shared_documents / file, MAPPINGS / f"{mapping}.toml", who())

    return _load


def counted(result):
    return {name: len(items) for name, items in result.outcome.lists().items()}


def follow_ups(register):
    with register.read() as session:
        return list_follow_ups(session, Filters(), today=TODAY)


TAIC, CLEANED = "registers/taic_register_2024-04-04.csv", "registers/taic_cleaned_2024-04-04.csv"
FIRST, FINAL = "upr/wg_report_2012.csv", "upr/uprinfo_sessions_10-13.csv"


def test_the_whole_of_the_register_comes_in_and_its_cut_updates_it(load, sqlite_register):
    result = load(TAIC, "taic-register")
    # 2,192 rows: four are there twice, one has another date only, and one names two addressees.
    assert (result.rows, counted(result)) == (2192, {"created": 2188, "updated": 0, "unchanged": 0, "missing": 0})
    assert result.refused == []
    told = " | ".join(f"{problem.where} {problem.what}" for problem in result.problems)
    for oddity in (
        "rows 27 and 36 date the same recommendation MO-2022-201/R019-23 2023-06-13 and 2023-07-13",
        "rows 29 and 31 speak of MO-2022-201/R020-23 twice",
        "rows 33 and 35 have one number, MO-2022-201/R012-23",
        "rows 1499 and 1502 say the same",
        "rows 1500 and 1503 say the same",
        "rows 1501 and 1504 say the same",
        "rows 570, 572 and 1972, column Closed “Closed acceptable” has no date",
        "rows 339 and 1093, column Closed “Closed superseded” has no date",
        "rows 2093–2193, column Made has no date",
    ):
        assert oddity in told
    found = follow_ups(sqlite_register)
    by_name = {item.name: item for item in found}
    assert {"RO-2020-101/R012-21 KIWIRAIL", "RO-2020-101/R012-21 NZTA"} <= by_name.keys()
    assert not any("_x000D_" in item.text or "â€" in item.text for item in found)
    statuses = Counter((item.acceptance, item.implementation) for item in found)
    assert statuses[Acceptance.ACCEPTED, Implementation.IMPLEMENTED] == 1178
    assert statuses[Acceptance.NOT_RELEVANT, Implementation.NO_INFORMATION] == 269 + 110 + 25
    assert load(TAIC, "taic-register").outcome.unchanged == result.outcome.created
    cut = load(CLEANED, "taic-cleaned")
    assert counted(cut) == {"created": 0, "updated": 20, "unchanged": 1731, "missing": 437}
    assert counted(load(CLEANED, "taic-cleaned"))["unchanged"] == 1751
    assert counted(load(TAIC, "taic-register")) == {"created": 0, "updated": 0, "unchanged": 2188, "missing": 0}


def test_the_addressees_report_is_compared_with_the_register(load, sqlite_register, shared_documents):
    load(TAIC, "taic-register")
    file = shared_documents / "registers" / "taic_status_report_2022-06-30_tables.csv"
    result = reconcile(sqlite_register, file, MAPPINGS / "taic-status-2022.toml", at=At(TODAY))
    assert result.as_of == date(2022, 6, 30)
    met = [item for items in result.lists().values() for item in items]
    rows = Counter(row for item in met for row in item.rows)
    assert len(met) == 69
    assert len(rows) + len([problem for problem in result.problems if "not an organization of" in problem.what]) == 70
    assert [item.follow_up for item in result.agree] == ["RO-2017-102/R010-18 KIWIRAIL"]
    assert len(result.news) == 67
    later = reconcile(sqlite_register, file, MAPPINGS / "taic-status-2022.toml", at=At(TODAY, date(2024, 4, 4)))
    assert later.settled_here > result.settled_here
    assert "rejected" in {item.theirs.lower() for item in [*later.conflict, *later.news]}


def test_first_and_final_positions(load, sqlite_register):
    first = load(FIRST, "upr-first-positions")
    assert (first.rows, first.refused) == (4222, [])
    final = load(FINAL, "upr-final-positions")
    assert (final.rows, final.refused) == (9047, [])
    assert counted(final) == {"created": 7086, "updated": 1805, "unchanged": 0, "missing": 0}
    assert counted(load(FIRST, "upr-first-positions"))["unchanged"] == len(first.outcome.created)
    assert counted(load(FINAL, "upr-final-positions"))["unchanged"] == 7086 + 1805
    moved = next(item for item in follow_ups(sqlite_register) if item.name == "UPR/2012/ALGERIA/R129.97 ALGERIA")
    assert moved.acceptance in {Acceptance.ACCEPTED, Acceptance.NOT_ACCEPTED}
    assert "Côte" not in moved.text or "�" not in moved.text


def test_the_addenda_come_in_once(sqlite_register, shared_documents):
    from tracker.domain.rows import Organization

    import_organizations(sqlite_register, [Organization("SVN", "Slovenia")], who())
    paths = [shared_documents / "notes" / f"SVN_A_HRC_43_15{end}.txt" for end in ("", "_Add1")]
    result = import_answers(sqlite_register, paths, "svn", who())
    assert result.counts() == {"accepted": 182, "not-accepted": 33}
    assert (result.open, result.problems, result.refused) == ([], [], 0)
    assert len(import_answers(sqlite_register, paths, "SVN", who()).outcome.unchanged) == 215
