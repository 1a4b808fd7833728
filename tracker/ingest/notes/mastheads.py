"""The head of a note: its date and symbol, and the sentence that says on which report it comments."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from tracker.domain.periods import MONTHS
from tracker.ingest.notes.symbols import SYMBOL, commented_on, halves, symbols_in
from tracker.records import record

_DATE = re.compile(rf"\b(\d{{1,2}}) ({'|'.join(MONTHS)}) (\d{{4}})\b")
_END_OF_MASTHEAD = re.compile(
    r"\bOriginal ?: \w+|\bNote by the\b|\bSummary\b|\bhas the honou?r to transmit\b|\bReport of the\b"
)
_TRANSMITS = re.compile(r"\b(?:has the honou?r to|hereby|is pleased to) transmits?\b|\btransmits?\b", re.IGNORECASE)
_REPORT = re.compile(
    r"\breports?\b(?P<before>[^“\"«”]{0,300})[“\"«](?P<title>[^”\"»]{1,400})[”\"»](?P<after>[^.;“\"]{0,10}\([^()]*\))?",
    re.IGNORECASE,
)
_REPORT_WITHOUT_TITLE = re.compile(r"\breports?\b(?P<before>[^“\"«”.;()]{0,200})(?P<after>\([^()]*\))", re.IGNORECASE)
_SENTENCE_END = re.compile(r"\.[”\"]?(?: (?=[A-Z])|$)")
_OTHERS = re.compile(rf"\b(?:resolutions?|decisions?) (?:\d\S* )?\(?{SYMBOL.pattern}")


@record
class ReportNamed:
    """The report as the note names it; the symbols in the order of print."""

    title: str | None = None
    symbols: tuple[str, ...] = ()


def masthead_of(front: Sequence[str]) -> str:
    """The lines before the note's own title, as one text."""
    whole = " ".join(front)
    end = _END_OF_MASTHEAD.search(whole)
    return whole[: end.start()] if end else " ".join(front[:8])[:600]


def dates_in(masthead: str) -> tuple[list[date], list[str]]:
    """The dates, and what looks like one and is on no calendar."""
    found: list[date] = []
    impossible: list[str] = []
    for match in _DATE.finditer(masthead):
        try:
            day = date(int(match[3]), MONTHS.index(match[2]) + 1, int(match[1]))
        except ValueError:
            impossible.append(match[0])
        else:
            if day not in found:
                found.append(day)
    return found, impossible


def report_named(front: Sequence[str], general: Sequence[str]) -> ReportNamed:
    """From the sentence of transmittal; failing that, from the first words that name a report with its title."""
    whole = " ".join(front)
    named = named_in_transmittal(whole)
    if named.symbols:
        return named
    for match in (match for text in [whole, *general] for match in _REPORT.finditer(text)):
        other = _named(match)
        if other.symbols and named.title in (None, other.title):
            return other
    return named


def named_in_transmittal(front: str) -> ReportNamed:
    """The report of which the front says that it is transmitted, or commented on; nothing where it says neither."""
    transmits = _TRANSMITS.search(front)
    if transmits is None:
        return ReportNamed()
    sentence = _SENTENCE_END.split(front[transmits.start() :], maxsplit=1)[0]
    match = _REPORT.search(sentence) or _REPORT_WITHOUT_TITLE.search(sentence)
    return _named(match) if match else ReportNamed()


def _named(match: re.Match[str]) -> ReportNamed:
    """The symbols in the brackets that belong to the report; a resolution cited there is none of them."""
    around = f"{match['before']} {match['after'] or ''}"
    symbols = [part for found in symbols_in(_OTHERS.sub("", around)) for part in halves(found)]
    title = match.groupdict().get("title")
    return ReportNamed(title.strip(" ,") if title else None, tuple(dict.fromkeys(symbols)))


def main_symbol(named: ReportNamed, note_symbol: str | None) -> str | None:
    """Of several symbols of the report, the one to which the note is an addition, else the first."""
    bases = commented_on(note_symbol) if note_symbol else ()
    return next((symbol for symbol in named.symbols if symbol in bases), next(iter(named.symbols), None))


def printed_symbol(masthead: str, running: Sequence[str]) -> str | None:
    """The note's own symbol as printed at its head, or on top of its pages."""
    for text in (masthead, *running):
        if found := symbols_in(text):
            return found[0]
    return None
