"""Reading a mapping from TOML; every mistake is answered with its place in the file and what would be right."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from collections.abc import Mapping as Table
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from tracker.domain.controls import texts_with_controls
from tracker.domain.references import suggest
from tracker.domain.vocabulary import TARGETS, Addressee, Status, Voice
from tracker.errors import BadDataError, WorldError
from tracker.ingest.days import FORMS, MONTH
from tracker.ingest.folding import fold_name, fold_word
from tracker.ingest.registers.mapping import (
    IDENTITIES,
    ROLES,
    FileForm,
    Mapping,
    Meaning,
    Names,
    NumberRule,
    StatusColumn,
)

_SECTIONS: dict[str, tuple[str, ...]] = {
    "": ("register", "file", "columns", "number", "report", "recommendation", "dates", "values", "organizations",
         "status", "addressees"),
    "register": ("name", "voice", "as_of", "complete"),
    "file": ("encoding", "delimiter", "sheet", "header", "hidden", "merged", "repair", "only", "as_above"),
    "columns": (*ROLES, "number", "keep"),
    "number": ("column", "pattern"),
    "report": ("symbol", "title", "blank", "separator"),
    "recommendation": ("same",),
    "organizations": ("aliases", "together", "separators", "blank", "unknown"),
    "status": ("column", "columns", "date", "voice", "means"),
    "means": ("words", "moves"),
}  # fmt: skip
"""Section → the words it may hold; anything else is a mistake of spelling and is refused."""

_ITS_COLUMN = "{report}"
"""What stands in the column of the report is its symbol, where the mapping makes no other of it."""

_CHOICES: dict[str, tuple[str, ...]] = {
    "file.hidden": ("read", "skip"),
    "file.merged": ("refuse", "fill"),
    "organizations.unknown": ("refuse", "register"),
}


def read_mapping(path: Path) -> Mapping:
    """Read and check a mapping. Raises BadDataError for the first mistake, WorldError for an unreadable file."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except tomllib.TOMLDecodeError as error:
        raise BadDataError(f"is not TOML: {error}.", where=path.name, remedy="Correct that line.") from None
    except UnicodeDecodeError:
        raise BadDataError("is not UTF-8.", where=path.name, remedy="Save it as UTF-8.") from None
    except FileNotFoundError:
        raise BadDataError("there is no such file.", where=str(path), remedy="Check the name.") from None
    except OSError as error:
        raise WorldError(f"cannot be read: {error.strerror}.", where=str(path)) from None
    for wrong in texts_with_controls(content):
        raise BadDataError(wrong, where=path.name, remedy="Write it again.")
    return _Reader(path.name).mapping(content)


