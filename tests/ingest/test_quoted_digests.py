"""A digest that a mail quotes, as mail programs write it: it goes, and nothing that anybody wrote goes with it."""

import re
from itertools import product

import mail_programs as programs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.ingest.mails.letters import sent_digest, words_beside, words_of
from tracker.ingest.mails.own_words import own_words
from tracker.ingest.mails.pages import without_unseen, words_of_page
from tracker.ingest.mails.quoted_digests import SentDigest

DIGESTS = {code: programs.digest_mail(code) for code in ("en", "fr")}
DIGEST = DIGESTS["en"]
WORDS = "Dear colleagues,\n\nR1 is refused by our council,\nthe sheet does not say so.\n\nBest regards\nAna Lima"
REFUSED = "NOT ACCEPTED, by decision of our council"
SENT = sent_digest(DIGEST)


def beside(raw, digest=DIGEST):
    return words_beside(raw, (".xlsx",), [sent_digest(digest)])


def forms(plain, page):
    """The mail as text, with its page beside it, and as a page alone."""
    yield programs.as_mail(plain)
    if page is not None:
        yield programs.as_mail(plain, page)
        yield programs.as_mail(plain, page, only_page=True)


@pytest.mark.parametrize(("program", "language"), [*product(programs.PROGRAMS, ("en", "fr", "es"))])
def test_of_a_reply_the_words_of_its_writer_are_kept_and_nothing_else(program, language):
    digest = DIGESTS.get(language, DIGEST)
    for raw in forms(*program(WORDS, digest, language)):
        assert beside(raw, digest).split() == WORDS.split()


def test_a_digest_goes_whether_or_not_the_program_quotes_what_its_page_hides():
    page = programs.page_of(DIGEST)
    quoted = [words_of_page(page), words_of_page(without_unseen(page))]
    assert quoted[0].removesuffix(quoted[1]) == "Please answer by 8 December 2026.\n"
    assert [beside(programs.as_mail(f"{WORDS}\n\n{each}")).split() for each in quoted] == [WORDS.split()] * 2


@pytest.mark.parametrize("program", programs.PROGRAMS)
def test_what_stands_beneath_the_quotation_is_kept_behind_a_sign_that_something_is_left_out(program):
    plain, _ = program(WORDS, DIGEST)
    said = beside(programs.as_mail(f"{plain}\n\nConfidential.\n\nConfidentiel."))
    assert said.replace("[…]\n\n", "") == f"{WORDS}\n\nConfidential.\n\nConfidentiel."
    assert ("[…]" in said) is (program is not programs.thunderbird), "which quotes above what is written"


def test_banners_of_gateways_above_and_in_the_quotation_are_kept():
    banner = "[EXTERNAL] This e-mail comes from outside."
    plain, page = programs.outlook(WORDS, DIGEST)
    first = "Joint Review Office · WHO"
    assert beside(programs.as_mail(f"{banner}\n\n{plain}".replace(first, f"{banner}\n\n{first}"))).split() == (
        f"{banner}\n\n{WORDS}\n\n{banner}".split()
    )
    inside = page.replace('<div class="page"', f'<table><tr><td>{banner}</td></tr></table><div class="page"')
    assert beside(programs.as_mail("", inside, only_page=True)).split() == f"{WORDS}\n{banner}".split()


def test_of_a_plain_text_in_which_the_program_rewrote_the_digest_the_page_is_read():
    plain, page = programs.outlook_web(WORDS, DIGEST)
    rewritten = plain.replace("Report:", "[cid:image001.png@01DA]Report (translated):")
    assert beside(programs.as_mail(rewritten, page)).split() == WORDS.split()
    assert "Report (translated):" in beside(programs.as_mail(rewritten)), "in doubt it is kept"
    marked = plain.replace("Due:", "[cid:image001.png@01DA]\nDue:")
    assert beside(programs.as_mail(marked, page)).split() == WORDS.split()
    assert "image001" in beside(programs.as_mail(marked))


def test_of_a_conversation_the_digest_at_its_end_goes_and_what_was_said_between_stays():
    plain, _ = programs.outlook("See attached.", DIGEST)
    council = (
        "From: Council <c@who.example.org>\nSent: Wednesday\nTo: LIMA, Ana\nSubject: RE: the office\n\nWe refuse R1."
    )
    office = f"From: Joint Review Office <{programs.OFFICE}>\nSent: Wednesday\nSubject: RE: answers\n\nPlease send it."
    theirs = f"From: LIMA, Ana <ana@who.example.org>\nSent: Tuesday\nSubject: RE: x\n\n{plain}"
    said = beside(programs.as_mail(f"I agree.\n\n{council}\n\n{office}\n\n{theirs}"))
    assert said == f"I agree.\n\n{council}\n\n{office}\n\n{theirs.partition('See attached.')[0]}See attached."


def written_in(text, beneath, words):
    """The text with words beneath the first line that matches, behind the mark of that line."""
    line = re.search(beneath, text, re.MULTILINE)[0]
    mark = "> " if line.startswith(">") else ""
    return text.replace(line, f"{line}\n{mark}{words}", 1)


@pytest.mark.parametrize("program", programs.PROGRAMS)
def test_an_answer_typed_into_the_quotation_is_kept_with_the_recommendation_that_it_answers(program):
    """Behind `>` as well: who types into a quotation that is a page gets the mark of its lines."""
    plain, _ = program("See below.", DIGEST)
    said = beside(programs.as_mail(written_in(plain, r".*\bA/80/501/R2\b.*", REFUSED)))
    lines = [line.strip("> ") for line in said.split("\n")]
    at = lines.index(REFUSED)
    assert re.search(r"A/80/501/R2\b", lines[at - 1])
    assert re.search(r"A/80/501/R[12]\b", "\n".join(lines[at + 1 :])), "it may stand above what it answers"
    assert "Answer by email" not in said
    assert said.count("Management of things") <= 1


