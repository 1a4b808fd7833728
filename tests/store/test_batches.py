"""Batches: numbered without gaps, chained, with what refers to their entries; filters on top of them."""

from datetime import UTC, date, datetime, timedelta

import builders as b
import pytest
from sqlalchemy import select

from tracker.domain.filters import Filters, Sort
from tracker.domain.journal import GENESIS
from tracker.domain.vocabulary import Acceptance, Addressee, Implementation
from tracker.errors import UnknownNameError
from tracker.services.documents.completing import change_recommendation, list_reports
from tracker.services.listing import At, list_follow_ups, read_history
from tracker.services.upkeep import audit
from tracker.store.database.tables import batch_table

START = datetime(2026, 1, 5, tzinfo=UTC)


@pytest.fixture
def filled(register):
    b.organizations(register, "WHO", "FAO", "ILO")
    b.report(register, b.recommendation("1"), b.recommendation("2", Addressee.LEGISLATIVE_BODY), now=START)
    b.report(register, b.recommendation("1"), symbol="A/81/7", issued_on=date(2026, 2, 1), codes=["WHO"])
    b.move(register, "501/R1", "WHO", to=Acceptance.ACCEPTED, on=date(2026, 5, 4), due=date(2026, 6, 30))
    b.move(register, "501/R1", "FAO", to=Acceptance.NOT_ACCEPTED, on=date(2026, 5, 4), note="no mandate")
    b.move(register, "501/R1", "FAO", due=date(2026, 6, 30))  # what is settled is past its date as well
    b.move(register, "501/R2", "ILO", due=date(2027, 6, 30))
    return register


def test_every_command_is_a_batch_chained_to_the_one_before(filled):
    with filled.read() as session:
        rows = session.execute(select(batch_table).order_by(batch_table.c.number)).all()
    assert [row.number for row in rows] == list(range(1, 8))
    assert [row.previous for row in rows] == [GENESIS, *(row.hash for row in rows[:-1])]
    assert {row.actor for row in rows} == {"officer"}


def test_on_postgresql_the_database_user_is_recorded_beside_the_actor(filled):
    with filled.read() as session:
        users = set(session.scalars(select(batch_table.c.database_user)))
    user = "postgres" if filled.engine.dialect.name == "postgresql" else None
    assert users == {user}
    assert {line.as_json()["database_user"] for line in read_history(filled, "501/R1", "WHO")} == {user}
    assert {line.entry.by for line in read_history(filled, "501/R1", "WHO")} == {
        "officer (postgres)" if user else "officer"
    }
    assert {line["database_user"] for line in audit.export(filled)} == {user}


def found(register, sort=Sort.REF, at=None, limit=None, **conditions):
    rows = list_follow_ups(register, Filters(**conditions), at or At(b.TODAY), sort=sort, limit=limit)
    return [f"{row.report.removeprefix('A/')}/{row.number} {row.organization}" for row in rows]


ALL = ["80/501/1 FAO", "80/501/1 ILO", "80/501/1 WHO", "80/501/2 FAO", "80/501/2 ILO", "80/501/2 WHO", "81/7/1 WHO"]


@pytest.mark.parametrize(
    ("conditions", "wanted"),
    [
        ({}, ALL),
        ({"organizations": ("who",)}, ["80/501/1 WHO", "80/501/2 WHO", "81/7/1 WHO"]),
        ({"organizations": ("WHO", "ILO"), "numbers": ("2",)}, ["80/501/2 ILO", "80/501/2 WHO"]),
        ({"reports": ("81/7",)}, ["81/7/1 WHO"]),
        ({"reports": ("7", "a/80/501"), "organizations": ("WHO",)}, ["80/501/1 WHO", "80/501/2 WHO", "81/7/1 WHO"]),
        ({"acceptance": (Acceptance.ACCEPTED, Acceptance.NOT_ACCEPTED)}, ["80/501/1 FAO", "80/501/1 WHO"]),
        ({"implementation": (Implementation.IMPLEMENTED,)}, []),
        ({"addressees": (Addressee.LEGISLATIVE_BODY,)}, ["80/501/2 FAO", "80/501/2 ILO", "80/501/2 WHO"]),
        ({"years": (2026,)}, ["81/7/1 WHO"]),
        ({"only_open": True, "numbers": ("1",)}, ["80/501/1 ILO", "80/501/1 WHO", "81/7/1 WHO"]),
        ({"only_overdue": True}, ["80/501/1 WHO"]),
        ({"due_before": date(2027, 7, 1)}, ["80/501/1 FAO", "80/501/1 WHO", "80/501/2 ILO"]),
        ({"due_before": date(2026, 6, 30)}, []),
        ({"silent_for": 250}, ["80/501/1 ILO", "80/501/2 FAO", "80/501/2 ILO", "80/501/2 WHO", "81/7/1 WHO"]),
        ({"silent_for": 300, "reports": ("81/7",)}, []),
    ],
    ids=str,
)
def test_what_a_filter_finds(filled, conditions, wanted):
    assert found(filled, **conditions) == wanted


def test_of_several_impacts_any_is_found(filled):
    for reference, impact in (("501/R1", "a/a-i"), ("501/R2", "b/a-i"), ("7/R1", "c/a-i")):
        change_recommendation(filled, reference, b.who(), impact=impact)
    assert found(filled, impacts=("b", "c")) == ["80/501/2 FAO", "80/501/2 ILO", "80/501/2 WHO", "81/7/1 WHO"]


@pytest.mark.parametrize(
    ("sort", "first"),
    [
        (Sort.REF, "80/501/1 FAO"),
        (Sort.ORG, "80/501/1 FAO"),
        (Sort.DUE, "80/501/1 FAO"),
        (Sort.ACCEPTANCE, "80/501/1 ILO"),
    ],
)
def test_an_order_holds_all_and_begins_where_it_should(filled, sort, first):
    rows = found(filled, sort)
    assert rows[0] == first
    assert sorted(rows) == ALL
    assert found(filled, sort, limit=3) == rows[:3]


def test_an_order_is_the_same_on_any_day(filled):
    then = At(b.TODAY, as_of=b.TODAY + timedelta(days=1))
    for sort in Sort:
        assert found(filled, sort, at=then) == found(filled, sort)


def test_before_a_report_there_is_nothing_of_it(filled):
    at = At(b.TODAY, as_of=date(2025, 12, 31))
    assert found(filled, at=at) == ALL[:-1]
    assert [report.symbol for report in list_reports(filled, at)] == ["A/80/501"]
    assert found(filled, at=At(b.TODAY, as_of=date(2024, 12, 31))) == []


def test_unknown_names_are_said_and_not_simply_not_found(filled):
    with pytest.raises(UnknownNameError, match=r"there is no organization WHOO in the register. Did you mean WHO"):
        found(filled, organizations=("WHOO",))
    with pytest.raises(UnknownNameError, match=r"there is no report 82/7"):
        found(filled, reports=("82/7",))
