"""Rows to entries: which rows speak of the same recommendation of the same organization, and what they say together.

Nothing here hangs on the order of the rows: what is chosen among several is chosen by what it says.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache

from tracker.domain.periods import DueDate
from tracker.domain.references import reference_to
from tracker.domain.vocabulary import Addressee
from tracker.ingest.folding import digest, fold_text
from tracker.ingest.registers.findings import Findings
from tracker.ingest.registers.mapping import Mapping, folded_identity
from tracker.ingest.registers.rows import RegisterRow, Said
from tracker.records import record


@record
class Entry:
    """What a table says of one recommendation of one organization.

    `key` says which recommendation it is, whatever the file's order; `own` is set where several of the same
    identity have different texts, so that the text is part of who they are.
    """

    key: str
    own: str | None
    report: str
    title: str
    number: str
    text: str
    code: str
    rows: tuple[int, ...]
    made: date | None
    due: DueDate | None
    addressee: Addressee | None
    impact: str | None
    statuses: tuple[Said, ...]
    reply: str
    replied: date | None
    kept: str

    @property
    def text_digest(self) -> str:
        return text_digest(self.text, self.number)


@lru_cache(maxsize=4096)
def text_digest(text: str, number: str) -> str:
    """Stands for a text whose own number and brackets do not count."""
    folded = fold_text(text)
    own = fold_text(number)
    return digest(folded.removesuffix(own) if own else folded)


Resolve = Callable[[str], str | None]


def gather(
    rows: Iterable[RegisterRow], mapping: Mapping, resolve: Resolve, blank: str | None, findings: Findings
) -> list[Entry]:
    """The entries, sorted by what they are. `resolve` gives an organization's code, or None where it is unknown.

    Rows without a name are `blank`'s, where the mapping names it; None refuses them.
    """
    groups: dict[tuple[str, str], list[Entry]] = defaultdict(list)
    for row in rows:
        codes = _codes(row, mapping, resolve, blank, findings)
        _check_report(row, mapping, findings)
        if row.row in findings.refused:
            continue
        for code in codes:
            entry = _entry(row, code, mapping, findings)
            groups[entry.key, code].append(entry)
    by_key: dict[str, list[Entry]] = defaultdict(list)
    for (key, _), members in groups.items():
        by_key[key].extend(_by_text(members, mapping, findings))
    found = [entry for entries in by_key.values() for entry in _numbered(entries, findings)]
    return sorted(found, key=_place)


def _codes(row: RegisterRow, mapping: Mapping, resolve: Resolve, blank: str | None, findings: Findings) -> list[str]:
    if not row.names:
        if blank is None:
            findings.refuse(row.row, "names no organization.", 'Fill it in, or map it: [organizations] blank = "CODE".')
            return []
        if "organization" in mapping.columns:
            findings.notice(
                row.row, f"names no organization; taken as {blank}.", "Nothing needs to be done if that is right."
            )
        return [blank]
    codes = [resolve(name) for name in row.names]
    if None in codes:
        findings.refused.add(row.row)  # the sentence is said once for the name, by who resolves it
    return list(dict.fromkeys(code for code in codes if code is not None))


def _entry(row: RegisterRow, code: str, mapping: Mapping, findings: Findings) -> Entry:
    report = _report(row, code, mapping, findings)
    _tell_of_gaps(row, mapping, findings)
    return Entry(
        key=_key(row, report, mapping),
        own=None,
        report=report,
        title=_filled(mapping.title, row, report, code).strip() or report,
        number=row.number or f"T{text_digest(row.text, '')[:8]}",
        text=row.text,
        code=code,
        rows=(row.row,),
        made=row.made,
        due=row.due,
        addressee=row.addressee,
        impact=row.impact,
        statuses=row.statuses,
        reply=row.reply,
        replied=row.replied,
        kept=row.kept,
    )


def _tell_of_gaps(row: RegisterRow, mapping: Mapping, findings: Findings) -> None:
    if not row.text and "text" in mapping.columns:
        findings.notice(row.row, "has no text; the recommendation is kept without one.", "Add it when it is known.")
    if row.made is None and "made" in mapping.columns:
        findings.notice(
            row.row,
            "has no date on which it was made; its first other date is taken, else the day of the register.",
            "Fill it in when it is known.",
            mapping.columns["made"][0],
        )


def _key(row: RegisterRow, report: str, mapping: Mapping) -> str:
    """Which recommendation a row speaks of; where all that tells it is blank, its report and its text do."""
    parts = {
        "report": folded_identity("report", report),
        "number": folded_identity("number", row.number),
        "text": text_digest(row.text, row.number),
    }
    key = "|".join(parts[part] for part in mapping.identity)
    return key if key.strip("|") else f"{parts['report']}|{parts['text']}"


def _check_report(row: RegisterRow, mapping: Mapping, findings: Findings) -> None:
    """Recommendations of several reports that are not named would be taken for those of one."""
    if not row.report and "{report}" in mapping.symbol and mapping.blank_report is None:
        findings.refuse(
            row.row,
            "names no report.",
            "Say in the mapping where it belongs: [report] blank; or, if only the first row of a group names it, "
            "[file] as_above.",
            mapping.columns["report"][0] if "report" in mapping.columns else "",
        )


def _report(row: RegisterRow, code: str, mapping: Mapping, findings: Findings) -> str:
    """The symbol of the report; of several that a cell names, the first."""
    named = [row.report]
    if mapping.report_separator and mapping.report_separator in row.report:
        named = [part.strip() for part in row.report.split(mapping.report_separator)]
        findings.notice(
            row.row,
            f"names {len(named)} reports, {' and '.join(named)}; kept under the first.",
            "Nothing needs to be done if that is right.",
            mapping.columns["report"][0],
        )
    if "report" in mapping.columns and not row.report and mapping.blank_report is not None:
        findings.notice(
            row.row,
            f"names no report; kept under {mapping.blank_report}.",
            "Nothing needs to be done if that is right.",
        )
        return mapping.blank_report
    return _filled(mapping.symbol, row, named[0], code)


def _filled(template: str, row: RegisterRow, report: str, code: str) -> str:
    made = "" if row.made is None else row.made.isoformat()
    return template.format_map(
        {"report": report, "number": row.number, "organization": code, "title": row.title, "made": made,
         "year": made[:4]}
    )  # fmt: skip


def _by_text(entries: Sequence[Entry], mapping: Mapping, findings: Findings) -> list[Entry]:
    """One organization's rows of one identity: folded where they say the same, kept apart where the texts differ."""
    by_text: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        by_text[entry.text_digest].append(entry)
    if len(by_text) > 1 and "text" not in mapping.identity:
        rows = sorted(row for entry in entries for row in entry.rows)
        findings.notice(
            rows,
            f"have one number, {_named(entries[0])}, with different texts; kept as {len(by_text)} recommendations.",
            "Correct the number in the other register, if it is a slip.",
        )
    if len(by_text) == 1:
        return [_folded(group, mapping, findings) for group in by_text.values()]
    return [replace(_folded(group, mapping, findings), own=text) for text, group in sorted(by_text.items())]


