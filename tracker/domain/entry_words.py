"""What an entry of the journal says, in words: for the echo of a command, for a history, for what was taken back."""

from __future__ import annotations

from collections.abc import Iterable

from tracker.domain.journal import REFUSED, Draft, Entry
from tracker.domain.rows import Lesson
from tracker.domain.vocabulary import Topic


def told(entry: Draft | Entry) -> str:
    """What an entry says: `acceptance: no-information → accepted`, `extension: requested until 2026-12-31`."""
    topic, source, target = entry.topic, entry.source, entry.target
    if entry.given is not None:
        target = f"{target} ({entry.given})"
    if topic is Topic.VOID:
        return f"took back entry {entry.voids}: {_taken_back(Topic(source), target)}"
    if topic in (Topic.EXTENSION, Topic.LESSON, Topic.EVIDENCE):
        return f"{topic.value}: {_said(topic, source, target)}"
    if target is None:
        return str(topic.value)
    if source is None:
        return f"{topic.value}: {target}"
    return f"{topic.value}: " + (f"still {target}" if source == target else f"{source} → {target}")


def told_of_then(draft: Draft, above: Iterable[Entry]) -> str:
    """What an entry says that is about to be written.

    `above` are entries of later days: where one is on the same topic, its day and what is so since then are said too.
    """
    later = next((entry for entry in above if entry.topic is draft.topic), None)
    if later is None:
        return told(draft)
    return f"{told(draft)} on {draft.effective_on}; since {later.effective_on} it is {later.target}"


def _taken_back(topic: Topic, target: str | None) -> str:
    """What a voided entry said; the one that voids it names its topic and its target."""
    source = None if topic is not Topic.EXTENSION or target is not None else REFUSED
    if topic in (Topic.EXTENSION, Topic.LESSON, Topic.EVIDENCE):
        return f"{topic.value} {_said(topic, source, target)}"
    if topic is Topic.ADDRESSED:
        return "addressed, so it is no longer asked"
    return str(topic.value) if target is None else f"{topic.value} {target}"


def _said(topic: Topic, source: str | None, target: str | None) -> str:
    if topic is Topic.LESSON:
        return in_words(Lesson.read(target))
    if topic is Topic.EVIDENCE:
        return _evidence(target or "")
    return " ".join(filter(None, (source, target and f"until {target}")))


def _evidence(address: str) -> str:
    """A link as it is; a file by its own name, with the beginning of the checksum under which it is kept."""
    digest, _, name = address.partition(" ")
    return f"{name} ({digest[:15]}…)" if name and digest.startswith("sha256:") else address


def in_words(lesson: Lesson) -> str:
    """A lesson on one line: `worked: one owner; did not work: a committee; good practice`."""
    said = (("worked", lesson.worked), ("did not work", lesson.failed), ("why", lesson.why))
    words = [f"{name}: {text}" for name, text in said if text]
    marks = (("good practice", lesson.good_practice), ("no longer a good practice", lesson.unmarked))
    return "; ".join([*words, *(mark for mark, is_so in marks if is_so)])
