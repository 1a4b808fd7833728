"""The organizations that a register's names mean, and those that come into our register by it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from tracker.domain.references import LONGEST_CODE, fold
from tracker.domain.rows import Organization
from tracker.ingest.folding import code_of, digest, fold_name
from tracker.ingest.registers.findings import Findings
from tracker.ingest.registers.mapping import Names
from tracker.ingest.registers.rows import RegisterRow
from tracker.services.aliases import ALIKE_ENOUGH, Proposal, how_to_decide, known_names, most_alike, shown_names
from tracker.store.aliases import Alias

_NEW_ALIKE = 86
"""From here on a new name is worth a sentence; below, in a register of hundreds of names, all are like some other."""


class NameBook:
    """Names to codes for one file: the mapping's aliases first, then what the register knows.

    `new` holds the organizations that the mapping lets come in by their names alone.
    """

    def __init__(self, names: Names, organizations: Sequence[Organization], aliases: Sequence[Alias]) -> None:
        known = known_names(organizations, aliases)
        self.names = names
        self.shown = shown_names(organizations, aliases)
        self.known = dict(known)
        self.codes = {fold(code): code for code in known.values()}
        self.new: dict[str, Organization] = {}
        self.unknown: set[str] = set()

    def learn(self, rows: Iterable[RegisterRow]) -> None:
        """Decide every name of the file, in alphabetical order, so that the order of the rows decides nothing."""
        if self.names.blank is not None:
            self._take_code(self.names.blank)
        for name in sorted({name for row in rows for name in row.names}):
            folded = fold_name(name)
            alias = self.names.aliases.get(folded)
            if alias is not None:
                self._take_code(alias, name)
            elif folded not in self.known:
                self._take_name(name, folded)

    def code(self, name: str) -> str | None:
        """The code that a name means; None where nobody has decided."""
        folded = fold_name(name)
        wanted = self.names.aliases.get(folded)
        return self.known.get(folded) if wanted is None else self.codes.get(fold(wanted))

    def blank_code(self) -> str | None:
        return None if self.names.blank is None else self.codes.get(fold(self.names.blank))

    def _take_code(self, code: str, name: str | None = None) -> None:
        if fold(code) in self.codes:
            return
        if self.names.unknown != "register":
            self.unknown.add(name or code)
            return
        self._register(code, self.names.full.get(code, code))

    def _take_name(self, name: str, folded: str) -> None:
        if self.names.unknown != "register":
            self.unknown.add(name)
            return
        code = code_of(name)
        if fold(code) in self.codes:
            code = f"{code[: LONGEST_CODE - 6]}-{digest(folded)[:5].upper()}"
        self._register(code, name)
        self.known[folded] = code

    def _register(self, code: str, name: str) -> None:
        self.codes[fold(code)] = code
        self.new[code] = Organization(code, name)

    def tell(self, rows: Iterable[RegisterRow], findings: Findings) -> None:
        """Refuse the rows of unknown names; point at new ones that are like others."""
        places: dict[str, list[int]] = defaultdict(list)
        for row in rows:
            for name in row.names or (self.names.blank or "",):
                places[name].append(row.row)
        likes = self._likes()
        for name in sorted(self.unknown):
            findings.refuse(
                places.get(name, []),
                f"“{name}” is not an organization of the register.",
                f"{how_to_decide(name, likes.get(name))}, or register it with: tracker org add.",
            )
        for name, like in sorted(likes.items()):
            if name not in self.unknown:
                findings.notice(
                    places.get(name, []),
                    f"“{name}” comes in as a new organization; it is like “{like.name}” ({like.code}).",
                    "If they are the same, add the name to [organizations.aliases] of the mapping, and import again, "
                    "after tracker undo where this was no --dry-run.",
                )

    def _likes(self) -> dict[str, Proposal]:
        by_name = {organization.name: code for code, organization in self.new.items()}
        by_name |= self.shown
        found: dict[str, Proposal] = {}
        decided = set(self.names.full)  # whoever wrote aliases for a code has looked at its name
        fresh = (organization.name for code, organization in self.new.items() if code not in decided)
        for name in sorted({*self.unknown, *fresh} - {self.names.blank or ""}):
            others = {other: code for other, code in by_name.items() if other != name}
            like = most_alike(name, others, ALIKE_ENOUGH if name in self.unknown else _NEW_ALIKE)
            if like is not None and like.name not in found:  # of two new ones like each other, one sentence is enough
                found[name] = like
        return found