def _folded(group: Sequence[Entry], mapping: Mapping, findings: Findings) -> Entry:
    if len(group) == 1:
        return group[0]
    first = min(group, key=_content)
    rows = tuple(sorted(row for entry in group for row in entry.rows))
    numbers = sorted({entry.number for entry in group}, key=_natural)
    _tell_of_fold(group, first, rows, numbers, mapping, findings)
    return replace(
        first,
        rows=rows,
        number=numbers[0],
        made=_one_day(group, rows, findings),
        statuses=_agreed(group, rows, findings),
        reply="\n\n".join(dict.fromkeys(sorted(entry.reply for entry in group if entry.reply))),
        kept="; ".join(dict.fromkeys(sorted(entry.kept for entry in group if entry.kept))),
    )


def _tell_of_fold(
    group: Sequence[Entry],
    first: Entry,
    rows: Sequence[int],
    numbers: Sequence[str],
    mapping: Mapping,
    findings: Findings,
) -> None:
    if len(numbers) > 1:
        findings.notice(
            rows,
            f"give one text of {first.report} the numbers {', '.join(numbers)}; kept under the first.",
            "Check them.",
        )
    elif len({_content(entry) for entry in group}) == 1:
        findings.notice(
            rows, f"say the same about {_named(first)} twice; kept once.", "Nothing needs to be done if that is right."
        )
    elif parts := _differing(group, mapping):
        findings.notice(
            rows,
            f"speak of {_named(first)} twice and differ in {' and '.join(parts)}; kept once.",
            "Nothing needs to be done if that is right.",
        )


