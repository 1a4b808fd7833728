"""Answers by mail: look through a mailbox, queue the returns of those who may send them, hold the rest.

Nothing in a mail changes a status. Who a mail is from can be forged; so that what is queued waits for a
person who reads it with `tracker return read`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from tracker.config import Settings
from tracker.domain.addresses import folded, on_the_line
from tracker.domain.received import LETTER, MailVerdict, Received, ReturnState
from tracker.domain.rows import Officer
from tracker.domain.who import Who
from tracker.errors import BadDataError, UsageError
from tracker.ingest.mails.letters import words_beside
from tracker.ingest.mails.mailbox import (
    MOST_SHEETS,
    SHEETS,
    Attachment,
    ImapAddress,
    Mail,
    open_mailbox,
    parse_mail,
    parse_source,
)
from tracker.ingest.mails.quoted_digests import SentDigest
from tracker.ingest.returns.reading import FilledReturn, read_return
from tracker.limits import Limits
from tracker.progress import OnStep
from tracker.records import record
from tracker.services.returns.files import Source, keep
from tracker.services.returns.reading import NOT_FILLED_IN
from tracker.services.returns.sent_digests import digests_answered
from tracker.store.batches import Batch
from tracker.store.mails import returns as store
from tracker.store.organizations import all_officers, organization_ids
from tracker.store.unit import Register

_SENT_WITHIN = timedelta(days=31)
"""How old a mail's own date may be to count as the day on which its sender held the post."""


@record
class Judged:
    """What becomes of a mail, and why. `returns` are the files in it that are returns of this register.

    `words` are what it says beside them. `letter` is the whole mail, where a person has to read it because no return is
    in it, or may have to, because those in it came in before.
    """

    key: str
    sender: str
    subject: str
    verdict: MailVerdict
    why: str | None = None
    organization: str | None = None
    digest: int | None = None
    returns: tuple[tuple[Attachment, FilledReturn], ...] = ()
    words: str | None = None
    letter: bytes | None = None

    def as_json(self) -> dict[str, Any]:
        return {
            "message_id": self.key,
            "sender": self.sender,
            "subject": self.subject,
            "verdict": self.verdict.value,
            "why": self.why,
            "organization": self.organization,
            "digest": self.digest,
            "returns": [attachment.name for attachment, _ in self.returns],
            "words": self.words,
        }


@dataclass(slots=True)
class FetchReport:
    """What a look through a mailbox found: new mails, how many were seen before, and those too large to open.

    `no_mails` are files of a folder that are none, such as those in a mail program's own form.
    """

    mails: list[Judged] = field(default_factory=list)
    known: int = 0
    too_large: list[str] = field(default_factory=list)
    no_mails: list[str] = field(default_factory=list)

    @property
    def queued(self) -> int:
        return sum(len(mail.returns) for mail in self.mails if mail.verdict is MailVerdict.QUEUED)

    def as_json(self) -> dict[str, Any]:
        return {
            "mails": [mail.as_json() for mail in self.mails],
            "queued": self.queued,
            "known": self.known,
            "too_large": self.too_large,
            "no_mails": self.no_mails,
        }


def mailbox_of(settings: Settings, source: str | None) -> Path | ImapAddress:
    """Where answers come in: what the caller names, else [mailbox]. Raises UsageError where neither says it."""
    if source:
        return parse_source(source)
    box = settings.mailbox
    if box.host is not None and box.username is not None:
        return ImapAddress(
            box.host, box.username, box.folder or "INBOX", box.port, box.security, box.ca_file, box.timeout
        )
    if box.folder is not None:
        return Path(box.folder)
    raise UsageError(
        "no mailbox is given.",
        remedy="Give a folder of .eml files or imaps://USER@HOST/FOLDER, or set [mailbox] in tracker.toml.",
    )


def password_of(settings: Settings, mailbox: Path | ImapAddress) -> str | None:
    """The password of [mailbox], for that user of that server and for nobody else."""
    box = settings.mailbox
    is_ours = isinstance(mailbox, ImapAddress) and (mailbox.host, mailbox.username) == (box.host, box.username)
    return box.secret() if is_ours else None


