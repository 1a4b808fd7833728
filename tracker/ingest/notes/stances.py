"""The collective position of the organizations, read from the words in which a note gives it.

The rules are one table, tried from the top; what no rule knows is unclear, and a person is asked.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from tracker.domain.vocabulary import Stance

_SUPPORT = r"(?:support(?:s|ed|ing|ive)?|agree(?:s|d)?|accept(?:s|ed)?|endorse(?:s|d)?|concur(?:s|red)?)"
_HOW = r"(?:[,]? ?(?:in principle|in part|in general|in full|partially|partly|generally|fully|largely|broadly)[,]?)?"
_SOMETHING = r"(?:this|the|these|that|its|both) (?:[\w’“”-]+ ){0,8}?recommendations?\b|recommendations? \d|it\b|them\b"
_THIS = rf"{_HOW} (?:for |to |of |with )?(?:{_SOMETHING})"
_PASSIVE = rf"recommendations?(?: \d+)? (?:is|are|was|were|has been|have been) (?:[a-z]+ly |in general )?{_SUPPORT}\b"
_SUPPORTS_THIS = rf"(?:\b{_SUPPORT}\b{_THIS}|\b{_PASSIVE})"

_NOT = r"(?:(?:do|does|did|could|would|can|will|are|is|were|was) ?n[o’']t|cannot)"
_UNABLE = r"(?:(?:be |feel )?(?:in a position|able|prepared|ready|inclined|willing) to )?(?:be )?"
_WHOLLY = r"(?:fully|entirely|wholly|completely|necessarily|all|unreservedly|unconditionally)"
_REFUSES = (
    rf"{_NOT} {_UNABLE}(?:[a-z]+ly )?{_SUPPORT}|\bunable to {_SUPPORT}|\b(?:reject|oppose|disagree)(?:s|d|ed)?\b|"
    rf"\bno {_SUPPORT} (?:for|to) (?:this|the)|\bwithh(?:o|e)ld(?:s)? their support|\bneither {_SUPPORT}|"
    r"\b(?:lack of|without) support for (?:this|the)"
)
_SOME = r"(?:some|several|many|certain|others?|most|a (?:number|majority|few)|(?:two|three|four) organizations)"
_OBJECTS = (
    rf"(?:{_NOT}(?: {_UNABLE}(?:[a-z]+ly )?{_SUPPORT}\b| share (?:this|that) view|\s*[,.;]|$)"
    r"|disagree|reject|oppose|object\b)"
)

# The first rule whose pattern stands in the sentence decides, unless an opposite one stands there too.
MIXED = re.compile(
    rf"\b{_SOME}\b(?:(?!\b(?:do|cannot)\b).){{0,60}}\b{_SUPPORT}\b.*\b(?:others?|{_SOME})\b.{{0,60}}?{_OBJECTS}|"
    rf"\b{_SOME}\b.{{0,60}}?{_OBJECTS}.*\b(?:others?|{_SOME})\b.{{0,60}}?\b{_SUPPORT}\b|"
    r"\b(?:views|opinions|positions|reactions) (?:\w+ ){0,6}?(?:diverge|differ|are divided|were divided|are mixed)",
    re.IGNORECASE | re.DOTALL,
)
RULES: tuple[tuple[Stance, re.Pattern[str]], ...] = tuple(
    (stance, re.compile(pattern, re.IGNORECASE))
    for stance, pattern in (
        (Stance.PARTIALLY_SUPPORTED, rf"{_NOT} {_WHOLLY} {_SUPPORT}{_THIS}"),
        (Stance.PARTIALLY_SUPPORTED, rf"{_NOT} {_SUPPORT}{_THIS} in (?:full|its entirety)"),
        (Stance.NOT_SUPPORTED, _REFUSES),
        (Stance.PARTIALLY_SUPPORTED, rf"\b(?:partial(?:ly)?|partly|in part) {_SUPPORT}{_THIS}"),
        (Stance.PARTIALLY_SUPPORTED, rf"\b(?:give|lend|offer|express)\w*(?: their)? partial support\b{_THIS}"),
        (Stance.PARTIALLY_SUPPORTED, rf"\b{_SUPPORT},? (?:in part|partially|partly),?{_THIS}"),
        (Stance.PARTIALLY_SUPPORTED, rf"{_SUPPORTS_THIS},? (?:partially|partly|in part)\b"),
        (
            Stance.PARTIALLY_SUPPORTED,
            rf"\b{_SUPPORT} (?:of )?(?:only )?(?:some|certain|parts?|elements)(?: \w+)? of this recommendation",
        ),
        (Stance.SUPPORTED_IN_PRINCIPLE, rf"\b{_SUPPORT},? in principle,?{_THIS}|\bin principle,? {_SUPPORT}{_THIS}"),
        (Stance.SUPPORTED_IN_PRINCIPLE, rf"{_SUPPORTS_THIS},? in principle"),
        (Stance.SUPPORTED_IN_PRINCIPLE, rf"\bin principle, (?:[\w’-]+ ){{1,6}}{_SUPPORT}{_THIS}"),
        (
            Stance.GENERALLY_SUPPORTED,
            rf"\b(?:general(?:ly)?|broad(?:ly)?|largely|overall|mostly|in general) {_SUPPORT}{_THIS}",
        ),
        (
            Stance.GENERALLY_SUPPORTED,
            rf"\b(?:in general|generally|overall|on the whole|by and large), (?:[\w’-]+ ){{1,6}}{_SUPPORT}{_THIS}",
        ),
        (
            Stance.GENERALLY_SUPPORTED,
            rf"\brecommendations? (?:is|was|are|were) (?:generally|broadly|largely) {_SUPPORT}",
        ),
        (
            Stance.GENERALLY_SUPPORTED,
            rf"\b(?:most|(?:a|the)(?: large| vast| great)? majority of)(?: \w+){{0,4}}? {_SUPPORT}{_THIS}",
        ),
        (Stance.SUPPORTED, _SUPPORTS_THIS),
        (Stance.NOTED, r"\b(?:takes?|took|taken|taking) note of (?:this|the|these) (?:\w+ ){0,3}?recommendations?\b"),
        (Stance.NOTED, r"\bnote[sd]? (?:this|the|these) recommendations?\b(?!’)"),
        (Stance.NOTED, r"\brecommendations?(?: \d+)? (?:is|are|was|were|has been) (?:duly )?noted\b"),
    )
)
_IN_FAVOUR = re.compile(_SUPPORTS_THIS, re.IGNORECASE)
_NEGATED = re.compile(
    rf"\b(?:not|never|no|nor|hardly|without|n’t|n't)\b(?:\W+\w+){{0,4}}?\W+{_SUPPORT}\b", re.IGNORECASE
)
_DOUBLE = re.compile(r"\bnot only\b|\bnot (?:un|dis)\w+|\bcannot but\b", re.IGNORECASE)
_ONLY_SOME = re.compile(rf"\b(?!most)(?:{_SOME})(?: \w+){{0,4}}? {_SUPPORT}\b", re.IGNORECASE)
_CONDITIONAL = re.compile(rf"\b(?:would|could|might|may|if|unless) (?:[\w’-]+ ){{0,4}}?{_SUPPORT}\b", re.IGNORECASE)
_MAJORITY = re.compile(r"\bmost\b|\bmajority\b", re.IGNORECASE)

_LONGEST_SENTENCE = 1_500  # a file may hold a "sentence" of megabytes, and patterns look at it many times
_SENTENCE_END = re.compile(r"(?<=[.!?])[”’\")]* (?=[A-Z“‘\"(])")


def stance_in(texts: Sequence[str]) -> Stance:
    """From the first sentence of the comments that takes a position."""
    sentences = [sentence[:_LONGEST_SENTENCE] for text in texts for sentence in _SENTENCE_END.split(text)]
    for index, sentence in enumerate(sentences):
        if MIXED.search(" ".join(sentences[index : index + 2])) and _speaks(sentence):
            return Stance.MIXED
        if (stance := _stance_of(sentence)) is not None:
            return stance
    return Stance.UNCLEAR


def _speaks(sentence: str) -> bool:
    """A contrast in the next sentence counts only if this one has begun it."""
    return MIXED.search(sentence) is not None or _ONLY_SOME.search(sentence) is not None


def _stance_of(sentence: str) -> Stance | None:
    """None if the sentence takes no position; unclear if it takes one that no rule tells apart."""
    stance = next((stance for stance, pattern in RULES if pattern.search(sentence)), None)
    if stance in (None, Stance.NOTED):
        return stance
    return Stance.UNCLEAR if _cannot_be_told(stance, sentence) else stance


def _cannot_be_told(stance: Stance, sentence: str) -> bool:
    if stance is Stance.NOT_SUPPORTED:
        return _IN_FAVOUR.search(_without_refusals(sentence)) is not None
    if stance is Stance.PARTIALLY_SUPPORTED:
        return False
    doubtful = _NEGATED.search(sentence) is not None and _DOUBLE.search(sentence) is None
    few = _ONLY_SOME.search(sentence) is not None and _MAJORITY.search(sentence) is None
    return doubtful or few or _CONDITIONAL.search(sentence) is not None


def _without_refusals(sentence: str) -> str:
    return re.sub(rf"(?:{_REFUSES})", "", sentence, flags=re.IGNORECASE)
