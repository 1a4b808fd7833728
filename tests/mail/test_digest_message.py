"""The mail of a digest: its headers, its two bodies, its attachments, and nothing that a name could smuggle in."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from asking import ALL_POSTS, DAY, OFFICE, addressed, case
from catalogue_texts import texts
from hypothesis import given
from hypothesis import strategies as st

from tracker.config import OfficeSettings, Settings
from tracker.domain.reminders.bands import asked
from tracker.domain.reminders.cadence import current_cycle
from tracker.domain.reminders.digest import Digest, DigestLine
from tracker.domain.reminders.ladder import Part, Recipient, shares
from tracker.domain.vocabulary import Acceptance, Addressee, Implementation, Post, Verification
from tracker.errors import BadDataError
from tracker.mail import languages
from tracker.mail.languages import language
from tracker.mail.message import XLSX, Attachment, compose

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
SETTINGS = Settings(None, "x", OfficeSettings(name="Joint Review Office", email="office@jro.example.org"))
ADA = Recipient("Ada Holder", "ada@who.example.org")


def late(days, **changes):
    due = DAY - timedelta(days=days)
    return case(due_on=due, **({"original_due_on": due} | changes))


CASES = (
    late(12, number="1", original_due_on=date(2026, 6, 30)),
    late(-5, number="2", id=2),
    late(0, number="3", id=3, requested_to=date(2027, 3, 31)),
    case(number="4", id=4, implementation=Implementation.IMPLEMENTED, verification=Verification.DISPUTED),
    case(
        number="5",
        id=5,
        issued_on=date(2026, 1, 15),
        acceptance=Acceptance.UNDER_CONSIDERATION,
        implementation=Implementation.NO_INFORMATION,
        heard_on=None,
        note=None,
    ),
    late(400, number="6", id=6, addressee=Addressee.LEGISLATIVE_BODY),
    case(number="7", id=7, heard_on=date(2026, 3, 1)),
    case(number="8", id=8, refused_on=date(2026, 11, 20)),
)


def digest(*cases, recipient=ADA, language="en", code="WHO", part=None):
    each = addressed(code, ALL_POSTS, language=language)
    lines = []
    for one in cases or CASES:
        ask = asked(one, each.policy, DAY)
        place = part or (Part.BODY if one.follow_up.addressee is Addressee.LEGISLATIVE_BODY else Part.YOURS)
        lines.append(DigestLine(ask, place, Post.EXECUTIVE_HEAD, DAY))
        assert shares(ask, each.posts(DAY, OFFICE))
    ordered = tuple(sorted(lines, key=lambda line: line.order))
    cycle = current_cycle(each.policy, each.zone, NOW)
    return Digest(recipient, cycle, DAY, DAY + timedelta(days=14), (each.organization,), ordered)


def opened(message):
    return message_from_bytes(message, policy=default)


def bodies(message):
    mail = opened(message)
    return [mail.get_body((kind,)).get_content().replace("\r\n", "\n") for kind in ("plain", "html")]


def test_the_subject_says_it_all():
    assert compose(digest(), SETTINGS, now=NOW).subject == (
        "WHO: 2 overdue, 2 due this month, 1 awaiting your response, 1 claim disputed, 1 extension refused, "
        "1 without an update"
    )


def test_due_this_month_is_said_only_where_it_is_true():
    assert compose(digest(late(-5)), SETTINGS, now=NOW).subject == "WHO: 1 due this month"
    assert compose(digest(late(-12)), SETTINGS, now=NOW).subject == "WHO: 1 due soon"


LATE, HIGHEST = "been outstanding for so long that", "now at the highest level of our reminders."
PUT_BEFORE = "been outstanding for so long that"


@pytest.mark.parametrize(
    ("code", "days", "said"),
    [
        ("en", (99,), f"This has {LATE} it is {HIGHEST}"),
        ("en", (99, 3), f"One of these has {LATE} it is {HIGHEST}"),
        ("en", (99, 40), f"One of these has {LATE} it is {HIGHEST}"),
        ("en", (99, 98, 3), f"Some of these have {LATE} they are {HIGHEST}"),
        ("en", (40,), f"This has {PUT_BEFORE} it is now brought to your attention"),
        ("en", (40, 3), f"One of these has {PUT_BEFORE} it is now brought to your attention"),
        ("en", (40, 41, 3), f"Some of these have {PUT_BEFORE} they are now brought to your attention"),
        ("en", (3,), "The following requires your attention."),
        ("fr", (99,), "Cette question attend depuis si longtemps qu’elle relève désormais du niveau"),
        ("fr", (99, 3), "L’une de ces questions attend depuis si longtemps qu’elle relève désormais du niveau"),
        (
            "fr",
            (99, 98),
            "Certaines de ces questions attendent depuis si longtemps qu’elles relèvent désormais du niveau",
        ),
        ("fr", (40,), "Cette question attend depuis si longtemps qu’elle vous est désormais soumise"),
        ("fr", (40, 3), "L’une de ces questions attend depuis si longtemps qu’elle vous est désormais soumise"),
        ("fr", (40, 41), "Certaines de ces questions attendent depuis si longtemps qu’elles vous sont désormais"),
    ],
)
def test_the_opening_says_of_how_many_recommendations_it_speaks(code, days, said):
    cases = [late(each, number=str(each), id=each) for each in days]
    for body in bodies(compose(digest(*cases, language=code), SETTINGS, now=NOW).message):
        assert said in body


def test_what_the_office_disputes_is_not_said_to_have_waited():
    done = {"implementation": Implementation.IMPLEMENTED, "verification": Verification.DISPUTED}
    text, html = bodies(compose(digest(case(**done), late(3, id=2, number="2")), SETTINGS, now=NOW).message)
    for body in (text, html):
        assert "The following requires your attention." in body
        assert "outstanding for so long" not in body
    both = case(**done, issued_on=date(2020, 1, 15))
    assert f"This has {LATE} it is {HIGHEST}" in bodies(compose(digest(both), SETTINGS, now=NOW).message)[0]


def test_whoever_was_refused_a_later_date_is_not_told_to_ask_for_one():
    def asked_of(one):
        return bodies(compose(digest(one), SETTINGS, now=NOW).message)[0]

    refused = DAY - timedelta(days=5)
    assert "Please report that this has been implemented, or report progress.\n" in asked_of(
        late(3, refused_on=refused)
    )
    assert "Please report today that this has been implemented, or report progress.\n" in asked_of(
        late(0, refused_on=refused)
    )
    assert "and request a later date." in asked_of(replace(late(3, refused_on=refused), heard_since=True))


@pytest.mark.parametrize(
    ("language", "days", "said"),
    [
        ("en", (3,), "This reminder has no recipient,"),
        ("en", (3, 4), "These reminders have no recipient,"),
        ("fr", (3,), "Ce rappel n’a pas de destinataire,"),
        ("fr", (3, 4), "Ces rappels n’ont pas de destinataire,"),
    ],
)
def test_the_opening_of_the_office_says_of_how_many_it_speaks(language, days, said):
    settings = replace(SETTINGS, office=replace(SETTINGS.office, language=language))
    cases = [late(each, number=str(each), id=each) for each in days]
    found = digest(*cases, recipient=Recipient("", "office@jro.example.org"), part=Part.VACANT)
    for body in bodies(compose(found, settings, now=NOW).message):
        assert said in body


@pytest.mark.parametrize("code", ["en", "fr"])
def test_the_bodies_are_as_they_were_approved(code, snapshot):
    text, html = bodies(compose(digest(language=code), SETTINGS, now=NOW).message)
    assert text == snapshot(name=f"text-{code}")
    assert html == snapshot(name=f"html-{code}")


def test_a_list_of_mails_shows_by_when_to_answer_behind_the_subject():
    """Programs for mail show there what stands first in the body."""
    _, html = bodies(compose(digest(late(3)), SETTINGS, now=NOW).message)
    first = html.partition("<body")[2].partition(">")[2].strip()
    assert re.match(r'<div class="preview" style="display: none;[^"]*">Please answer by 8 December 2026\.</div>', first)
    _, copied = bodies(compose(digest(late(3), part=Part.COPY), SETTINGS, now=NOW).message)
    assert 'class="preview"' not in copied


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_letter_stands_out_from_what_is_behind_it(scheme, browser, tmp_path):
    page = tmp_path / "mail.html"
    page.write_text(bodies(compose(digest(), SETTINGS, now=NOW).message)[1])
    browser.go(page.as_uri())
    assert browser.faint(scheme) == []


def test_a_long_digest_has_one_figure_and_names_everything():
    cases = [late(days, number=str(days), id=days) for days in range(1, 8)]
    text, html = bodies(compose(replace(digest(*cases), room=4), SETTINGS, now=NOW).message)
    assert text.startswith("WHO: 7 overdue\n")
    assert "FOR YOU TO ANSWER (7)\n" in text
    assert text.count("Status:") == 4
    brief = text.partition("\n3 more, in brief:\n\n")[2].partition("\n\n")[0].splitlines()
    assert brief == [f"A/80/501/R{days}  –  {days} day{'s' * (days > 1)} overdue" for days in (3, 2, 1)]
    assert "For you to answer (7)" in html
    assert html.count("3 more, in brief:") == html.count("<bdi>A/80/501/R3</bdi>") == 1


def test_no_address_dangles_behind_a_sentence():
    text, _ = bodies(compose(digest(late(3)), SETTINGS, now=NOW).message)
    assert "with one line for each reference.\nAnswer by email: office@jro.example.org\n" in text


def test_the_headers():
    mail = opened(compose(digest(), SETTINGS, now=NOW).message)
    assert mail["From"] == "Joint Review Office <office@jro.example.org>"
    assert mail["To"] == "Ada Holder <ada@who.example.org>"
    assert mail["Reply-To"] == "Joint Review Office <office@jro.example.org>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Date"] == "Tue, 24 Nov 2026 09:00:00 +0000"
    assert mail["Message-ID"].startswith("<digest.2026-11.")
    assert mail["Message-ID"].endswith("@jro.example.org>")
    assert "ada@" not in mail["Message-ID"]
    assert mail["In-Reply-To"] == mail["References"]
    assert mail.get_content_type() in ("multipart/mixed", "multipart/alternative")


def test_mails_about_one_organization_gather_in_one_thread():
    one = opened(compose(digest(late(3)), SETTINGS, now=NOW).message)
    another = opened(
        compose(digest(late(40), recipient=Recipient("B", "b@who.example.org")), SETTINGS, now=NOW).message
    )
    elsewhere = opened(compose(digest(late(3), code="ILO"), SETTINGS, now=NOW).message)
    assert one["References"] == another["References"] != elsewhere["References"]
    assert one["Message-ID"] != another["Message-ID"]


def test_the_same_in_gives_the_same_bytes_out():
    attached = [Attachment("return.xlsx", XLSX, b"PK")]
    first, second = (compose(digest(), SETTINGS, now=NOW, attachments=attached).message for _ in range(2))
    assert first == second


def calendar_of(*cases, now=NOW):
    from icalendar import Calendar

    mail = opened(compose(digest(*cases), SETTINGS, now=now).message)
    (part,) = [each for each in mail.iter_attachments() if each.get_content_type() == "text/calendar"]
    return Calendar.from_ical(part.get_content()).walk("VEVENT")


def test_the_calendar_holds_the_dates_to_come_and_only_those():
    events = calendar_of()
    assert [event.decoded("dtstart") for event in events] == [date(2026, 11, 24), date(2026, 11, 29)]


def test_a_later_date_takes_the_place_of_the_earlier_even_from_a_backup_that_counts_lower():
    (before,) = calendar_of(late(-5, id=40, version=9))
    (after,) = calendar_of(late(-6, id=38, version=2), now=NOW + timedelta(minutes=1))
    (other,) = calendar_of(late(-5, id=40, version=9, number="2"))
    assert after["uid"] == before["uid"] != other["uid"]
    assert after["sequence"] > before["sequence"]
    assert before["uid"].endswith("@jro.example.org")


def test_the_words_of_the_calendar_are_read_as_they_were_written():
    mail = opened(compose(digest(language="fr"), SETTINGS, now=NOW).message)
    (part,) = [each for each in mail.iter_attachments() if each.get_content_type() == "text/calendar"]
    assert part.get_content_charset() == "utf-8"
    assert "Échéance" in part.get_content()


def test_a_return_is_spoken_of_where_one_is_attached():
    without, _ = bodies(compose(digest(), SETTINGS, now=NOW).message)
    with_one, _ = bodies(
        compose(digest(), SETTINGS, now=NOW, attachments=[Attachment("return.xlsx", XLSX, b"PK")]).message
    )
    assert "attached spreadsheet" not in without
    assert "attached spreadsheet" in with_one


CLAIMED = {"implementation": Implementation.IMPLEMENTED, "verification": Verification.DISPUTED}
UNDECIDED = {"requested_to": date(2027, 3, 31)}
UNANSWERED = {"acceptance": Acceptance.UNDER_CONSIDERATION, "implementation": Implementation.NO_INFORMATION}


def said_in_both(*cases, code="en", **options):
    """The bodies with every paragraph on one line."""
    message = compose(digest(*cases, language=code, **options), SETTINGS, now=NOW).message
    return [" ".join(body.split()) for body in bodies(message)]


@pytest.mark.parametrize(
    ("code", "asks"),
    [
        ("en", "Please send evidence, or report it as in progress again."),
        ("fr", "Veuillez envoyer des justificatifs, ou la déclarer de nouveau en cours."),
    ],
)
@pytest.mark.parametrize("days", [400, 40, 4, 0, -4])
def test_a_disputed_claim_asks_for_evidence_however_late_it_is(days, code, asks):
    for body in said_in_both(late(days, **CLAIMED), code=code):
        assert asks in body
        assert "report it implemented" not in body
        assert "report d’échéance" not in body


def test_a_disputed_claim_says_beside_what_is_asked_how_late_it_is():
    text, html = said_in_both(late(40, **CLAIMED))
    assert "A/80/501/R1 – 40 days overdue Our office could not confirm" in text
    assert "Also: claim of implementation disputed" in text
    assert ">40 days overdue</span>" in html


@pytest.mark.parametrize(
    ("code", "heads", "asks"),
    [
        (
            "en",
            "For submission to the governing body",
            "Please submit this to the governing body and send us its decision",
        ),
        ("fr", "À soumettre à l’organe délibérant", "Veuillez la soumettre à l’organe délibérant et nous envoyer"),
    ],
)
def test_a_disputed_claim_of_a_governing_body_is_to_be_put_before_it_as_the_heading_says(code, heads, asks):
    _, html = said_in_both(late(40, addressee=Addressee.LEGISLATIVE_BODY, **CLAIMED), code=code)
    assert heads in html
    assert asks in html
    assert ("Our office could not confirm" in html) == (code == "en")
    assert "Please send evidence" not in html


@pytest.mark.parametrize("days", [40, 0, -4])
def test_what_is_not_accepted_yet_is_asked_for_an_answer_and_not_for_implementation(days):
    text, _ = said_in_both(late(days, **UNANSWERED))
    assert "Please tell us whether you accept this recommendation." in text
    assert "this has been implemented" not in text


@pytest.mark.parametrize("days", [400, 40, 4, 0, -4, -20])
def test_no_second_request_for_a_later_date_is_asked_for_while_one_is_undecided(days):
    for body in said_in_both(late(days, **UNDECIDED)):
        assert "that this has been implemented" in body
        assert "or report progress." in body
        assert "request a later date" not in body
        assert "extension to 31 March 2027 requested" in body
    for body in said_in_both(late(days, **UNDECIDED), code="fr"):
        assert "ou nous indiquer où elle en est." in body
        assert "demander" not in body
    assert "request a later date" in said_in_both(late(days))[0]


@pytest.mark.parametrize(
    ("code", "asks", "when"),
    [
        ("en", "Please tell us whether this will still be implemented", ", and by when."),
        ("fr", "Veuillez nous indiquer si cette recommandation sera encore appliquée", ", et à quelle date."),
    ],
)
def test_what_is_outstanding_for_years_asks_for_no_date_while_a_later_one_is_undecided(code, asks, when):
    old = {"issued_on": date(2015, 1, 15)}
    for body in said_in_both(late(-200, **old, **UNDECIDED), code=code):
        assert f"{asks}." in body
        assert when not in body
    assert f"{asks}{when}" in said_in_both(late(-200, **old), code=code)[0]


def test_a_copy_asks_for_nothing():
    letter = compose(digest(late(100), part=Part.COPY), SETTINGS, now=NOW)
    text, html = bodies(letter.message)
    assert letter.subject == "WHO: 1 for information"
    assert "Please" not in text
    assert "mailto:" not in html


def test_the_office_is_told_that_a_post_is_vacant():
    letter = compose(
        digest(late(100), recipient=Recipient("", "office@jro.example.org"), part=Part.VACANT), SETTINGS, now=NOW
    )
    text, html = bodies(letter.message)
    assert letter.subject == "WHO: 1 without a recipient"
    assert "WHO: no executive head" in text
    assert "because a post is vacant" in html
    assert "Dear" not in text


def test_what_people_wrote_is_escaped():
    nasty = late(3, text="<script>alert(1)</script> & <b>bold</b>", note='"><img src=x>', report_title="A & B {{ x }}")
    text, html = bodies(compose(digest(nasty), SETTINGS, now=NOW).message)
    assert "<script" not in html
    assert "<img" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &lt;b&gt;" in html
    assert "<script>alert(1)</script> & <b>bold</b>" in text
    assert "A & B {{ x }}" in text


def test_nothing_is_fetched_from_elsewhere():
    _, html = bodies(compose(digest(), SETTINGS, now=NOW).message)
    assert "http" not in html
    assert "<img" not in html
    assert "prefers-color-scheme: dark" in html


_names = st.text(st.characters(codec="utf-8") | st.sampled_from('\r\n\t",<>;:\\()@é中א'), max_size=60)


@given(_names, _names)
def test_no_name_can_add_a_header(recipient, office):
    settings = Settings(None, "x", OfficeSettings(name=office, email="office@jro.example.org"))
    plain = opened(compose(digest(late(3)), SETTINGS, now=NOW).message)
    message = compose(digest(late(3), recipient=Recipient(recipient, ADA.email)), settings, now=NOW).message
    mail = opened(message)
    assert mail.keys() == plain.keys()
    assert [each.addr_spec for each in mail["To"].addresses] == [ADA.email]
    assert [each.addr_spec for each in mail["Reply-To"].addresses] == ["office@jro.example.org"]
    assert message.isascii()
    assert max(len(line) for line in message.split(b"\r\n")) <= 998


@pytest.mark.parametrize("email", ["a\r\nBcc: x@example.org", "é@example.org", "@example.org", "two@@example.org"])
def test_an_address_that_no_mail_can_carry_is_a_sentence(email):
    with pytest.raises(BadDataError, match="mail cannot be sent to"):
        compose(digest(late(3), recipient=Recipient("A", email)), SETTINGS, now=NOW)


def test_a_name_in_any_script_arrives_as_it_is():
    name = 'Ümit "Q." Öz, 李四'
    message = compose(digest(late(3), recipient=Recipient(name, "x@bücher.example")), SETTINGS, now=NOW).message
    (found,) = opened(message)["To"].addresses
    assert (found.display_name, found.addr_spec) == (name, "x@xn--bcher-kva.example")


@pytest.mark.parametrize("code", [code for code in languages.languages() if code != "en"])
def test_a_catalogue_is_complete_and_says_nothing_else(code):
    from babel.messages.pofile import read_po

    with (languages.CATALOGUES / f"{code}.po").open("rb") as file:
        catalogue = read_po(file, locale=code)
    wanted = {text if isinstance(text, tuple) else (text,) for text in texts()}
    held = {message.id if isinstance(message.id, tuple) else (message.id,) for message in catalogue if message.id}
    assert wanted == held
    empty = [message.id for message in catalogue if message.id and not all(_strings(message))]
    assert empty == []
    assert [str(error) for message in catalogue for error in message.check(catalogue)] == []


def _strings(message):
    return message.string if isinstance(message.string, tuple | list) else [message.string]


def test_a_language_needs_only_a_catalogue_and_may_run_from_right_to_left(tmp_path, monkeypatch):
    language.cache_clear()
    words = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "Status"\nmsgstr "الحالة"\n'
    Path(tmp_path / "ar.po").write_text(words, encoding="utf-8")
    monkeypatch.setattr(languages, "CATALOGUES", tmp_path)
    text, html = bodies(compose(digest(late(3), language="ar"), SETTINGS, now=NOW).message)
    language.cache_clear()
    assert 'dir="rtl"' in html
    assert "الحالة" in text
    assert "Please answer" in text


def test_an_unknown_language_is_english():
    assert language("tlh").code == "en"
    assert language("fr-CH").code == "fr"


@pytest.mark.parametrize(
    ("code", "day", "words"),
    [
        ("fr", date(2021, 6, 1), "1er juin 2021"),
        ("fr", date(2021, 6, 11), "11 juin 2021"),
        ("fr", date(2021, 6, 21), "21 juin 2021"),
        ("en", date(2021, 6, 1), "1 June 2021"),
    ],
)
def test_a_day_is_written_as_the_language_writes_it(code, day, words):
    assert language(code).date(day) == words


def test_the_first_of_a_month_is_an_ordinal_in_both_bodies_of_a_french_mail():
    first = late(54, heard_on=date(2026, 1, 1))
    for body in bodies(compose(digest(first, language="fr"), SETTINGS, now=NOW).message):
        assert "1er octobre 2026" in body
        assert "sans information depuis le 1er janvier 2026" in body


@pytest.mark.parametrize(
    ("kind", "code", "words"),
    [
        ("waits_for", "en", "Waits for"),
        ("waits_for", "fr", "Dans l’attente de"),
        ("superseded_by", "en", "Superseded by"),
        ("superseded_by", "fr", "Remplacée par"),
        ("repeats", "en", "Repeats:"),
        ("repeats", "fr", "Réitère"),
    ],
)
def test_a_row_that_is_linked_says_to_what(kind, code, words):
    linked = late(40, **{kind: ("A/80/501/R6",)})
    said = bodies(compose(digest(linked, language=code), SETTINGS, now=NOW).message)
    assert all(words in body and "A/80/501/R6" in body for body in said)
    assert all(
        words not in body for body in bodies(compose(digest(late(40), language=code), SETTINGS, now=NOW).message)
    )
