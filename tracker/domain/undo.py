"""What `undo` may take back, and with what else a command is taken back that wrote nothing about follow-ups. Pure."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence

from tracker.domain.journal import BatchFacts
from tracker.domain.plurals import plural
from tracker.domain.returns_read_again import read_mark
from tracker.domain.who import Who

_WAYS = {
    "document edit": "Set it again with: tracker document edit.",
    "document set": "Set it again with: tracker document set.",
    "import": "Import the earlier document again with: tracker import.",
    "link add": "Take it back with: tracker link remove.",
    "link remove": "Take it back with: tracker link add.",
    "officer add": "Correct it with: tracker officer edit; or end it with: tracker officer end.",
    "officer edit": "Set it again with: tracker officer edit.",
    "officer end": "Take it back with: tracker officer add.",
    "org add": "Change it with: tracker org edit.",
    "org alias add": "Take it back with: tracker org alias drop.",
    "org alias drop": "Take it back with: tracker org alias add.",
    "org edit": "Change it back with: tracker org edit.",
    "org import": "Change what it brought with: tracker org edit.",
    "report quarterly": "An edition stays; a later one restates it: tracker report quarterly --publish.",
    "view drop": "Take it back with: tracker view save.",
    "view save": "Take it back with: tracker view drop.",
}
"""First words of a command → the remedy that a refusal names."""
_OTHERWISE = "What can be changed is in: tracker --help."
_TRACE = re.compile(r" \[(?P<name>[^\n]*) sha256:[0-9a-f]{64}\]$")
"""What `with_file` adds to what was typed."""
_AT_FOLDERS = re.compile(r"[/\\]")
_UNCHANGING = ("db backup ",)
"""How commands begin that are written down and change nothing: there is nothing in them to take back."""


def is_passed_over(asked: str, *, is_journaled: bool, says_something: bool, is_standing: bool) -> bool:
    """Whether `undo` looks further back than this command: it was `undo` itself, or was taken back.

    A correction is a command in its own right, and so is an import whose annex only withdrew: what came before is not
    taken back in its place.
    """
    if asked.startswith(_UNCHANGING):
        return True
    only_withdrew = not says_something and _first_word(asked) in ("correct", "import")
    return is_journaled and not is_standing and not only_withdrew


def _first_word(asked: str) -> str:
    return asked.partition(" ")[0]


def is_one_command(batches: Sequence[BatchFacts], other: BatchFacts) -> bool:
    """Whether a batch is of the same command as others, which read several files: each has a batch, and its checksum.

    The same words and file within one second are two commands: a file that was mended and read again. Of files that
    are called alike, in several folders, there may be as many as the command names.
    """
    one, name = batches[0], _file(other)
    same = (one.actor, one.recorded_at, typed(one.asked)) == (other.actor, other.recorded_at, typed(other.asked))
    names = [_file(batch) for batch in batches]
    return same and name is not None and None not in names and names.count(name) < _named(typed(other.asked), name)


def _named(asked: str, name: str) -> int:
    """How many files of a name a command reads; one at least, as it may be known by a number."""
    try:
        words = shlex.split(asked)
    except ValueError:
        words = asked.split()
    return max(1, [_AT_FOLDERS.split(word)[-1] for word in words].count(name))


def with_file(who: Who, name: str, sha256: str) -> Who:
    """As what a command is recorded for one of the files that it reads: what was typed, and which file it was."""
    return who.asking(f"{who.asked} [{name}{read_mark(sha256)}")


def typed(asked: str) -> str:
    """A command as it was typed, without the file whose reading a batch records."""
    return _TRACE.sub("", asked)


def _file(batch: BatchFacts) -> str | None:
    found = _TRACE.search(batch.asked)
    return found["name"] if found else None


def way_back(asked: str) -> str:
    """The remedy for a command that `undo` does not take back."""
    if _first_word(asked) == "correct":
        return (
            "What was taken back is logged again with: tracker update. An organization that is no longer asked "
            "is asked again once the document is imported again."
        )
    return next((way for words, way in _WAYS.items() if f"{asked} ".startswith(f"{words} ")), _OTHERWISE)


def earlier_way(asked: str, number: int, refused: Sequence[tuple[str, str]]) -> str:
    """How an earlier command goes, after those in between that do not: each with what keeps it in its place."""
    way = f"can be taken back with: tracker undo --batch {number}."
    if not refused:
        return f" The command before it, “tracker {asked}”, {way}"
    return f"{_staying(refused)} “tracker {asked}” before that {way}"


def none_earlier(refused: Sequence[tuple[str, str]]) -> str:
    """That none of the earlier commands that were tried can be taken back; nothing where there was none to try."""
    if not refused:
        return ""
    further = plural(len(refused) - 1, "command")
    more = f" Nor can {further} before that be taken back." if len(refused) > 1 else ""
    return f"{_staying(refused)}{more}"


def _staying(refused: Sequence[tuple[str, str]]) -> str:
    asked, why = refused[0]
    return f" The command before it, “tracker {asked}”, cannot be taken back: {why}"


def takes_in_register(asked: str) -> bool:
    """Whether a command takes in another body's register, with organizations that may come in by name."""
    words = asked.split()
    return words[:1] == ["import"] and any(word.startswith("--mapping") for word in words)
