"""What a digest says: one sentence per band and heading, in the recipient's language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from tracker.domain.deadlines import days_late
from tracker.domain.periods import days_between
from tracker.domain.reminders.bands import AWAITING
from tracker.domain.reminders.digest import BandCounts, Digest, DigestLine
from tracker.domain.reminders.ladder import Part
from tracker.domain.reminders.words import AHEAD, LATE, Band
from tracker.domain.rows import FollowUp
from tracker.domain.vocabulary import Acceptance, Implementation, Post, Verification
from tracker.mail.languages import Language
from tracker.records import record


def N_(text: str) -> str:  # noqa: N802 - the name by which catalogues are extracted
    """Mark a text for the catalogue; it is translated where it is said."""
    return text


_LATE_ASK = N_("Please report that this has been implemented, or report progress and request a later date.")
_ASKS: dict[Band, str] = {
    Band.LATE_THIRD: _LATE_ASK,
    Band.LATE_SECOND: _LATE_ASK,
    Band.LATE_FIRST: _LATE_ASK,
    Band.DUE_TODAY: N_("Please report today that this has been implemented, or request a later date."),
    Band.DISPUTED: N_(
        "Our office could not confirm that this has been implemented. Please send evidence, or report it as in "
        "progress again."
    ),
    Band.REFUSED: N_("The later date that you requested was not granted. Please report by the present due date."),
    Band.DUE_VERY_SOON: N_(
        "Please report by the due date that this has been implemented, or request a later date before then."
    ),
    Band.RESPONSE_LATE: N_("Please tell us whether you accept this recommendation."),
    Band.RESPONSE: N_("Please tell us whether you accept this recommendation."),
    Band.DUE_SOON: N_(
        "Please report by the due date that this has been implemented, or request a later date before then."
    ),
    Band.SILENT: N_("Please report progress on this recommendation."),
    Band.LONG_OUTSTANDING: N_("Please tell us whether this will still be implemented, and by when."),
}
_ASKS_WITHOUT_LATER: dict[Band, str] = {
    **dict.fromkeys(LATE, N_("Please report that this has been implemented, or report progress.")),
    Band.DUE_TODAY: N_("Please report today that this has been implemented, or report progress."),
    Band.DUE_VERY_SOON: N_("Please report by the due date that this has been implemented, or report progress."),
    Band.DUE_SOON: N_("Please report by the due date that this has been implemented, or report progress."),
    Band.LONG_OUTSTANDING: N_("Please tell us whether this will still be implemented."),
}
"""While a later date that was asked for is not decided, when a second request is refused, or was just not granted."""
_BODY_ANSWER = N_("Please submit this to the governing body, and inform us of its decision.")
_BODY_PROGRESS = N_("Please report progress on this to the governing body, and inform us of its decision.")
_BODY_DISPUTED = N_(
    "Our office could not confirm that this has been implemented. Please submit this to the governing body and send us "
    "its decision as evidence, or report it as in progress again."
)
_COPY = N_("For your information: the organization has been asked about this, and has not yet settled it.")

ACCEPTANCE: dict[Acceptance, str] = {
    Acceptance.NO_INFORMATION: N_("no answer yet"),
    Acceptance.UNDER_CONSIDERATION: N_("under consideration"),
    Acceptance.ACCEPTED: N_("accepted"),
    Acceptance.PARTIALLY_ACCEPTED: N_("partially accepted"),
    Acceptance.NOT_ACCEPTED: N_("not accepted"),
    Acceptance.NOT_RELEVANT: N_("not relevant"),
}
IMPLEMENTATION: dict[Implementation, str] = {
    Implementation.NO_INFORMATION: N_("implementation not reported"),
    Implementation.NOT_STARTED: N_("not started"),
    Implementation.IN_PROGRESS: N_("in progress"),
    Implementation.IMPLEMENTED: N_("reported implemented"),
    Implementation.OVERTAKEN: N_("overtaken by events"),
}
POSTS: dict[Post, str] = {
    Post.FOCAL_POINT: N_("focal point"),
    Post.EXECUTIVE_HEAD: N_("executive head"),
    Post.SECRETARY: N_("secretary of the governing body"),
}
_HEADINGS: dict[Part, str] = {
    Part.YOURS: N_("For you to answer"),
    Part.BODY: N_("For submission to the governing body"),
    Part.COPY: N_("Copied to you for information"),
    Part.VACANT: N_("Vacant posts: these reminders come to you instead"),
}
_OPENING = N_("The following requires your attention.")
_OPENING_OF_SECRETARY = N_("This concerns the governing body that you serve.")


def ask_sentence(language: Language, line: DigestLine) -> str:
    """What is asked about one recommendation, in a sentence or two."""
    return language.say(_COPY if line.part is Part.COPY else _asked_for(line))


def _asked_for(line: DigestLine) -> str:
    """What is asked follows from how the row stands; how urgent it is says only how it is put."""
    band, item = line.ask.band, line.ask.follow_up
    if item.verification is Verification.DISPUTED:
        return _BODY_DISPUTED if line.part is Part.BODY else _ASKS[Band.DISPUTED]
    if line.part is Part.BODY:
        return _BODY_ANSWER if item.acceptance in AWAITING else _BODY_PROGRESS
    if item.acceptance in AWAITING and band in (*LATE, *AHEAD):
        return _ASKS[Band.RESPONSE]
    if line.ask.case.requested_to is not None or Band.REFUSED in line.ask.also:
        return _ASKS_WITHOUT_LATER.get(band, _ASKS[band])
    return _ASKS[band]


def band_words(language: Language, band: Band, line: DigestLine) -> str:
    """What is the case, in a few words: `12 days overdue`, `due in 5 days`."""
    item, ask = line.ask.follow_up, line.ask
    if band in LATE and item.due_on is not None:
        days = days_late(item.due_on, line.day)
        return language.count("%(number)s day overdue", "%(number)s days overdue", days)
    if band in (Band.DUE_SOON, Band.DUE_VERY_SOON) and item.due_on is not None:
        days = days_between(line.day, item.due_on)
        return language.count("due in %(number)s day", "due in %(number)s days", days)
    if band in (Band.RESPONSE, Band.RESPONSE_LATE) and ask.by is not None and ask.band is band:
        return language.say("response awaited since %(day)s", day=language.date(ask.by))
    if band is Band.SILENT:
        return language.say("no update since %(day)s", day=language.date(item.silent_since))
    return language.say(_BAND_WORDS[band])


_BAND_WORDS: dict[Band, str] = {
    Band.DUE_TODAY: N_("due today"),
    Band.DISPUTED: N_("claim of implementation disputed"),
    Band.REFUSED: N_("extension refused"),
    Band.RESPONSE: N_("response awaited"),
    Band.RESPONSE_LATE: N_("response long awaited"),
    Band.LONG_OUTSTANDING: N_("long outstanding"),
}


def status_words(language: Language, item: FollowUp) -> str:
    """Where it stands: `accepted, in progress`."""
    words = [language.say(ACCEPTANCE[item.acceptance])]
    if item.implementation is not Implementation.NO_INFORMATION:
        words.append(language.say(IMPLEMENTATION[item.implementation]))
    if item.verification is Verification.DISPUTED:
        words.append(language.say("disputed by our office"))
    return ", ".join(words)


def due_words(language: Language, line: DigestLine) -> str:
    """The due date, the original one where it was moved, and what is asked about it; empty without a due date."""
    item, requested = line.ask.follow_up, line.ask.case.requested_to
    if item.due_on is None:
        return ""
    words = language.date(item.due_on)
    if item.original_due_on not in (None, item.due_on):
        assert item.original_due_on is not None
        words = language.say("%(day)s (originally %(first)s)", day=words, first=language.date(item.original_due_on))
    if requested is not None:
        words = language.say("%(words)s; extension to %(day)s requested", words=words, day=language.date(requested))
    return words


def heading(language: Language, part: Part) -> str:
    """The title of a section."""
    return language.say(_HEADINGS[part])


def opening(language: Language, digest: Digest) -> str:
    """The first sentence: the wording of the rung that the recipient stands on."""
    parts = {line.part for line in digest.lines}
    if Part.VACANT in parts:
        return language.count(
            "This reminder has no recipient, because a post is vacant or was never filled.",
            "These reminders have no recipient, because a post is vacant or was never filled.",
            len(digest.lines),
        )
    posts = {line.post for line in digest.lines}
    if posts == {Post.SECRETARY}:
        return language.say(_OPENING_OF_SECRETARY)
    own = [line for line in digest.lines if line.part is Part.YOURS and line.post is Post.EXECUTIVE_HEAD]
    risen = Counter(line.ask.rung for line in own if line.ask.has_waited)
    for rung, words in ((Post.SECRETARY, _at_the_highest_level), (Post.EXECUTIVE_HEAD, _before_the_head)):
        if risen[rung] and Post.FOCAL_POINT not in posts:
            return words(language, risen[rung], len(digest.lines))
    return language.say(_OPENING)


def _before_the_head(language: Language, risen: int, lines: int) -> str:
    if lines == 1:
        return language.say(
            "This has been outstanding for so long that it is now brought to your attention as executive head."
        )
    return language.count(
        "One of these has been outstanding for so long that it is now brought to your attention as executive head.",
        "Some of these have been outstanding for so long that they are now brought to your attention as executive "
        "head.",
        risen,
    )


def _at_the_highest_level(language: Language, risen: int, lines: int) -> str:
    """True of the first reminder about an old report too, before which there were none."""
    if lines == 1:
        return language.say(
            "This has been outstanding for so long that it is now at the highest level of our reminders."
        )
    return language.count(
        "One of these has been outstanding for so long that it is now at the highest level of our reminders.",
        "Some of these have been outstanding for so long that they are now at the highest level of our reminders.",
        risen,
    )


def vacancy(language: Language, line: DigestLine) -> str:
    """Which post of a line has no holder; empty under the other headings."""
    if line.part is not Part.VACANT:
        return ""
    return language.say(
        "%(organization)s: no %(post)s",
        organization=line.ask.follow_up.organization,
        post=language.say(POSTS[line.post]),
    )


def organizations_words(language: Language, codes: Sequence[str]) -> str:
    """`WHO`, `WHO, ILO`, `WHO and 4 others`."""
    if len(codes) <= 3:
        return ", ".join(codes)
    return language.count(
        "%(first)s and %(number)s other", "%(first)s and %(number)s others", len(codes) - 1, first=codes[0]
    )


def summary(language: Language, counts: BandCounts) -> str:
    """What the subject says after the organization: `3 overdue, 2 due this month, 1 awaiting your response`."""
    return ", ".join(words for words in _summary(language, counts) if words)


def _summary(language: Language, counts: BandCounts) -> Iterable[str]:
    def some(one: str, several: str, number: int) -> str:
        return language.count(one, several, number) if number else ""

    yield some("%(number)s overdue", "%(number)s overdue", counts.overdue)
    if counts.is_this_month:
        yield some("%(number)s due this month", "%(number)s due this month", counts.due)
    else:
        yield some("%(number)s due soon", "%(number)s due soon", counts.due)
    yield some("%(number)s awaiting your response", "%(number)s awaiting your response", counts.awaiting)
    yield some("%(number)s claim disputed", "%(number)s claims disputed", counts.disputed)
    yield some("%(number)s extension refused", "%(number)s extensions refused", counts.refused)
    yield some("%(number)s without an update", "%(number)s without an update", counts.silent)
    yield some("%(number)s long outstanding", "%(number)s long outstanding", counts.old)
    yield some("%(number)s for the governing body", "%(number)s for the governing body", counts.body)
    yield some("%(number)s for information", "%(number)s for information", counts.copies)
    yield some("%(number)s without a recipient", "%(number)s without a recipient", counts.vacant)


@record
class ItemWords:
    """Everything that a digest says of one follow-up, ready to be set."""

    ref: str
    organization: str
    title: str
    text: str
    ask: str
    state: str
    also: str
    due: str
    status: str
    waits_for: str
    superseded_by: str
    repeats: str
    note: str
    vacancy: str
    is_late: bool
    answer_link: str


def item_words(language: Language, line: DigestLine, answer_link: str) -> ItemWords:
    """Put one line into words."""
    item = line.ask.follow_up
    return ItemWords(
        ref=item.ref,
        organization=item.organization,
        title=item.report_title,
        text=_shortened(item.text),
        ask=ask_sentence(language, line),
        state=band_words(language, line.ask.band, line),
        also=", ".join(band_words(language, band, line) for band in line.ask.also),
        due=due_words(language, line),
        status=status_words(language, item),
        waits_for=", ".join(item.waits_for),
        superseded_by=", ".join(item.superseded_by),
        repeats=", ".join(item.repeats),
        note=_shortened(item.note or ""),
        vacancy=vacancy(language, line),
        is_late=line.ask.band in LATE,
        answer_link=answer_link,
    )


_TEXT_LENGTH = 240


def _shortened(text: str) -> str:
    """One paragraph, cut at a word; the whole text stands in the return."""
    words = " ".join(text.split())
    if len(words) <= _TEXT_LENGTH:
        return words
    return words[:_TEXT_LENGTH].rsplit(" ", 1)[0] + " …"
