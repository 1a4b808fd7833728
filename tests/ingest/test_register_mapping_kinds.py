"""Values of the wrong kind in a mapping: each is answered with a sentence and its place, wherever it stands."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from register_files import csv_text, mapping, write

from tracker.errors import BadDataError
from tracker.ingest.registers.findings import Findings
from tracker.ingest.registers.mapping import Mapping
from tracker.ingest.registers.mapping_file import read_mapping
from tracker.ingest.registers.rows import read_rows

FULL: dict[str, Any] = {
    "register": {"name": "invented", "voice": "issuer", "as_of": date(2026, 1, 31), "complete": True},
    "file": {
        "encoding": "utf-8",
        "delimiter": ",",
        "sheet": "Register",
        "header": 1,
        "hidden": "read",
        "merged": "refuse",
        "repair": True,
        "only": {"Status": ["Open", "Closed acceptable"]},
    },
    "columns": {
        "number": "No",
        "organization": ["To"],
        "report": "Report",
        "made": "Issued",
        "text": "Recommendation",
        "reply": "Answer",
        "keep": ["Answer"],
    },
    "number": {"column": "No", "pattern": r"^(\d+)"},
    "report": {"symbol": "X/{report}", "title": "{report}", "blank": "NONE", "separator": ";"},
    "recommendation": {"same": ["number"]},
    "dates": {"form": "iso", "Issued": "iso"},
    "values": {"report": {"RPT-1": "REPORT-1"}},
    "organizations": {
        "aliases": {"WTA": ["Water Authority"]},
        "together": {"WTA & Fire Board": ["WTA", "Fire Board"]},
        "separators": [";"],
        "blank": "NOBODY",
        "unknown": "register",
    },
    "status": [
        {
            "column": "Status",
            "date": "Closed",
            "voice": "issuer",
            "means": [
                {"words": ["Open", "Being implememented"], "moves": []},
                {"words": ["Closed acceptable"], "moves": ["accepted", "implemented"]},
            ],
        },
        {"columns": ["Answer"], "means": []},
    ],
    "addressees": {"executive-head": ["Head"]},
}
"""A mapping with everything that one may hold."""

Place = tuple[str | int, ...]

KINDS: dict[str, Any] = {
    "text": "d/m/y",
    "empty": "",
    "number": 1,
    "fraction": 1.5,
    "boolean": True,
    "date": date(2026, 1, 31),
    "instant": datetime(2026, 1, 31, 12),
    "list": [1],
    "texts": ["a", ""],
    "tables": [{"a": 1}],
    "nested": [[1]],
    "table": {"a": 1},
    "nothing": {},
}


def toml(value: Any) -> str:
    """A value on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key)} = {toml(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return f"[{', '.join(map(toml, value))}]"
    return value.isoformat() if isinstance(value, date) else json.dumps(value)


def text_of(content: dict[str, Any]) -> str:
    return "\n".join(f"{key} = {toml(value)}" for key, value in content.items())


def places(value: Any, above: Place = ()) -> Iterator[Place]:
    """The way to every value of a mapping, of sections and lists also."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield (*above, key)
        yield from places(item, (*above, key))


def changed(value: Any, place: Place, put: Any) -> Any:
    """The same with another value at one place."""
    if not place:
        return put
    key, *below = place
    if isinstance(value, list):
        return [changed(item, tuple(below), put) if at == key else item for at, item in enumerate(value)]
    return {**value, key: changed(value.get(key, {}), tuple(below), put)}


def test_the_full_mapping_is_read(tmp_path):
    findings = Findings("r.csv")
    table = write(tmp_path, "r.csv", csv_text())
    assert [row.report for row in read_rows(table, read_mapping(mapping(tmp_path, text_of(FULL))), findings)]


@pytest.mark.parametrize("place", list(places(FULL)), ids=lambda place: ".".join(map(str, place)))
def test_every_kind_of_value_at_every_place_is_read_or_answered_with_a_sentence(tmp_path, place):
    table = write(tmp_path, "r.csv", csv_text())
    for name, kind in KINDS.items():
        found, refusal = attempt(mapping(tmp_path, text_of(changed(FULL, place, kind))))
        if found is None:
            assert re.fullmatch(r"mapping\.toml, .+: .+\. .+\.", str(refusal), re.DOTALL), name
        else:
            with suppress(BadDataError):  # a column, a sheet or an encoding that this table does not have
                list(read_rows(table, found, Findings("r.csv")))


def attempt(path: Path) -> tuple[Mapping | None, BadDataError | None]:
    """The mapping, or why it is none."""
    try:
        return read_mapping(path), None
    except BadDataError as error:
        return None, error


@pytest.mark.parametrize(
    ("place", "where"),
    [
        (("values",), "values"),
        (("values", "report"), "values.report"),
        (("addressees",), "addressees"),
        (("dates",), "dates"),
        (("organizations", "aliases"), "organizations.aliases"),
        (("organizations", "together"), "organizations.together"),
        (("file", "only"), "file.only"),
        (("status",), "status"),
        (("status", 0), "status"),
        (("status", 0, "means"), "status 1.means"),
        (("status", 0, "means", 0), "status 1.means"),
    ],
)
@pytest.mark.parametrize("kind", ["text", "number", "boolean", "date", "list"])
def test_what_must_be_a_section_and_is_none_is_told_as_other_sections_are(tmp_path, place, where, kind):
    with pytest.raises(BadDataError, match="is not a section") as caught:
        read_mapping(mapping(tmp_path, text_of(changed(FULL, place, KINDS[kind]))))
    assert caught.value.where == f"mapping.toml, {where}"


@pytest.mark.parametrize("place", [("register", "complete"), ("file", "repair")])
def test_a_word_for_yes_or_no_is_refused(tmp_path, place):
    """“no” would have counted as yes."""
    with pytest.raises(BadDataError, match="is neither true nor false"):
        read_mapping(mapping(tmp_path, text_of(changed(FULL, place, "no"))))
