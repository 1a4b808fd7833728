"""A word cut by a line's end: "imple-/mentation" loses its hyphen, "results-/based" keeps it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

_WORD = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*")
_CUT = re.compile(r"([^\W_]+)-$")
_LONGEST_WORD = 80
_SHORTEST_HALF = 4  # "with-" and "in", "for-" and "ward": short words meet inside long ones by chance

COMPOUND_FIRST_HALVES = frozenset({
    "self", "well", "cross", "non", "results", "decision",
})  # fmt: skip
"""Only words that no word begins with: "high" and "system" begin "highlight" and "systematic"."""

COMPOUNDS = frozenset({
    "inter-agency", "inter-organizational", "follow-up", "record-keeping", "co-chair", "co-chairs", "co-funded",
    "sub-programme", "one-off", "mid-term", "multi-year", "multi-stakeholder", "multi-donor", "post-conflict",
    "pre-existing", "vice-chair", "full-time", "part-time", "on-site", "off-site", "in-house", "ad-hoc",
    "so-called", "high-level", "high-quality", "long-term", "long-standing", "short-term", "medium-term",
    "senior-level", "system-wide", "organization-wide", "country-level", "country-based", "cost-effective",
    "cost-sharing", "cost-efficient", "risk-based", "risk-informed", "evidence-based", "user-friendly",
    "rights-based", "needs-based", "gender-responsive", "peer-reviewed", "data-driven", "policy-making",
    "year-end",
})  # fmt: skip

SOLID = frozenset({
    "furthermore", "moreover", "therefore", "otherwise", "elsewhere", "everywhere", "throughout",
    "nevertheless", "nonetheless", "whenever", "wherever", "thereby", "thereafter", "hereafter", "underline",
    "undertake", "undertaken", "overcome", "oversight", "overview", "framework", "frameworks", "network",
    "networks", "guideline", "guidelines", "workforce", "workload", "headquarters", "stakeholder",
    "stakeholders", "database", "databases", "deadline", "deadlines", "shortcoming", "shortcomings",
    "benchmark", "benchmarks", "safeguard", "safeguards", "timetable", "worldwide", "nationwide", "widespread",
    "background", "feedback", "breakdown", "checklist", "website", "landmark", "highlight",
})  # fmt: skip
"""Words of two words, for which the document's own words would speak in vain."""


def vocabulary(texts: Sequence[str]) -> frozenset[str]:
    """The words that stand unbroken in the document, which decide about those that are cut."""
    whole: set[str] = set()
    for before, text in pairwise(["", *texts]):
        words = _WORD.findall(text.casefold())
        first = 1 if before.endswith("-") else 0
        last = len(words) - 1 if text.endswith(("-", "\u00ad")) else len(words)
        whole.update(words[first:last])
    return frozenset(whole)


def glued(pieces: Iterable[str], words: frozenset[str] = frozenset()) -> str:
    """The pieces of one paragraph as one text."""
    joined: list[str] = []
    for piece in pieces:
        if joined:
            joined[-1] = _up_to(joined[-1], piece, words)
        joined.append(piece)
    return "".join(joined).removesuffix("\u00ad")


def _up_to(left: str, right: str, words: frozenset[str]) -> str:
    """The left piece as it stands before the right one: with a space, with its hyphen, or without."""
    if left.endswith("\u00ad"):
        return left[:-1]
    if left.endswith("/") and not left.endswith(" /"):
        return left
    cut = _CUT.search(left[-_LONGEST_WORD:])
    rest = _WORD.match(right)
    if cut is None or rest is None:
        return f"{left} "
    return left if _keeps_hyphen(cut[1], rest[0], words) else left[:-1]


def _keeps_hyphen(left: str, right: str, words: frozenset[str]) -> bool:
    if not right[0].islower() or not left.isalpha():  # A/72/684-/E/2018/7, UN-/Habitat, 2015-/2016
        return True
    first, second = left.casefold(), right.casefold()
    if first + second in words or first + second in SOLID:
        return False
    if f"{first}-{second}" in words or f"{first}-{second}" in COMPOUNDS or "-" in second:
        return True
    if len(second) < _SHORTEST_HALF:
        return False
    return first in COMPOUND_FIRST_HALVES or (len(first) >= _SHORTEST_HALF and {first, second} <= words)