def _differing(group: Sequence[Entry], mapping: Mapping) -> list[str]:
    """What of a fold is chosen or joined quietly; differing dates and statuses have sentences of their own.

    Where the text makes the recommendation, several rows of it are how the file is meant, and only joined.
    """
    if "text" in mapping.identity:
        return []
    parts: dict[str, set[str] | set[DueDate | None]] = {
        "report": {entry.report for entry in group},
        "spelling": {entry.text for entry in group},
        "due date": {entry.due for entry in group},
        "reply": {entry.reply for entry in group},
        "what is kept": {entry.kept for entry in group},
    }
    return [name for name, values in parts.items() if len(values) > 1]


def _named(entry: Entry) -> str:
    return reference_to(entry.report, entry.number)


def _content(entry: Entry) -> tuple[object, ...]:
    """All that an entry says; two rows of the same content are the same row twice."""
    said = tuple((said.column, said.word, said.on or date.min) for said in entry.statuses)
    made, due = entry.made or date.max, entry.due or DueDate(date.max)
    return (made, entry.text, said, (due.day, due.given or ""), entry.reply, entry.kept, entry.number, entry.report)


def _one_day(group: Sequence[Entry], rows: Sequence[int], findings: Findings) -> date | None:
    days = sorted({entry.made for entry in group if entry.made})
    if len(days) > 1:
        dated = " and ".join(str(day) for day in days)
        findings.notice(
            rows,
            f"date the same recommendation {_named(group[0])} {dated}; the earlier is kept.",
            "Check which is right.",
        )
    return days[0] if days else None


def _agreed(group: Sequence[Entry], rows: Sequence[int], findings: Findings) -> tuple[Said, ...]:
    """The statuses on which the rows agree; where they contradict each other nothing is decided."""
    by_column: dict[str, dict[tuple[object, ...], Said]] = defaultdict(dict)
    for entry in group:
        for said in entry.statuses:
            by_column[said.column].setdefault((said.moves, said.voice), said)
    for column, said_in_it in by_column.items():
        if len(said_in_it) > 1:
            words = " and ".join(sorted(f"“{said.word}”" for said in said_in_it.values()))
            findings.notice(
                rows,
                f"say {words} of the same recommendation {_named(group[0])}; its status is left open.",
                "Find out which is right, and log it with: tracker update.",
                column,
            )
    return tuple(next(iter(said.values())) for said in by_column.values() if len(said) == 1)


def _numbered(entries: Sequence[Entry], findings: Findings) -> list[Entry]:
    """Entries of one identity: the addressees of one recommendation; texts of one identity must be one text."""
    texts = {entry.text_digest for entry in entries if entry.own is None}
    if len(texts) > 1:
        rows = sorted(row for entry in entries for row in entry.rows)
        chosen = max((entry for entry in entries if entry.own is None), key=lambda entry: (len(entry.text), entry.text))
        findings.notice(
            rows,
            f"give the text of {_named(entries[0])} differently to each addressee; the longest is kept.",
            "Check which is right.",
        )
        return [replace(entry, text=chosen.text) if entry.own is None else entry for entry in entries]
    return list(entries)


def _natural(number: str) -> tuple[tuple[int, str], ...]:
    """Sorts 9 before 10, and 115.9 before 115.10."""
    pieces: list[tuple[int, str]] = []
    digits = ""
    for char in f"{number} ":
        if char.isdigit():
            digits += char
            continue
        if digits:
            pieces.append((int(digits), ""))
            digits = ""
        pieces.append((-1, char))
    return tuple(pieces)


def _place(entry: Entry) -> tuple[object, ...]:
    return (entry.report, _natural(entry.number), entry.made or date.max, entry.own or "", entry.code)
