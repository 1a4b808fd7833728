"""What the words of a status column might mean, as lines of a mapping; a person has to look at each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from tracker.domain.vocabulary import TARGETS, Acceptance, Voice
from tracker.ingest.folding import fold_word
from tracker.ingest.registers.guessed_columns import Column

Moves = tuple[str, ...]
_ANSWERED = re.compile(r"(.* )?response( category)?|management decision|position|reponse( .*)?")
"""How a column is headed in which an organization's own answer stands, not the judgement of whoever asks."""
_OF_ACCEPTANCE = {value.value for value in Acceptance}

_AGREE = "accept|agree|concur|support"
_PARTLY = "partially|partly|in part"
_EN_PARTIE = "partiellement|en partie"
_FAITE = r"(totalement |entierement )?(mise? en (œ|oe)uvre|appliquee?|realisee?|executee?|achevee?|terminee?)"

_MEANINGS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (rf".*\bnot (yet )?({_AGREE})\w*.*|non concur\w*|reject\w*|disagree\w*|declined", ("not-accepted",)),
    (r"refusee?|rejetee?|non accept\w+|(en )?desaccord", ("not-accepted",)),
    (rf".*\b({_PARTLY})\b.*({_AGREE}).*|.*({_AGREE})\w* ({_PARTLY})", ("partially-accepted",)),
    (rf"({_EN_PARTIE}) acceptee?|acceptee? ({_EN_PARTIE})|accord partiel", ("partially-accepted",)),
    (r".*\b(not relevant|not applicable|n a|cancelled|withdrawn)\b.*", ("not-relevant",)),
    (r"sans objet|non (applicable|pertinente?)|annulee?|retiree?", ("not-relevant",)),
    (r".*\b(superseded|overtaken|obsolete|no longer)\b.*", ("accepted", "overtaken")),
    (r"devenue? sans objet|depassee?|caduque?|remplacee?", ("accepted", "overtaken")),
    (
        r"(.*\b(being|partially|partly|in process|in progress|ongoing|under)\b.*impl\w*.*|in progress|ongoing|started)",
        ("accepted", "in-progress"),
    ),
    (r"a l (etude|examen)|en cours d examen|en attente", ("under-consideration",)),
    (
        rf"en cours( d .*| de .*)?|commencee?|({_EN_PARTIE}) ({_FAITE})|({_FAITE}) ({_EN_PARTIE})",
        ("accepted", "in-progress"),
    ),
    (r".*\b(under|consider)\w*.*consider\w*.*|consider|pending|under review", ("under-consideration",)),
    (r".*\bnot (yet )?(started|implemented)\b.*", ("accepted", "not-started")),
    (rf"non (commencee?|debutee?|{_FAITE})|pas (encore )?(commencee?|debutee?|{_FAITE})", ("accepted", "not-started")),
    (r".*\b(implemented|completed?|closed acceptable|done|closed)\b.*", ("accepted", "implemented")),
    (rf"({_FAITE})|close|cloturee?|soldee?", ("accepted", "implemented")),
    (r"unresolved", ("under-consideration",)),
    (rf"({_AGREE})(s|d|ed|red|rence)?|resolved", ("accepted",)),
    (r"acceptee?|d accord|accord", ("accepted",)),
)  # fmt: skip
"""What a word might mean; only ever proposed, with a mark that a person has to look."""


def status_lines(columns: Sequence[Column], dated: str | None) -> Iterator[str]:
    """A part of the mapping for each column of statuses; `dated` is the column that gives their days.

    What was accepted is left to another column only where that one is filled as often.
    """
    for column in columns:
        others = [other for other in columns if other is not column and other.filled >= column.filled]
        yield from _lines(column, dated, is_accepted_elsewhere=any(map(_says_acceptance, others)))


def _says_acceptance(column: Column) -> bool:
    """Whether its words are about acceptance and nothing else."""
    moves = [_meaning(word) for word in column.values]
    return any(moves) and all(set(each) <= _OF_ACCEPTANCE for each in moves)


def _lines(column: Column, dated: str | None, *, is_accepted_elsewhere: bool) -> Iterator[str]:
    yield "[[status]]"
    yield f"column = {quoted(column.name)}"
    if _ANSWERED.fullmatch(fold_word(column.name)):
        yield f'voice = "{Voice.ORGANIZATION.value}"    # ? whose word it is: what was answered is theirs'
    if dated:
        yield f"date = {quoted(dated)}    # ? the column that dates this status"
    by_meaning: dict[Moves, list[str]] = {}
    for word, _ in column.values.most_common():
        moves = _meaning(word)
        # Whoever declined has not accepted because the other column says how far it is.
        by_meaning.setdefault(moves[1:] if is_accepted_elsewhere and len(moves) > 1 else moves, []).append(word)
    for moves, words in by_meaning.items():
        counted = ", ".join(f"{word}: {column.values[word]}" for word in words)
        yield ""
        yield f"[[status.means]]    # {counted}"
        yield f"words = [{', '.join(quoted(word) for word in words)}]"
        told = (
            "    # ? guessed from the words" if moves else f"    # ? some of {', '.join(TARGETS)}; empty: a note only"
        )
        yield f"moves = [{', '.join(quoted(move) for move in moves)}]{told}"
    yield ""


def _meaning(word: str) -> Moves:
    folded = fold_word(word)
    return next((moves for pattern, moves in _MEANINGS if re.fullmatch(pattern, folded)), ())


def quoted(text: str) -> str:
    """A text as TOML has it."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\t").replace("\n", "\\n") + '"'
