"""What `record` makes is used as a dataclass is."""

from __future__ import annotations

from dataclasses import asdict, field, replace

import pytest

from tracker.records import record


@record
class Point:
    """With everything that the program's records have: a default, a secret, and what follows from the rest."""

    x: int
    y: int = 0
    secret: str = field(default="", repr=False)
    total: int = field(init=False, compare=False)

    def __post_init__(self) -> None:
        """Work out what follows."""
        self.total = self.x + self.y  # type: ignore[misc]


@record
class Pair:
    """With the same fields, and another thing."""

    x: int
    y: int = 0


@record
class Only:
    """With one field."""

    x: object


def test_records_are_equal_that_hold_the_same() -> None:
    assert Point(1, 2) == Point(1, 2)
    assert Point(1, 2) != Point(2, 1)
    assert Point(1, 2, "a") != Point(1, 2, "b"), "what is not shown is compared all the same"
    assert Pair(1, 2) != Point(1, 2)
    assert Pair(1, 2) != (1, 2)
    assert Only((1, 2)) == Only((1, 2))


def test_what_follows_from_the_rest_is_not_compared() -> None:
    other = Point(1, 2)
    other.total = 9  # type: ignore[misc]
    assert other == Point(1, 2)
    assert hash(other) == hash(Point(1, 2))


def test_records_are_found_in_sets_by_what_they_hold() -> None:
    assert {Point(1, 2), Point(1, 2), Point(2, 1)} == {Point(2, 1), Point(1, 2)}
    assert {Only("a"): 1}[Only("a")] == 1
    with pytest.raises(TypeError, match="unhashable"):
        hash(Only([]))


def test_records_show_what_they_hold_but_no_secret() -> None:
    assert repr(Point(1, 2, "password")) == "Point(x=1, y=2, total=3)"
    assert repr(Only(Pair(1))) == "Only(x=Pair(x=1, y=0))"


def test_records_are_copied_and_taken_apart() -> None:
    assert replace(Point(1, 2), x=5) == Point(5, 2)
    assert asdict(Pair(1, 2)) == {"x": 1, "y": 2}


def test_records_have_no_other_fields() -> None:
    with pytest.raises(AttributeError):
        Pair(1).z = 3  # type: ignore[attr-defined]


def test_records_are_matched_by_place() -> None:
    match Pair(1, 2):
        case Pair(x, y):
            assert (x, y) == (1, 2)
