"""Which organization a name means: alias, code or registered name; what is only alike is proposed, never taken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tracker.domain.rows import Organization
from tracker.domain.who import Who
from tracker.errors import BadDataError
from tracker.ingest.folding import fold_name
from tracker.records import record
from tracker.store.aliases import Alias, all_aliases, drop_alias
from tracker.store.aliases import add_alias as store_alias
from tracker.store.batches import Batch
from tracker.store.organizations import all_organizations
from tracker.store.unit import Register

ALIKE_ENOUGH = 75
"""Of 100, by rapidfuzz's token_sort_ratio: what is worth a person's look."""


@record
class Proposal:
    """A name that the register knows, and that is like one that it does not; a person decides."""

    name: str
    code: str


def known_names(organizations: Sequence[Organization], aliases: Sequence[Alias]) -> dict[str, str]:
    """Folded name → code: the codes themselves, the names of organizations, and the aliases; codes win."""
    known = {alias.folded: alias.code for alias in aliases}
    known.update({fold_name(item.name): item.code for item in organizations})
    known.update({fold_name(item.code): item.code for item in organizations})
    return known


def shown_names(organizations: Sequence[Organization], aliases: Sequence[Alias]) -> dict[str, str]:
    """Name as written → code: codes, names and aliases, for proposals that a person reads."""
    shown = {alias.name: alias.code for alias in aliases}
    shown |= {item.name: item.code for item in organizations}
    return shown | {item.code: item.code for item in organizations}


def most_alike(name: str, known: Mapping[str, str], enough: int = ALIKE_ENOUGH) -> Proposal | None:
    """The known name (name → code) that is most like another; None where none is like enough (of 100)."""
    from rapidfuzz import fuzz, process, utils

    best = process.extractOne(
        name, list(known), scorer=fuzz.token_sort_ratio, processor=utils.default_process, score_cutoff=enough
    )
    if best is None or fold_name(best[0]) == fold_name(name):
        return None
    return Proposal(best[0], known[best[0]])


def how_to_decide(name: str, like: Proposal | None) -> str:
    """What a person types who knows which organization a name means, after what is proposed, if anything."""
    proposed = f"Did you mean {like.code} (“{like.name}”)? " if like else ""
    return f"{proposed}Decide with: tracker org alias add {like.code if like else 'CODE'} “{name}”"


def list_aliases(register: Register) -> list[Alias]:
    """Every alias, by organization."""
    with register.read() as session:
        return all_aliases(session)


def add_aliases(register: Register, code: str, names: Sequence[str], who: Who) -> int:
    """Decide that names are one organization's; returns how many were new. All or nothing."""
    with register.batch(who) as batch:
        known = known_names(all_organizations(batch.session), all_aliases(batch.session))
        return sum(_add(batch, known, code, name) for name in names)


def _add(batch: Batch, known: dict[str, str], code: str, name: str) -> bool:
    folded = fold_name(name)
    if not folded:
        raise BadDataError("an alias is empty.", remedy="Give the name as the other register writes it.")
    holder = known.get(folded)
    if holder is not None and holder.casefold() != code.casefold():
        raise BadDataError(
            f"“{name}” means {holder} already.", remedy=f"See: tracker org show {holder}, or tracker org alias list."
        )
    return holder is None and store_alias(batch, code, name, folded)


def forget_alias(register: Register, name: str, who: Who) -> str:
    """Take a decision back; returns whose name it was. What was imported under it stays."""
    with register.batch(who) as batch:
        return drop_alias(batch, name, fold_name(name))
