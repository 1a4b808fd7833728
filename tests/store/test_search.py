"""Full-text search answers alike on both databases."""

from dataclasses import replace
from datetime import UTC, date, datetime

import builders as b
import pytest
from alembic import command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, select, text

from tracker.domain.filters import Filters, Sort
from tracker.domain.vocabulary import Acceptance, Implementation
from tracker.services.corrections import undo
from tracker.services.documents.completing import ReportChange, change_report
from tracker.services.listing import At, list_follow_ups
from tracker.store import follow_ups, search
from tracker.store.database import schema
from tracker.store.database.engine import database_url, open_engine
from tracker.store.database.tables import journal_table, recommendation_table


@pytest.fixture
def filled(register):
    b.organizations(register, "WHO", "FAO")
    b.report(register)
    b.move(register, "501/R2", "FAO", to=Acceptance.NOT_ACCEPTED, note="Conseil d’administration; coût élevé")
    b.move(register, "501/R2", "FAO", to=Acceptance.ACCEPTED, note="agreed after all")
    b.move(register, "501/R1", "WHO", to=Acceptance.ACCEPTED, note="the boardroom is ready")
    return register


def at(month):
    return datetime(2026, month, 2, 10, tzinfo=UTC)


def found(register, typed, as_of=None, known_at=None, **asked):
    rows = list_follow_ups(register, Filters(text=typed), At(b.TODAY, as_of, known_at), **asked)
    return [(row.number, row.organization) for row in rows]


def look(monkeypatch, few, near, nearer):
    """Look words up in so few places, or go through so many follow-ups of the beginning and so many with their notes."""
    for name, value in (("_FEW_DOCUMENTS", few), ("_FEW_NOTES", few), ("_NEAR", near), ("_NEARER", nearer)):
        monkeypatch.setattr(search, name, value)


SEARCHES = pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("numbered 2", {("2", "WHO"), ("2", "FAO")}),
        ("coût", {("2", "FAO")}),
        ("ÉLEVÉ conseil", {("2", "FAO")}),
        ("agreed élevé", set()),
        ("board", {("1", "WHO")}),
        ("room", set()),
        ("management THINGS", {("1", "WHO"), ("2", "WHO"), ("1", "FAO"), ("2", "FAO")}),
        ("not", set()),
        ("!!! &", set()),
        ("executive:* | '", {("1", "WHO"), ("2", "WHO"), ("1", "FAO"), ("2", "FAO")}),
    ],
)


@SEARCHES
def test_words_are_found_at_their_beginnings(filled, typed, expected):
    assert set(found(filled, typed)) == expected


@SEARCHES
@pytest.mark.parametrize("few", [0, 10_000], ids=["row by row", "named"])
@pytest.mark.parametrize("near", [0, 1, 1_000])
def test_the_first_lines_are_those_of_the_whole_list(filled, monkeypatch, typed, expected, few, near):
    look(monkeypatch, few, near, near)
    for sort in Sort:
        whole = found(filled, typed, sort=sort)
        for limit in (1, 2, 3, 5):
            assert found(filled, typed, sort=sort, limit=limit) == whole[:limit]
    assert len(whole) == len(expected)


WORDS = ("water", "board", "wages", "bo")
NOTES = st.lists(
    st.tuples(st.integers(1, 6), st.sampled_from(("WHO", "FAO", "ILO")), st.lists(st.sampled_from(WORDS), max_size=2)),
    max_size=6,
)
LOOKS = {
    "now": {},
    "of a day": {"as_of": date(2026, 4, 1)},
    "known at an instant": {"known_at": at(5)},
    "of both": {"as_of": date(2026, 5, 1), "known_at": at(5)},
}
FILTERS = (
    {},
    {"organizations": ("FAO", "ILO")},
    {"only_open": True},
    {"acceptance": (Acceptance.NOT_ACCEPTED,)},
    {"reports": ("502",), "only_overdue": True},
)