def fetch(
    register: Register,
    source: str | Path | ImapAddress,
    who: Who,
    *,
    evidence_store: Path,
    password: str | None = None,
    own_addresses: Collection[str] = (),
    dry_run: bool = False,
    limits: Limits | None = None,
    on_step: OnStep | None = None,
) -> FetchReport:
    """Look at every mail that was not looked at before. `own_addresses` are the office's, whose mails are passed over.

    Raises WorldError where the mailbox cannot be opened; then nothing was queued.
    """
    report = FetchReport()
    facts = _facts(register, who.today, own_addresses, limits or Limits())

    def known(keys: Collection[str]) -> set[str]:
        with register.read() as session:
            found = store.known_mails(session, list(keys))
        report.known += len(found)
        return found

    seen: set[str] = set()
    with open_mailbox(source, password, limits) as mailbox:
        for raw in mailbox.mails(known, on_step):
            mail = parse_mail(raw)
            if mail.key not in seen:
                report.mails.append(_judge(mail, raw, facts))
            seen.add(mail.key)
        report.too_large, report.no_mails = mailbox.too_large, mailbox.no_mails
    if report.mails:
        with register.batch(who, dry_run=dry_run) as batch:
            _leave_out_known(batch, report)
            report.mails = [_write(batch, mail, None if dry_run else evidence_store) for mail in report.mails]
    return report


def _leave_out_known(batch: Batch, report: FetchReport) -> None:
    """Leave to another fetch what it has written while this one looked: from here on nobody else writes."""
    taken = store.known_mails(batch.session, [mail.key for mail in report.mails])
    report.known += len(taken)
    report.mails = [mail for mail in report.mails if mail.key not in taken]


@record
class _Facts:
    """What the register knows that tells one mail from another."""

    mark: str
    today: date
    officers: Sequence[Officer]
    digests: dict[str, int]
    asked: dict[int, set[str]]
    own: frozenset[str]
    limits: Limits
    sent: Callable[[Sequence[str]], Sequence[SentDigest]]


def _facts(register: Register, today: date, own_addresses: Collection[str], limits: Limits) -> _Facts:
    with register.read() as session:
        digests = store.digests_by_message_id(session)
        return _Facts(
            mark=store.register_mark(session),
            today=today,
            officers=all_officers(session),
            digests=digests,
            asked={number: store.organizations_of_reminder(session, number) for number in digests.values()},
            own=frozenset(map(_compared, own_addresses)),
            limits=limits,
            sent=lambda answers: digests_answered(register, answers, digests),
        )


def _judge(mail: Mail, raw: bytes, facts: _Facts) -> Judged:
    digest = next((facts.digests[answer] for answer in mail.answers if answer in facts.digests), None)
    asked = facts.asked.get(digest, set()) if digest is not None else set()
    posts = _organizations_of(mail, facts)

    def judged(
        verdict: MailVerdict,
        why: str | None,
        organization: str | None = None,
        returns: Sequence[tuple[Attachment, FilledReturn]] = (),
    ) -> Judged:
        among = asked or posts
        code = organization or (next(iter(among)) if len(among) == 1 else None)
        return Judged(mail.key, mail.sender, mail.subject, verdict, why, code, digest, tuple(returns))

    if mail.automatic is not None:
        return judged(MailVerdict.IGNORED, mail.automatic)
    if _compared(mail.sender) in facts.own:
        return judged(MailVerdict.IGNORED, "the office's own email")
    returns, faults = _returns_in(mail, facts)
    is_letter = digest is not None or bool(posts)
    if not returns:
        if not faults and not is_letter:
            return judged(MailVerdict.IGNORED, "no return in it, and no answer to a digest")
        held = judged(MailVerdict.HELD, faults[0] if faults else "a letter, without a return in it")
        return replace(held, letter=raw) if is_letter else held
    code = returns[0][1].organization
    why = _why_held(mail, returns, faults, posts, asked)
    came = judged(MailVerdict.QUEUED if why is None else MailVerdict.HELD, why, code, returns)
    words = words_beside(raw, SHEETS, facts.sent(mail.answers))
    return replace(came, words=words, letter=raw if words and is_letter else None)


def _compared(address: str) -> str:
    """The form in which a sender is known: one program writes the letters of a domain, another the xn-- for them."""
    return folded(on_the_line(address))


def _organizations_of(mail: Mail, facts: _Facts) -> set[str]:
    """The organizations of which the sender is an officer, on the day of sending or today."""
    sender = _compared(mail.sender)
    sent = date.fromisoformat(mail.sent_on) if mail.sent_on else facts.today
    day = sent if facts.today - _SENT_WITHIN <= sent <= facts.today else facts.today
    return {
        officer.organization
        for officer in facts.officers
        if _compared(officer.email) == sender and officer.holds_on(day)
    }


