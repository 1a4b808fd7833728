"""What entries say in words: never raw JSON, never a bare topic where there is more to say."""

from datetime import date

import pytest

from tracker.domain.entry_words import told
from tracker.domain.journal import Draft, canonical_json
from tracker.domain.rows import Lesson
from tracker.domain.vocabulary import Topic, Voice

FILE = "sha256:3335e2ef50a85ca4489655f6cf21d6f5919a0993afd01383a095a2a72a0d2692 the policy.pdf"
LESSON = canonical_json(Lesson("one owner", "a committee", None, good_practice=True).as_json()).decode()

ENTRIES = [
    (Topic.ACCEPTANCE, "no-information", "accepted", "acceptance: no-information → accepted", "acceptance accepted"),
    (Topic.IMPLEMENTATION, "in-progress", "in-progress", "implementation: still in-progress", "implementation in-progress"),
    (Topic.DUE, None, "2026-09-30", "due: 2026-09-30", "due 2026-09-30"),
    (Topic.DUE, "2026-09-30", "2026-12-31", "due: 2026-09-30 → 2026-12-31", "due 2026-12-31"),
    (Topic.EXTENSION, "requested", "2026-12-31", "extension: requested until 2026-12-31", "extension until 2026-12-31"),
    (Topic.EXTENSION, "granted", "2026-12-31", "extension: granted until 2026-12-31", "extension until 2026-12-31"),
    (Topic.EXTENSION, "refused", None, "extension: refused", "extension refused"),
    (Topic.EVIDENCE, None, "https://example.org/a%20b", "evidence: https://example.org/a%20b", "evidence https://example.org/a%20b"),
    (Topic.EVIDENCE, None, FILE, "evidence: the policy.pdf (sha256:3335e2ef…)", "evidence the policy.pdf (sha256:3335e2ef…)"),
    (Topic.NOTE, None, None, "note", "note"),
    (Topic.ADDRESSED, None, None, "addressed", "addressed, so it is no longer asked"),
    (Topic.LESSON, None, LESSON, "lesson: worked: one owner; did not work: a committee; good practice", "lesson worked: one owner; did not work: a committee; good practice"),
]  # fmt: skip


@pytest.mark.parametrize(("topic", "source", "target", "words", "_"), ENTRIES)
def test_an_entry_says_what_it_is_about(topic, source, target, words, _):
    assert told(Draft(topic, source, target, date(2026, 1, 1), Voice.OFFICE)) == words


@pytest.mark.parametrize(("topic", "_", "target", "__", "taken_back"), ENTRIES)
def test_a_correction_says_what_it_took_back(topic, _, target, __, taken_back):
    """As `services.updates` makes it: the topic and the target of the voided entry, and its number."""
    draft = Draft(Topic.VOID, topic.value, target, date(2026, 1, 1), Voice.OFFICE, "wrong", 27)
    assert told(draft) == f"took back entry 27: {taken_back}"