@pytest.fixture
def several(register):
    """Two reports of six recommendations to three organizations; one's words have been changed since."""
    b.organizations(register, "WHO", "FAO", "ILO")
    for symbol, month in (("A/80/501", 1), ("A/80/502", 4)):
        texts = (f"See to {WORDS[n % 3]} and {WORDS[n % 2]}." for n in range(6))
        made = [replace(b.recommendation(str(n)), text=words) for n, words in enumerate(texts, start=1)]
        b.report(register, *made, symbol=symbol, now=at(month))
        change_report(register, symbol, ReportChange(f"Board of {symbol}"), b.who(now=at(month + 2)))
    b.report(register, replace(b.recommendation("2"), text="Mend the board."), now=at(7))
    return register


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(notes=NOTES, data=st.data())
@pytest.mark.parametrize("looked", LOOKS.values(), ids=LOOKS)
def test_any_first_lines_are_those_of_the_whole_list(several, looked, notes, data):
    """On registers with more and more notes, however the words are looked for."""
    for place, (number, code, words) in enumerate(notes):
        accepted = Acceptance.ACCEPTED if place % 2 else Acceptance.NOT_ACCEPTED
        said, on = " ".join(["so", *words]), date(2026, 3 + place % 4, 1)
        b.move(several, f"{501 + place % 2}/R{number}", code, to=accepted, note=said, on=on, now=at(4 + place))
    typed, asked = data.draw(st.sampled_from((*WORDS, "so", "wa bo"))), data.draw(st.sampled_from(FILTERS))
    sort = data.draw(st.sampled_from([Sort.REF, *Sort]))

    def rows(limit=None):
        return list_follow_ups(several, Filters(text=typed, **asked), At(b.TODAY, **looked), sort=sort, limit=limit)

    whole = rows()
    for _ in range(6):
        few, near, nearer, limit = (data.draw(st.integers(least, most)) for least, most in LIMITS)
        with pytest.MonkeyPatch.context() as patched:
            look(patched, few, near, nearer)
            assert rows(limit) == whole[:limit]


LIMITS = ((0, 8), (0, 40), (0, 40), (1, 12))


MARKED = (
    "see A/72/809 and x.org, 3.5 % of évaluation_finale; l’année “Việt”–йод "
    "cafe\u0301s of j.doe@who.int on http://a.example/b?c=d, R3b, Ønsker, 管理局"
)


@pytest.fixture
def marked(register):
    b.organizations(register, "WHO")
    b.report(register)
    b.move(register, "501/R1", "WHO", to=Acceptance.ACCEPTED, note=MARKED)
    return register


@pytest.mark.parametrize(
    "typed",
    [
        *(
            "A/72/809",
            "72/809",
            "809",
            "x.org",
            "3.5",
            "org see",
            "j.doe@who.int",
            "who",
            "finale",
            "管",
            "ЙОД",
            "ønsker",
        ),
        *("evaluation", "ÉVALUATION", "e\u0301valuation", "annee", "l'année", "viet", "việt", "cafés", "CAFES"),
    ],
)
def test_marks_cut_words_and_accents_do_not_count(marked, typed):
    assert found(marked, typed) == [("1", "WHO")]


CHINESE = "各组织行政首长应在2026年底之前审查WHO管理局的政策，并向理事机构报告"


@pytest.mark.parametrize(
    "typed", ["管理", "理局", "政策 报告", "who管理", "WHO管理局", "审查 see", "2026年", "，政策，"]
)
def test_what_is_written_without_blanks_is_found_in_any_place(register, typed):
    b.organizations(register, "WHO")
    b.report(register, replace(b.recommendation("1"), text=f"see {CHINESE}"), b.recommendation("2"))
    b.move(register, "501/R2", "WHO", to=Acceptance.ACCEPTED, note=f"see {CHINESE}")
    change_report(register, "501", ReportChange("Things"), b.who(now=at(5)))
    assert found(register, typed) == found(register, typed, limit=5) == [("1", "WHO"), ("2", "WHO")]
    assert found(register, f"{typed} 无") == []
    change_report(register, "501", ReportChange(f"see {CHINESE}"), b.who(now=at(6)))
    b.move(register, "501/R1", "WHO", to=Acceptance.ACCEPTED)
    assert len(found(register, typed)) == 2


@pytest.mark.parametrize("typed", ["09", "valuation", "иод", "onsker", "局理", "_", "%", "2/80 9"])
def test_what_begins_no_word_is_not_found(marked, typed):
    assert found(marked, typed) == []


def test_a_title_is_searched_as_texts_and_notes_are(register):
    b.organizations(register, "WHO")
    b.report(register, b.recommendation("1"))
    change_report(register, "501", ReportChange("Évaluation of 100_percent"), b.who())
    for typed in ("evaluation", "ÉVAL", "percent 100"):
        assert found(register, typed) == [("1", "WHO")]
    for typed in ("aluat", "_", "%", "evaluation 1000"):
        assert found(register, typed) == []


