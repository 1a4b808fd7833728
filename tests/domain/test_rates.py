"""The rates of DESIGN section 6: fractions kept, nothing over zero, pooled and averaged."""

from decimal import Decimal
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.rates import (
    Cell,
    Counts,
    Rate,
    acceptance_rate,
    acceptance_rate_of_relevant,
    implementation_rate,
    information_gap,
    mean_percent,
    pooled,
    rates,
)
from tracker.domain.vocabulary import Acceptance, Implementation, Verification

A, I, V = Acceptance, Implementation, Verification  # noqa: E741

CELLS = st.builds(Cell, st.sampled_from(A), st.sampled_from(I), st.sampled_from(V), st.integers(0, 50))
GROUPS = st.builds(lambda cells: Counts(tuple(cells)), st.lists(CELLS, max_size=8))


def cell(acceptance, implementation=I.NO_INFORMATION, count=1):
    return Cell(acceptance, implementation, V.NOT_VERIFIED, count)


SAMPLE = Counts(
    (
        cell(A.NO_INFORMATION, count=2),
        cell(A.UNDER_CONSIDERATION),
        cell(A.ACCEPTED, I.IMPLEMENTED, 3),
        cell(A.ACCEPTED, I.IN_PROGRESS),
        cell(A.PARTIALLY_ACCEPTED, I.IMPLEMENTED),
        cell(A.NOT_ACCEPTED, I.IMPLEMENTED),
        cell(A.NOT_RELEVANT),
    )
)


def test_each_rate_with_its_fraction():
    assert [str(rate) for rate in rates(SAMPLE)] == ["50.0% (5/10)", "55.6% (5/9)", "80.0% (4/5)", "20.0% (2/10)"]
    assert [rate.name for rate in rates(SAMPLE)] == [
        "acceptance",
        "acceptance-of-relevant",
        "implementation",
        "information-gap",
    ]


def test_nothing_addressed_is_not_nought_percent():
    assert [str(rate) for rate in rates(Counts())] == ["n/a (0/0)"] * 4
    assert mean_percent([Rate("x", 0, 0)]) is None


def test_halves_are_rounded_up():
    assert str(Rate("x", 1, 16)) == "6.3% (1/16)"
    assert Rate("x", 1, 8).percent == Decimal("12.5")
    assert Rate("x", 1, 2000).percent == Decimal("0.1")


def test_pooled_is_sum_over_sum_and_the_mean_is_of_organizations():
    small, large = Counts((cell(A.ACCEPTED),)), Counts((cell(A.NOT_ACCEPTED, count=9),))
    assert str(acceptance_rate(pooled([small, large]))) == "10.0% (1/10)"
    assert mean_percent([acceptance_rate(small), acceptance_rate(large), acceptance_rate(Counts())]) == Decimal("50.0")


@given(GROUPS)
def test_no_rate_exceeds_its_whole(counts):
    for rate in rates(counts):
        assert 0 <= rate.numerator <= rate.denominator
        assert rate.percent is None or 0 <= rate.percent <= 100


@given(GROUPS)
def test_every_follow_up_is_counted_once_on_each_axis(counts):
    assert sum(counts.acceptance(value) for value in A) == counts.total
    assert sum(counts.implementation(value) for value in I) == counts.total
    assert sum(counts.verification(value) for value in V) == counts.total
    assert sum(counts.both(a, i) for a, i in product(A, I)) == counts.total
    assert acceptance_rate(counts).denominator - acceptance_rate_of_relevant(counts).denominator == counts.acceptance(
        A.NOT_RELEVANT
    )


@given(st.lists(GROUPS, max_size=5))
def test_pooling_adds_numerators_and_denominators(groups):
    for rate_of in (acceptance_rate, implementation_rate, information_gap):
        whole, parts = rate_of(pooled(groups)), [rate_of(group) for group in groups]
        assert whole.numerator == sum(part.numerator for part in parts)
        assert whole.denominator == sum(part.denominator for part in parts)