class _Reader:
    def __init__(self, name: str) -> None:
        self.name = name

    def mapping(self, content: dict[str, Any]) -> Mapping:
        self.known("", content)
        register = self.section(content, "register")
        columns, number = self.section(content, "columns"), self.section(content, "number")
        report = self.section(content, "report")
        voice = self.voice(register.get("voice", "issuer"), "register.voice")
        dates = self.dates(self.table(content, "dates"))
        if not columns:
            raise self.wrong("columns", "names no columns.", "Say which column is what, as --guess proposes.")
        mapping = Mapping(
            name=self.word(register, "register", "name", required=True),
            as_of=self.day(register.get("as_of")),
            voice=voice,
            complete=self.flag(register, "register", "complete", default=True),
            form=replace(self.form(self.section(content, "file")), has_months=MONTH in dates.values()),
            columns={role: self.words(columns[role], f"columns.{role}") for role in ROLES if role in columns},
            keep=self.words(columns.get("keep", ()), "columns.keep"),
            number=self.number(columns, number),
            identity=self.identity(self.section(content, "recommendation"), columns, number),
            symbol=self.word(report, "report", "symbol") or _ITS_COLUMN,
            title=self.word(report, "report", "title") or ("{title}" if "title" in columns else "{report}"),
            blank_report=self.word(report, "report", "blank") or None,
            report_separator=self.text(report, "report", "separator"),
            dates=dates,
            values=self.values(self.table(content, "values")),
            names=self.names(self.section(content, "organizations")),
            statuses=tuple(self.status(item, place, voice) for place, item in self.statuses(content)),
            addressees=self.addressees(self.table(content, "addressees")),
        )
        return self.complete(mapping)

    def complete(self, mapping: Mapping) -> Mapping:
        if "organization" not in mapping.columns and mapping.names.blank is None:
            raise self.wrong(
                "columns",
                "does not say who must act.",
                'Add organization = "…", or [organizations] blank = "CODE" where all rows have one addressee.',
            )
        missing = [role for role in _placeholders(mapping.symbol) if role not in (*mapping.columns, "number")]
        if missing and mapping.symbol == _ITS_COLUMN and mapping.blank_report is None:
            raise self.wrong(
                "columns",
                "does not say in which report a recommendation stands.",
                'Add report = "…", or [report] symbol = "SYMBOL" where all rows are of one report.',
            )
        if missing and not (missing == ["report"] and mapping.blank_report):
            raise self.wrong(
                "report.symbol", f"speaks of {missing[0]}, which is not one of the columns.", "Add it to [columns]."
            )
        return mapping

    def wrong(self, where: str, what: str, remedy: str) -> BadDataError:
        return BadDataError(what, where=f"{self.name}, {where}", remedy=remedy)

    def known(self, section: str, content: Table[str, Any], place: str | None = None) -> None:
        for word in content:
            if word not in _SECTIONS[section]:
                known = _SECTIONS[section]
                raise self.wrong(
                    place or section or "top",
                    f"“{word}” is not known here.",
                    suggest(word, known, f"Use one of {', '.join(known)}."),
                )

    def section(self, content: dict[str, Any], name: str) -> dict[str, Any]:
        """A section that holds words of ours only."""
        found = self.table(content, name)
        self.known(name, found)
        return found

    def table(self, content: dict[str, Any], name: str, within: str = "") -> dict[str, Any]:
        """A section that holds words of theirs; `within` is the one in which it stands."""
        place, found = f"{within}.{name}" if within else name, content.get(name, {})
        if not isinstance(found, dict):
            raise self.wrong(place, "is not a section.", f"Write [{place}] on a line of its own.")
        return found

    def tables(self, content: dict[str, Any], name: str, place: str, heading: str) -> list[dict[str, Any]]:
        """Sections of which there may be several, under a heading like [[status]]."""
        value = content.get(name, [])
        found = [value] if isinstance(value, dict) else value
        if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
            raise self.wrong(place, "is not a section.", f"Write [[{heading}]] on a line of its own.")
        return found

    def flag(self, section: dict[str, Any], name: str, key: str, *, default: bool) -> bool:
        value = section.get(key, default)
        if not isinstance(value, bool):
            raise self.wrong(f"{name}.{key}", "is neither true nor false.", f"Write {key} = true or {key} = false.")
        return value

    def text(self, section: dict[str, Any], name: str, key: str) -> str | None:
        """A text with the blanks at its ends, or None where there is none."""
        value = section.get(key)
        if value is not None and not isinstance(value, str):
            raise self.wrong(f"{name}.{key}", "is not a text.", f'Write {key} = "…".')
        return value

    def word(self, section: dict[str, Any], name: str, key: str, *, required: bool = False) -> str:
        value = section.get(key, "")
        if not isinstance(value, str) or (required and not value.strip()):
            raise self.wrong(name, f"{key} is missing or not a text.", f'Write {key} = "…".')
        return value.strip()

    def words(self, value: Any, place: str) -> tuple[str, ...]:
        found = [value] if isinstance(value, str) else value
        if not isinstance(found, list | tuple) or not all(isinstance(item, str) for item in found):
            raise self.wrong(place, "is neither a text nor a list of texts.", 'Write "…" or ["…", "…"].')
        return tuple(found)

    def choice(self, section: str, content: dict[str, Any], key: str, default: str) -> str:
        value = content.get(key, default)
        allowed = _CHOICES[f"{section}.{key}"]
        if value not in allowed:
            raise self.wrong(f"{section}.{key}", f"“{value}” is none of {', '.join(allowed)}.", "Choose one of them.")
        return str(value)

    def day(self, value: Any) -> date | None:
        if value is None or type(value) is date:
            return value
        raise self.wrong("register.as_of", "is not a date.", "Write it without quotation marks: as_of = 2026-09-30.")

    def voice(self, word: Any, place: str) -> Voice:
        voices = {voice.value: voice for voice in Voice}
        if not isinstance(word, str) or word not in voices:
            raise self.wrong(place, f"“{word}” is none of {', '.join(voices)}.", "Say whose word the statuses are.")
        return voices[word]

    def form(self, section: dict[str, Any]) -> FileForm:
        header = section.get("header")
        if header is not None and (type(header) is not int or header < 1):
            raise self.wrong("file.header", "is not a row number.", "Rows count from 1.")
        encoding = section.get("encoding")
        if encoding is not None:
            self.codec(encoding)
        only = {
            column: frozenset(fold_word(word) for word in self.words(words, f"file.only.{column}"))
            for column, words in self.table(section, "only", "file").items()
        }
        return FileForm(
            encoding=encoding,
            delimiter=self.delimiter(section.get("delimiter")),
            sheet=self.text(section, "file", "sheet"),
            header=header,
            hidden=self.choice("file", section, "hidden", "read"),
            merged=self.choice("file", section, "merged", "refuse"),
            repair=self.flag(section, "file", "repair", default=False),
            only=only,
            as_above=self.words(section.get("as_above", ()), "file.as_above"),
        )

    def codec(self, encoding: Any) -> None:
        try:
            "".encode(encoding)
        except (LookupError, TypeError):
            raise self.wrong(
                "file.encoding", f"“{encoding}” is not an encoding.", "As in utf-8, mac-roman, windows-1252."
            ) from None

    def delimiter(self, value: Any) -> str | None:
        if value is None or (isinstance(value, str) and len(value) == 1):
            return value
        raise self.wrong("file.delimiter", "is not one character.", r'As in delimiter = ";" or "\t".')

    def number(self, columns: dict[str, Any], section: dict[str, Any]) -> NumberRule:
        pattern = section.get("pattern")
        if pattern is not None:
            self.pattern(pattern)
        column = section.get("column", columns.get("number"))
        if column is not None and not (isinstance(column, str) and column):
            raise self.wrong("number.column", "is not the name of a column.", 'Write number = "…".')
        return NumberRule(column, pattern)

    def pattern(self, pattern: Any) -> None:
        try:
            groups = re.compile(pattern).groups
        except (re.error, TypeError, OverflowError) as error:
            raise self.wrong("number.pattern", f"is not a pattern: {error}.", "Test it on one cell.") from None
        if groups != 1:
            raise self.wrong("number.pattern", "needs one pair of brackets, around the number.", r"As in ^(\d+)\.")

    def identity(self, section: dict[str, Any], columns: dict[str, Any], number: dict[str, Any]) -> tuple[str, ...]:
        numbered = "number" in columns or "column" in number
        same = self.words(section.get("same", ["number"] if numbered else ["report", "text"]), "recommendation.same")
        for part in same:
            if part not in IDENTITIES:
                raise self.wrong(
                    "recommendation.same", f"“{part}” is none of {', '.join(IDENTITIES)}.", "Choose from them."
                )
        return same

    def dates(self, section: dict[str, Any]) -> dict[str, str]:
        found = {"": section["form"], **section} if "form" in section else dict(section)
        for column, form in found.items():
            if not isinstance(form, str) or form not in FORMS:
                known = ", ".join(FORMS)
                raise self.wrong(
                    "dates", f"“{form}” (for {column or 'all'}) is not a form of date.", f"Use one of {known}."
                )
        found.pop("form", None)
        return found

    def values(self, section: dict[str, Any]) -> dict[str, dict[str, str]]:
        return {
            role: {
                fold_word(word): self.value(value, f"values.{role}.{word}")
                for word, value in self.table(section, role, "values").items()
            }
            for role in section
        }

    def value(self, value: Any, place: str) -> str:
        """What a word stands for: a text, or a number or day without quotation marks."""
        if isinstance(value, list | dict):
            raise self.wrong(place, "is not a text.", 'Write "…".')
        return str(value)

    def names(self, section: dict[str, Any]) -> Names:
        aliases: dict[str, str] = {}
        full: dict[str, str] = {}
        for code, listed in self.table(section, "aliases", "organizations").items():
            names = self.words(listed, f"organizations.aliases.{code}")
            full[code] = next(iter(names), code)
            for name in (code, *names):
                if aliases.setdefault(fold_name(name), code) != code:
                    other = aliases[fold_name(name)]
                    raise self.wrong("organizations.aliases", f"“{name}” is given to {other} and {code}.", "Keep one.")
        together = {
            fold_name(cell): self.words(names, f"organizations.together.{cell}")
            for cell, names in self.table(section, "together", "organizations").items()
        }
        return Names(
            aliases=aliases,
            full=full,
            together=together,
            separators=self.separators(section),
            blank=self.text(section, "organizations", "blank"),
            unknown=self.choice("organizations", section, "unknown", "refuse"),
        )

    def separators(self, section: dict[str, Any]) -> tuple[str, ...]:
        place = "organizations.separators"
        found = self.words(section.get("separators", ()), place)
        if "" in found:
            raise self.wrong(place, "holds an empty text, which separates nothing.", "Remove it.")
        return found

    def statuses(self, content: dict[str, Any]) -> Iterable[tuple[str, dict[str, Any]]]:
        for index, item in enumerate(self.tables(content, "status", "status", "status"), start=1):
            place = f"status {index}"
            self.known("status", item, place)
            yield place, item

    def status(self, item: dict[str, Any], place: str, voice: Voice) -> StatusColumn:
        columns = self.words(item.get("columns", item.get("column", ())), f"{place}.column")
        if not columns:
            raise self.wrong(place, "names no column.", 'Write column = "…".')
        means: dict[str, Meaning] = {}
        for meaning in self.tables(item, "means", f"{place}.means", "status.means"):
            self.known("means", meaning, place)
            moves = self.moves(self.words(meaning.get("moves", ()), f"{place}.moves"), place)
            for word in self.words(meaning.get("words", ()), f"{place}.words"):
                if means.setdefault(fold_word(word), Meaning(word, moves)).moves != moves:
                    raise self.wrong(place, f"“{word}” has two meanings.", "Keep one.")
        own = self.voice(item["voice"], f"{place}.voice") if "voice" in item else voice
        return StatusColumn(columns, own, means, self.text(item, place, "date") or None)

    def moves(self, words: tuple[str, ...], place: str) -> tuple[Status, ...]:
        for word in words:
            if word not in TARGETS:
                raise self.wrong(
                    place, f"“{word}” is not a status.", suggest(word, TARGETS, f"Use one of {', '.join(TARGETS)}.")
                )
        return tuple(TARGETS[word] for word in words)

    def addressees(self, section: dict[str, Any]) -> dict[str, Addressee]:
        known = {addressee.value: addressee for addressee in Addressee}
        found = {}
        for value, words in section.items():
            if value not in known:
                raise self.wrong("addressees", f"“{value}” is none of {', '.join(known)}.", "Choose from them.")
            for word in self.words(words, f"addressees.{value}"):
                found[fold_word(word)] = known[value]
        return found


def _placeholders(template: str) -> list[str]:
    return re.findall(r"\{(\w+)\}", template)
