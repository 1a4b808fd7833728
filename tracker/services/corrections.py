"""Corrections: void an entry, or a command as a whole, by further entries; nothing is deleted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from datetime import date
from itertools import islice

from tracker.domain.journal import BatchFacts, Draft, Entry, belongs_with
from tracker.domain.references import fold_person
from tracker.domain.rows import FollowUp
from tracker.domain.undo import earlier_way, none_earlier, takes_in_register, typed, way_back
from tracker.domain.updates import as_entries, recomputed
from tracker.domain.vocabulary import Topic, Voice
from tracker.domain.who import Who
from tracker.errors import RefusedError, UnknownNameError
from tracker.records import record
from tracker.services.updates import Changed, refused_by_name, saved_row
from tracker.store.addressed import follow_up_of
from tracker.store.amendments import recommendations_amended
from tracker.store.batches import Batch
from tracker.store.follow_up_writing import save_standings
from tracker.store.follow_ups import follow_ups_of_batches
from tracker.store.journal import Command, batch_entries, batch_facts, commands_of, history
from tracker.store.organizations import idle_organizations
from tracker.store.unit import Register


def correct(
    register: Register, reference: str, organization: str, entry_id: int, note: str, who: Who, *, dry_run: bool = False
) -> Changed:
    """Void one entry by a further one, with the entries that only followed from it. Raises RefusedError."""
    with register.batch(who, dry_run=dry_run) as batch:
        follow_up = follow_up_of(batch.session, reference, organization)
        past = history(batch.session, [follow_up.id])[follow_up.id]
        entry = next((item for item in past if item.id == entry_id), None)
        if entry is None:
            raise UnknownNameError(
                f"{follow_up.name} has no entry {entry_id}.",
                remedy=f"Its entries are in: tracker history {follow_up.typed}.",
            )
        wrong = [entry, *_consequences_of(entry, past)]
        changed = _entered(batch, _voiding(batch, follow_up, past, wrong, note, who.today))
        save_standings(batch.session, [saved_row(changed)])
    return changed


@record
class TakenBack:
    """What `undo` did: the command, what changed back, and the recommendations whose words stay as it made them.

    `idle` are organizations that the import of a register may have brought, and that are followed up no more.
    """

    asked: str
    changed: list[Changed]
    reworded: list[str]
    idle: list[str]


def undo(register: Register, who: Who, *, number: int | None = None, dry_run: bool = False) -> TakenBack:
    """Take back the actor's own last command as a whole, by voiding entries; or the one of which `number` is a batch.

    Raises RefusedError where later entries rest on it, where it wrote nothing about follow-ups (a link, an officer),
    or where there is nothing to take back; never is an older command taken back in the place of the last.
    """
    with register.batch(who, dry_run=dry_run) as batch:
        found = _last_command(batch, who) if number is None else _command_with(batch, who.actor, number)
        voidings = list(_voidings(batch, found, who.today))
        changed = [_entered(batch, voiding) for voiding in voidings]
        save_standings(batch.session, [saved_row(item) for item in changed])
        reworded = recommendations_amended(batch.session, [item.number for item in found])
        theirs = sorted({item.before.organization for item in changed})
        idle = idle_organizations(batch.session, theirs) if takes_in_register(found[0].asked) else []
    return TakenBack(_asked(found), changed, reworded, idle)


def _asked(command: Sequence[BatchFacts]) -> str:
    """A command in its own words; where it read one file, with that."""
    return command[0].asked if len(command) == 1 else typed(command[0].asked)


def _last_command(batch: Batch, who: Who) -> list[BatchFacts]:
    actor = who.actor
    with closing(commands_of(batch.session, actor)) as commands:
        last, is_standing = next(commands, (None, False))
        if last is None:
            raise RefusedError(
                f"{actor} has written nothing that could be taken back.", remedy="See: tracker audit export."
            )
        if not is_standing:
            raise _not_taken_back(f"the last command of {actor} was", last, _before(batch, commands, who.today))
    return last


def _command_with(batch: Batch, actor: str, number: int) -> list[BatchFacts]:
    named = batch_facts(batch.session, number)
    if fold_person(named.actor) != fold_person(actor):
        raise RefusedError(
            f"batch {number} was written by {named.actor}.",
            remedy="Each person takes back their own commands; for a single entry, use: tracker correct.",
        )
    with closing(commands_of(batch.session, actor)) as commands:
        found = next((command for command in commands if number in [item.number for item in command[0]]), None)
    if found is None:
        raise RefusedError(
            f"batch {number}, “tracker {named.asked}”, wrote nothing that still stands.", remedy="Nothing to do."
        )
    if not found[1]:
        raise _not_taken_back(f"batch {number} is", found[0])
    return found[0]


def _not_taken_back(what: str, command: Sequence[BatchFacts], otherwise: str = "") -> RefusedError:
    asked = command[0].asked
    return RefusedError(f"{what} “tracker {asked}”, which undo does not take back.", remedy=way_back(asked) + otherwise)


_TRIED = 3
"""So many earlier commands are tried for the refusal that names one: each trial costs what taking it back would."""


def _before(batch: Batch, commands: Iterable[Command], today: date) -> str:
    """How the newest of the first few goes that can be taken back; it is never taken in another's place."""
    standing = (command for command, is_standing in commands if is_standing)
    refused: list[tuple[str, str]] = []
    for command in islice(standing, _TRIED):
        refusal = _why_not(batch, command, today)
        if refusal is None:
            return earlier_way(typed(command[0].asked), command[0].number, refused)
        refused.append((typed(command[0].asked), refusal.what))
    return none_earlier(refused)


