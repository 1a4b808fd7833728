"""To whom a recommendation speaks: read from its subject, the words before "should" or "may wish to"."""

from __future__ import annotations

import re

from tracker.domain.vocabulary import Addressee

_CHAIR = r"chair(?:person|man|woman)? of (?:the )?(?:CEB\b|(?:united nations )?(?:system )?chief executives board)"
_CHIEFS = (
    r"director[- ]general|executive (?:director|secretary)|administrator of|high commissioner|commissioner[- ]general|"
    r"secretary[- ]general(?! of the (?:conference|council))|president of (?:IFAD|the international fund)"
)
_ORGANIZATIONS = r"organi[sz]ations?|entit(?:y|ies)|agenc(?:y|ies)|funds?|programmes?|secretariats?|offices?"
_BODIES = (
    r"(?:legislative|governing|deliberative)(?:(?: and | or | and/or |/)(?:legislative|governing))?"
    r"(?: (?:bod(?:y|ies)|organs?))"
)
_NAMED_BODIES = (
    r"general assembly|economic and social council|executive (?:boards?|council|committees?)|governing councils?|"
    r"world health assembly|security council|member states|states parties|councils? of|conference of|boards? of"
)

# Matched at the start of a part of the subject (the parts lie between its commas), after "the", "all", "each" …
RULES: tuple[tuple[Addressee, re.Pattern[str]], ...] = (
    (Addressee.CEB_CHAIR, re.compile(_CHAIR, re.IGNORECASE)),
    (
        Addressee.EXECUTIVE_HEAD,
        re.compile(
            rf"executive heads?\b|heads? of (?:[\w’/-]+ ){{0,7}}?(?:{_ORGANIZATIONS})\b|(?:{_CHIEFS})", re.IGNORECASE
        ),
    ),
    (
        Addressee.LEGISLATIVE_BODY,
        re.compile(
            rf"(?:organi[sz]ations’? |their |respective |relevant )*(?:{_BODIES}|{_NAMED_BODIES})", re.IGNORECASE
        ),
    ),
)
_IN_THAT_CAPACITY = re.compile(rf"\b(?:as|capacity of|capacity as)(?: the)? {_CHAIR}", re.IGNORECASE)
_SECRETARY_GENERAL = re.compile(r"(?:united nations )?secretary[- ]general\b", re.IGNORECASE)

_VERB = re.compile(
    r"\b(?:should|shall|must|may wish|might wish|may consider|ought to|needs? to|will|"
    r"(?:is|are) (?:hereby |also |further |strongly )?(?:invited|requested|encouraged|urged|called up?on|advised)|"
    r"has to|have to)\b",
    re.IGNORECASE,
)
_LEAD_IN = re.compile(
    r"(?:it is recommended|(?:the )?(?:JIU|joint inspection unit|inspectors?) recommends?|(?:we|OIOS) recommend)"
    r" that ",
    re.IGNORECASE,
)
_DETERMINER = re.compile(r"(?:(?:the|all|each|both|those|any|other|united nations) )*", re.IGNORECASE)
_JOINED = re.compile(r",? (?:and(?: also)?|or|as well as|and/or) | and ")


def addressee_of(text: str) -> Addressee | None:
    """None where the subject names nobody known, or two kinds side by side; it is never guessed."""
    text = _LEAD_IN.sub("", text.strip(), count=1)
    verb = _VERB.search(text)
    if verb is None:
        return None
    parts = [part.strip() for part in text[: verb.start()].split(",")]
    main = next((index for index, part in enumerate(parts) if _kind(part) is not None), None)
    if main is None:
        return None
    kinds = {_kind(parts[main])} | _kinds_beside(parts[main:])
    if kinds == {Addressee.EXECUTIVE_HEAD} and _speaks_to_chair(parts[main:]):
        return Addressee.CEB_CHAIR
    return kinds.pop() if len(kinds) == 1 else None


def _kind(part: str) -> Addressee | None:
    bare = _DETERMINER.sub("", part, count=1) if _DETERMINER.match(part) else part
    return next((addressee for addressee, pattern in RULES if pattern.match(bare)), None)


def _kinds_beside(parts: list[str]) -> set[Addressee | None]:
    """Of whatever is joined to the first by "and" or "as well as"; an "including …" adds nobody."""
    first, *others = parts
    joined = _JOINED.split(first)[1:]
    for part in others:
        if match := re.match(r"(?:and|or|as well as) ", part):
            joined.append(part[match.end() :])
    return {kind for kind in map(_kind, joined) if kind is not None}


def _speaks_to_chair(parts: list[str]) -> bool:
    """The Secretary-General in that one capacity; not executive heads "including" him."""
    bare = _DETERMINER.sub("", parts[0], count=1)
    return _SECRETARY_GENERAL.match(bare) is not None and _IN_THAT_CAPACITY.search(", ".join(parts)) is not None
