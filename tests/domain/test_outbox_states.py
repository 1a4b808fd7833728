"""The way of a mail: the whole matrix of states and events, and the waits."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain import outbox
from tracker.domain.outbox import WAITS, Answer, Event, OutboxState, after, answer_to, outcome
from tracker.errors import RefusedError

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)

MATRIX = """
               claim    release  transmit      accept  postpone  refuse  lose       replace  expire  retry   drop
queued         claimed  .        .             .       .         .       .          failed   failed  .       failed
claimed        .        queued   transmitting  sent    retry     failed  .          .        .       .       .
transmitting   .        .        .             sent    retry     failed  uncertain  .        .       .       .
sent           .        .        .             .       .         .       .          .        .       .       .
retry          claimed  .        .             .       .         .       .          failed   failed  queued  failed
failed         .        .        .             .       .         .       .          .        .       queued  failed
uncertain      .        .        .             sent    retry     failed  .          .        .       queued  failed
"""


def expected() -> dict[tuple[OutboxState, Event], OutboxState | None]:
    heading, *lines = MATRIX.strip().splitlines()
    events = [Event[name.upper()] for name in heading.split()]
    found = {}
    for state, *cells in (line.split() for line in lines):
        for event, cell in zip(events, cells, strict=True):
            found[OutboxState(state), event] = None if cell == "." else OutboxState(cell)
    return found


@pytest.mark.parametrize(("state", "event"), list(product(OutboxState, Event)))
def test_the_matrix(state, event):
    following = expected()[state, event]
    if following is not None:
        assert after(state, event) is following
        return
    with pytest.raises(RefusedError, match=f"an email that is {state.value} cannot be {event.value}"):
        after(state, event)


def test_an_uncertain_mail_is_never_claimed():
    assert OutboxState.UNCERTAIN not in outbox.sources(Event.CLAIM)
    assert outbox.sources(Event.CLAIM) == {OutboxState.QUEUED, OutboxState.RETRY}


@pytest.mark.parametrize(
    ("state", "event", "remedy"),
    [
        ("failed", Event.CLAIM, "It can be retried or dropped."),
        ("queued", Event.RETRY, "It can be dropped."),
        ("sent", Event.RETRY, "It has arrived at the mail server; a second one would be a duplicate."),
        ("claimed", Event.DROP, "It is being delivered at this moment; look again in a few minutes."),
        ("transmitting", Event.RETRY, "It is being delivered at this moment; look again in a few minutes."),
        ("uncertain", Event.CLAIM, "It can be retried or dropped."),
    ],
)
def test_a_refusal_says_what_is_possible(state, event, remedy):
    with pytest.raises(RefusedError) as refused:
        after(OutboxState(state), event)
    assert refused.value.remedy == remedy


@given(st.integers(-1, 999))
def test_a_reply_means_one_thing(code):
    event = answer_to(code, "so").event
    assert event is {2: Event.ACCEPT, 5: Event.REFUSE}.get(code // 100, Event.POSTPONE)


@given(st.integers(0, 40))
def test_waits_grow_and_end(attempts):
    answer, at = outcome(Answer(Event.POSTPONE, "451 later"), attempts, NOW)
    if attempts < len(WAITS):
        assert (answer.event, at) == (Event.POSTPONE, NOW + WAITS[attempts])
    else:
        assert (answer.event, at) == (Event.REFUSE, NOW)
        assert answer.text == f"given up after {attempts + 1} attempts: 451 later"


def test_the_waits_give_a_server_four_days_to_come_back():
    assert timedelta(days=4) <= sum(WAITS, timedelta()) <= timedelta(days=5)
    assert sum(WAITS, timedelta()) < outbox.GIVE_UP_AFTER
    assert sum(WAITS[:3], timedelta()) >= timedelta(minutes=20)  # longer than common greylisting


@given(st.sampled_from([Event.ACCEPT, Event.REFUSE, Event.LOSE]), st.integers(0, 40))
def test_an_answer_that_is_final_stays_as_it_is(event, attempts):
    assert outcome(Answer(event, "x"), attempts, NOW) == (Answer(event, "x"), NOW)


def test_the_table_is_checked(monkeypatch):
    monkeypatch.setitem(outbox._TRANSITIONS, Event.LOSE, (frozenset({OutboxState.TRANSMITTING}), OutboxState.FAILED))
    with pytest.raises(AssertionError, match="never reached"):
        outbox.check_table()


def test_shrinking_waits_are_noticed(monkeypatch):
    monkeypatch.setattr(outbox, "WAITS", (timedelta(hours=1), timedelta(minutes=1)))
    with pytest.raises(AssertionError, match="shrink"):
        outbox.check_table()