def test_an_answer_beneath_a_recommendation_is_not_put_beneath_another_that_is_only_named_there():
    digest = SentDigest(
        (programs.OFFICE,), "x", ("A/80/501/R2 is late\nWaits for: A/80/501/R9\nNote: long\nR3 A/80/501/R3",)
    )
    text = "A/80/501/R2 is late\nWaits for: A/80/501/R9\nNote: long\nRefused.\nR3 A/80/501/R3"
    assert own_words(text, [digest]) == text


@pytest.mark.parametrize(
    "word", ["accepted", "✓", "?", "👍", "https://who.example.org/p", "<https://who.example.org/p>"]
)
def test_however_short_what_is_typed_into_it_is_kept(word):
    plain, _ = programs.old_outlook("See below.", DIGEST)
    assert f"\n{word}\n" in beside(programs.as_mail(written_in(plain, r"^A/80/501/R2.*", word)))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Status: accepted, in progress", "Status: accepted, implemented"),
        ("Status: accepted, in progress", "Status: accepted, in progress. DONE"),
        ("  Due: 31 October 2026\n", ""),
    ],
    ids=["a word changed", "an answer on its line", "a line deleted"],
)
def test_a_digest_that_somebody_changed_is_kept_whole(old, new):
    plain, _ = programs.old_outlook(WORDS, DIGEST)
    changed = plain.replace(old, new, 1)
    assert changed != plain
    assert beside(programs.as_mail(changed)) == changed.strip()


def test_the_first_line_of_the_digest_may_stand_above_it_as_well():
    above = f"{SENT.subject}\n\nR1 is refused."
    assert beside(programs.as_mail(f"{above}\n\n{programs.text_of(DIGEST)}")) == above


def test_a_digest_of_a_word_or_two_which_anybody_may_write_is_not_looked_for():
    assert own_words("Accepted.", [SentDigest((programs.OFFICE,), "x", ("Accepted", ""))]) == "Accepted."


def test_heads_of_many_lines_go_whole():
    plain, _ = programs.outlook(WORDS, DIGEST)
    many = plain.replace("To: LIMA, Ana", "To: LIMA, Ana; VEGA, Luis\n <luis@who.example.org>; DIALLO, Awa", 1)
    many = many.replace(f"Subject: {SENT.subject}", f"Subject: [External] {SENT.subject}\nImportance: High", 1)
    assert many.count("\n") == plain.count("\n") + 2
    assert beside(programs.as_mail(many)) == WORDS


def test_words_above_the_quotation_that_look_like_heads_are_kept():
    plain, _ = programs.outlook(f"Contact: {programs.OFFICE}\nR1: refused\nSubject: our answers", DIGEST)
    assert beside(programs.as_mail(plain)).endswith("R1: refused\nSubject: our answers")
    under_heads = plain.replace("\n\nJoint Review Office · WHO", "\n\nR1: refused\n\nJoint Review Office · WHO")
    assert "R1: refused\n\nJoint" in under_heads
    assert beside(programs.as_mail(under_heads)).endswith("R1: refused")
    under_rules = f"From: {programs.OFFICE}\nR1 is refused\nSubject: {SENT.subject}\n\n{programs.text_of(DIGEST)}"
    assert beside(programs.as_mail(under_rules)) == under_rules.partition("\n\n")[0]
    sentence = f"As of 24 November 2026 we answer {programs.OFFICE} as follows:"
    assert beside(programs.as_mail(f"{sentence}\n\n{programs.text_of(DIGEST)}")) == sentence


def test_a_digest_to_somebody_else_is_not_known_and_stays():
    plain, _ = programs.outlook(WORDS, DIGEST)
    assert words_beside(programs.as_mail(plain), (".xlsx",)) == plain.strip()


def test_a_letter_is_shown_without_the_digest_and_says_so():
    plain, page = programs.outlook(WORDS, DIGEST)
    for raw in forms(plain, page):
        shown = words_of(raw, [SENT])
        heads, _, words = shown.partition("\n\n")
        assert heads.endswith("\nLeft out: the digest that it quotes")
        assert words.split() == WORDS.split()
    assert "Left out" not in words_of(programs.as_mail(WORDS), [SENT])


@given(
    st.lists(
        st.sampled_from(["R5 is refused.", "", "> yes", "WHO: 3 overdue", "From: x", f"Subject: {SENT.subject}"]),
        max_size=6,
    ),
    st.lists(
        st.tuples(st.integers(0, 40), st.sampled_from(["accepted", "A/80/501/R2", "In progress", "W", "-"])), max_size=3
    ),
    st.sampled_from([programs.text_of(DIGEST), programs.behind_marks(programs.wrapped(programs.text_of(DIGEST), 72))]),
)
def test_whatever_is_written_above_and_into_it_every_word_of_it_is_kept(above, within, quoted):
    lines = quoted.split("\n")
    for at, word in within:
        lines.insert(at, f"typed {word}")
    said = own_words("\n".join([*above, *lines]), [SENT]).split("\n")
    for line in [line for line in above if line.strip()] + [f"typed {word}" for _, word in within]:
        assert line in said


@pytest.mark.parametrize(
    "text", ["W" * 200_000, "W\n" * 100_000, "<a." * 60_000, "." * 200_000, "WHO: 3 overdue\n" * 10_000]
)
def test_what_no_program_wrote_takes_no_time(text):
    """Whoever reads on from every line takes hours here."""
    assert own_words(text, [SENT]) == text.strip()