def _why_not(batch: Batch, command: Sequence[BatchFacts], today: date) -> RefusedError | None:
    """What keeps a command in its place; None where it can be taken back."""
    try:
        for _ in _voidings(batch, command, today):
            pass
    except RefusedError as refusal:
        return refusal
    return None


def _consequences_of(entry: Entry, past: Sequence[Entry]) -> list[Entry]:
    """The entries of the same command that only followed from this one, or that it is one half of."""
    return [other for other in past if belongs_with(entry, other)]


def _voided(past: Sequence[Entry]) -> set[int]:
    return {entry.voids for entry in past if entry.voids is not None}


@record
class _Voiding:
    """What takes back entries of one follow-up, not yet entered; `places` are theirs, as `batch.ordinal`."""

    changed: Changed
    places: dict[int, str]


def _voidings(batch: Batch, command: Sequence[BatchFacts], today: date) -> Iterator[_Voiding]:
    """What takes back a command, one follow-up after the other. Raises RefusedError at the first that refuses."""
    numbers = [item.number for item in command]
    # What an annex has withdrawn stays so: that entry is itself a correction.
    written = {
        follow_up_id: [entry for entry in entries if entry.topic is not Topic.VOID]
        for follow_up_id, entries in batch_entries(batch.session, numbers).items()
    }
    histories = history(batch.session, list(written))
    note = f"taken back: {_asked(command)}"
    for follow_up in follow_ups_of_batches(batch.session, numbers):
        past, own = histories[follow_up.id], written[follow_up.id]
        if any(entry.id not in _voided(past) for entry in own):
            yield _voiding(batch, follow_up, past, own, note, today)


def _voiding(
    batch: Batch, follow_up: FollowUp, past: Sequence[Entry], wrong: Sequence[Entry], note: str, today: date
) -> _Voiding:
    voided_before = _voided(past)
    drafts = []
    for entry in wrong:
        if entry.topic is Topic.VOID:
            raise RefusedError(
                f"entry {entry.id} is itself a correction.", remedy="Log the status again with: tracker update."
            )
        if entry.id in voided_before:
            continue
        drafts.append(Draft(Topic.VOID, entry.topic.value, entry.target, today, Voice.OFFICE, note, entry.id))
    if not drafts:
        raise RefusedError(
            f"{follow_up.name}: entry {wrong[0].id} has been corrected already.", remedy="Nothing to do."
        )
    new = as_entries(
        drafts, first_id=past[-1].id + 1, batch=batch.facts.number, actor=batch.actor, recorded_at=batch.now
    )
    with refused_by_name(follow_up):
        after = recomputed(past, new)
    places = {entry.id: f"{entry.batch}.{entry.ordinal}" for entry in wrong}
    return _Voiding(Changed(follow_up, after, tuple(drafts)), places)


def _entered(batch: Batch, voiding: _Voiding) -> Changed:
    before = voiding.changed.before
    for draft in voiding.changed.drafts:
        batch.enter(before.id, before.name, draft, voided=voiding.places[draft.voids or 0])
    return voiding.changed
