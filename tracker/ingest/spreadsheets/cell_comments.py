"""Comments that hang on the cells of a spreadsheet: words that are in no cell, and must not be lost for that."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from xml.etree import ElementTree as ET

from tracker.domain.controls import says_something
from tracker.ingest.spreadsheets.tags import local_name

_MOST_LETTERS = 300
_MOST = 1_000
"""So many of a sheet are looked at."""
_PREAMBLE = re.compile(r"\A\[[^\]]*\].*?linkid=\d+\s*", re.DOTALL)
"""What Excel puts before the words of a comment that was answered, for older versions of itself."""
_KIND = "/relationships/comments"


def words_of(comment: str) -> str | None:
    """What a comment says, on one line and not too long; None where it says nothing."""
    words = _PREAMBLE.sub("", comment, count=1)
    return cut_short(words) if says_something(words) else None


def cut_short(text: str, most: int = _MOST_LETTERS) -> str:
    """The printable letters of a text on one line, as many as a sentence can quote."""
    short = "".join(letter for letter in " ".join(text.split()) if letter.isprintable())
    return short if len(short) <= most else f"{short[: most - 1]}…"


def xlsx_comments(path: Path, sheet: str) -> list[tuple[str, str]]:
    """Cell and comment, for a part of an XLSX that holds a sheet. Raises ET.ParseError where one is damaged."""
    folder, name = posixpath.split(sheet)
    with zipfile.ZipFile(path) as package:
        parts = set(package.namelist())
        relations = f"{folder}/_rels/{name}.rels"
        targets = _targets(package.read(relations)) if relations in parts else []
        found = (posixpath.normpath(posixpath.join(folder, target)).lstrip("/") for target in targets)
        return [comment for part in found if part in parts for comment in islice(_comments(package, part), _MOST)]


def _targets(relations: bytes) -> list[str]:
    found = ET.fromstring(relations)  # noqa: S314 - expat itself refuses what unfolds without end
    return [relation.get("Target", "") for relation in found if relation.get("Type", "").endswith(_KIND)]


def _comments(package: zipfile.ZipFile, part: str) -> Iterator[tuple[str, str]]:
    with package.open(part) as stream:
        for _, element in ET.iterparse(stream):  # noqa: S314 - likewise
            if local_name(element) == "comment":
                texts = (run.text or "" for text in element for run in text.iter() if local_name(run) == "t")
                yield element.get("ref", ""), "".join(texts)
                element.clear()