def test_words_are_looked_for_in_what_was_written_by_the_day_and_the_instant(register):
    b.organizations(register, "WHO")
    b.report(register, b.recommendation("1"), now=at(1))
    b.move(register, "501/R1", "WHO", to=Acceptance.ACCEPTED, note="by letter", on=date(2026, 3, 1), now=at(4))
    b.move(
        register, "501/R1", "WHO", to=Implementation.IN_PROGRESS, note="by telephone", on=date(2026, 5, 1), now=at(5)
    )
    undo(register, b.who(now=at(5)))

    def is_found(typed, **looked):
        return [found(register, typed, **looked, limit=limit) for limit in (None, 5)] == [[("1", "WHO")]] * 2

    assert is_found("letter", as_of=date(2026, 3, 1))
    assert not is_found("letter", as_of=date(2026, 2, 28))
    assert is_found("letter", known_at=at(4))
    assert not is_found("letter", known_at=at(3))
    assert is_found("telephone"), "what was taken back was written all the same"
    assert not is_found("telephone", known_at=at(4))


def test_words_are_looked_for_in_what_a_document_said_at_the_instant(register):
    b.organizations(register, "WHO")
    b.report(register, b.recommendation("1"), now=at(1))
    change_report(register, "501", ReportChange("Buildings"), b.who(now=at(5)))
    b.report(register, replace(b.recommendation("1"), text="Executive heads should paint."), now=at(6))
    for then, now in (("thing numbered", "paint"), ("management", "buildings")):
        assert found(register, then, known_at=at(4)) == found(register, now) == [("1", "WHO")]
        assert found(register, now, known_at=at(4)) == found(register, then) == []


def test_a_register_with_the_older_index_is_searched_alike_once_it_is_upgraded(marked):
    with marked.engine.connect() as connection:
        command.downgrade(schema._config(connection), "0008")
    schema.upgrade(marked.engine)
    assert found(marked, "72/809 evaluation") == [("1", "WHO")]
    b.move(marked, "501/R2", "WHO", to=Acceptance.ACCEPTED, note="évalué")
    assert found(marked, "evalue") == [("2", "WHO")]


@pytest.mark.parametrize("sort", Sort)
def test_sqlite_finds_the_first_lines_of_a_list_without_sorting_it(sqlite_register, sort):
    sent = []
    event.listen(sqlite_register.engine, "before_cursor_execute", lambda *asked: sent.append(asked[2:4]))
    assert found(sqlite_register, None, sort=sort, limit=25) == []
    question, given = next(asked for asked in sent if asked[0].startswith("SELECT standing.id"))
    with sqlite_register.read() as session:
        plan = session.exec_driver_sql(f"EXPLAIN QUERY PLAN {question}", given).all()
    assert "USE TEMP B-TREE FOR ORDER BY" not in [row[3] for row in plan]


def test_postgresql_looks_words_up_in_its_index(postgres_url):
    engine = open_engine(database_url(postgres_url))
    in_text, noted, _ = search._tsquery(["word"])
    queries = (select(recommendation_table.c.id).where(in_text), select(journal_table.c.id).where(noted))
    with engine.connect() as connection:
        connection.execute(text("SET enable_seqscan = off"))
        event.listen(connection, "before_cursor_execute", lambda *a: (f"EXPLAIN {a[2]}", a[3]), retval=True)
        plans = [connection.scalars(query).all() for query in queries]
    engine.dispose()
    assert ["search_text" in " ".join(plans[0]), "search_note" in " ".join(plans[1])] == [True, True]


@pytest.mark.parametrize("limit", [None, 1, 3, 5])
def test_positions_are_in_the_order_of_the_vocabulary(filled, limit):
    b.move(filled, "501/R1", "WHO", to=Implementation.OVERTAKEN, note="a new system")
    for sort, name in ((Sort.ACCEPTANCE, "acceptance"), (Sort.STATUS, "implementation")):
        rows = list_follow_ups(filled, Filters(), At(b.TODAY))
        found = list_follow_ups(filled, Filters(), At(b.TODAY), sort=sort, limit=limit)
        words = list(Acceptance if sort is Sort.ACCEPTANCE else Implementation)
        assert found == sorted(rows, key=lambda row: words.index(getattr(row, name)))[:limit]


def test_a_long_list_that_is_cut_is_the_same_list(filled, monkeypatch):
    whole = list_follow_ups(filled, Filters(text="thing"), At(b.TODAY))
    monkeypatch.setattr(follow_ups, "_FEW", 1)
    for limit in (1, 2, 3, 5):
        assert list_follow_ups(filled, Filters(text="thing"), At(b.TODAY), limit=limit) == whole[:limit]
