"""docs/lifecycle.md is what the table of moves says."""

from pathlib import Path

import pytest

from tracker.domain.lifecycle import TABLE, Need
from tracker.domain.vocabulary import TARGETS

generate = pytest.importorskip("docs.generate_lifecycle", reason="the folder docs is not here")
PAGE = Path(__file__).parents[2] / "docs" / "lifecycle.md"


def test_the_document_is_up_to_date():
    assert PAGE.read_text(encoding="utf-8") == generate.lifecycle_page(), "write it again with: make docs"


def test_every_move_stands_in_its_row():
    rows = [line.strip("| ").split(" | ") for line in generate.lifecycle_page().splitlines() if line.startswith("| ")]
    shown = {(source, row[0].removesuffix(" (a reopening)")): row[2] for row in rows for source in row[1].split(", ")}
    for move in TABLE:
        if move.source is not move.target:
            needs = shown[move.source.value, move.target.value]
            assert [need for need in Need if need in move.needs and need.value not in needs] == []


@pytest.mark.parametrize("word", sorted(TARGETS))
def test_every_status_is_in_a_diagram(word):
    diagrams = generate.lifecycle_page().split("```mermaid")[1:]
    inside = " ".join(diagram.partition("```")[0] for diagram in diagrams)
    assert f": {word}\n" in inside or f"{word}\n" in inside