def _returns_in(mail: Mail, facts: _Facts) -> tuple[list[tuple[Attachment, FilledReturn]], list[str]]:
    found: list[tuple[Attachment, FilledReturn]] = []
    faults: list[str] = []
    if len(mail.sheets) > MOST_SHEETS:
        faults.append(f"more than {MOST_SHEETS} spreadsheets are in it; look at the others in the mailbox.")
    for sheet in mail.sheets[:MOST_SHEETS]:
        try:
            filled = read_return(sheet.content, sheet.name, facts.limits)
        except BadDataError as error:
            faults.append(str(error))
            continue
        except MemoryError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever one file comes to, the other mails are looked at
            faults.append(_unforeseen(sheet.name, error))
            continue
        if filled.register == facts.mark:
            if all(filled.sha256 != other.sha256 for _, other in found):  # a mail that is forwarded may hold it twice
                found.append((sheet, filled))
        else:
            faults.append(f"{sheet.name}: the return was made from another register.")
    return found, faults


def _unforeseen(name: str, error: Exception) -> str:
    return f"{name}: cannot be read as a return ({type(error).__name__}). Look at it in the mailbox, and report it."


def _why_held(
    mail: Mail,
    returns: Sequence[tuple[Attachment, FilledReturn]],
    faults: Sequence[str],
    posts: set[str],
    asked: set[str],
) -> str | None:
    """Why a person has to look before these returns are read; None where nobody has to."""
    codes = {filled.organization for _, filled in returns}
    if faults:
        return faults[0]
    if len(codes) > 1:
        return f"it holds returns of several organizations: {', '.join(sorted(codes))}"
    code = next(iter(codes))
    if code not in posts:
        return f"{mail.sender or 'the sender'} is not an officer of {code}"
    if asked and code not in asked:
        return f"it answers a digest to {', '.join(sorted(asked))}, with the return of {code}"
    return None


def _write(batch: Batch, mail: Judged, evidence_store: Path | None) -> Judged:
    """Keep the mail's facts and its returns, without their files where there is no `evidence_store`.

    A return that came in before is not queued again.
    """
    session = batch.session
    ids = organization_ids(session)
    known = [store.find_received(session, filled.sha256) for _, filled in mail.returns]
    new = [pair for pair, before in zip(mail.returns, known, strict=True) if before is None]
    if mail.returns:
        mail = replace(mail, letter=None) if new else _as_sent_again(batch, mail, list(filter(None, known)))
    batch.touch()
    mail_id = _add_mail(batch, mail, ids)
    for came in _to_keep(mail, new):
        if evidence_store is not None:
            keep(came.source, evidence_store)
        store.add_received(
            session,
            sha256=came.source.sha256,
            name=came.source.name,
            size=len(came.source.content),
            received_at=batch.now,
            state=ReturnState.QUEUED if mail.verdict is MailVerdict.QUEUED else ReturnState.HELD,
            organization_id=ids.get(came.organization),
            mail_id=mail_id,
            why=came.why,
        )
    return mail


def _as_sent_again(batch: Batch, mail: Judged, known: Sequence[Received]) -> Judged:
    """A mail whose returns came in before; what it says that was not said beside one of them waits as a letter."""
    again = replace(mail, returns=(), words=None)
    before = f"came in before ({'; '.join(map(_named, known))})"
    if mail.letter is None or mail.words in [store.words_beside(batch.session, each.id) for each in known]:
        return replace(again, verdict=MailVerdict.IGNORED, why=f"the return {before}", letter=None)
    return replace(again, verdict=MailVerdict.HELD, why=f"a letter, with a return that {before}")


def _named(known: Received) -> str:
    """A return by its number, and where that was the end of it by the batch that read it: it stays so."""
    return f"number {known.id}" if known.batch is None else f"number {known.id}, read in batch {known.batch}"


def _add_mail(batch: Batch, mail: Judged, ids: dict[str, int]) -> int:
    return store.add_mail(
        batch.session,
        key=mail.key,
        sender=mail.sender,
        subject=mail.subject,
        fetched_at=batch.now,
        verdict=mail.verdict,
        why=mail.why,
        organization_id=ids.get(mail.organization or ""),
        reminder_id=mail.digest,
        words=mail.words,
    )


@record
class _Came:
    """A return, or a letter in the place of one, with whose it is (or nobody's) and what has to be said of it."""

    source: Source
    organization: str
    why: str | None


def _to_keep(mail: Judged, new: Sequence[tuple[Attachment, FilledReturn]]) -> Iterator[_Came]:
    for file, filled in new:
        why = mail.why or (NOT_FILLED_IN if filled.is_empty else None)
        yield _Came(Source(file.name, file.content), filled.organization, why)
    if mail.letter is not None:
        yield _Came(Source(LETTER, mail.letter), mail.organization or "", mail.why)
