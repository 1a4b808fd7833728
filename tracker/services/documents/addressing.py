"""Who is asked by a recommendation: everybody registered, the Chair of CEB, or whom the report's annex names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tracker.domain.actions import CEB, actions_of, addressee_in, contradiction
from tracker.domain.references import fold
from tracker.domain.rows import Organization, Recommendation
from tracker.domain.vocabulary import Addressee
from tracker.ingest.folding import fold_name
from tracker.ingest.notes.annexes import Annex
from tracker.ingest.organizations import code_of_name
from tracker.ingest.problems import Problem
from tracker.services.aliases import how_to_decide, known_names, most_alike, shown_names
from tracker.store.aliases import Alias

CEB_CODES = (CEB, "UN")
"""Who answers for the Chair of CEB, in this order."""


@dataclass(slots=True)
class Resolved:
    """The rows of an annex by number, with organizations by code; `unregistered` are known, and not in the register."""

    rows: dict[str, dict[str, str]] = field(default_factory=dict)
    unregistered: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def resolve(annex: Annex | None, organizations: Sequence[Organization], aliases: Sequence[Alias]) -> Resolved:
    """Put codes for the names at the heads of the columns; a name that nobody has decided is told and left out."""
    found = Resolved()
    if annex is None:
        return found
    codes = _codes(annex, organizations, aliases, found.problems)
    for row in annex.rows:
        found.rows[row.number] = {codes[name]: letters for name, letters in row.codes.items() if name in codes}
    registered = {fold(organization.code) for organization in organizations}
    asked = dict.fromkeys(code for row in found.rows.values() for code in row)
    found.unregistered = [code for code in asked if fold(code) not in registered and code != CEB]
    return found


def _codes(
    annex: Annex, organizations: Sequence[Organization], aliases: Sequence[Alias], problems: list[Problem]
) -> dict[str, str]:
    """Name at the head of a column → code; of two columns of one organization the first, and the other is told."""
    known, shown = known_names(organizations, aliases), shown_names(organizations, aliases)
    codes: dict[str, str] = {}
    for printed in annex.organizations:
        code = _code(printed, known)
        if code is None:
            problems.append(_unknown(annex, printed, shown))
        elif code in codes.values():
            what = f"Two of its columns are {code}; “{printed}” was left out."
            problems.append(Problem(annex.where, what, "Compare with the printed annex, and the aliases."))
        else:
            codes[printed] = code
    return codes


def _code(printed: str, known: Mapping[str, str]) -> str | None:
    """The code of a printed name, by the names and aliases in the register, else as the JIU prints it."""
    if code := known.get(fold_name(printed)):
        return code
    listed = code_of_name(printed)
    return known.get(fold_name(listed), listed) if listed else None


def _unknown(annex: Annex, printed: str, shown: Mapping[str, str]) -> Problem:
    return Problem(
        f"{annex.where}, column {printed}",
        f"“{printed}” is not a known organization; its codes were left out.",
        f"{how_to_decide(printed, most_alike(printed, shown))}, and import again.",
    )


def against_text(annex: Annex, number: str, actions: Mapping[str, str], text: Addressee | None) -> Problem | None:
    """Where an annex contradicts the text of its own report; it is taken, since it speaks of each organization."""
    said = contradiction(actions, text)
    if said is None or text is None:
        return None
    return Problem(
        f"{annex.where}, recommendation {number}",
        f"Its text addresses {_WORDS[text]}; the annex does not: {said}. The annex was taken.",
        "Compare with the printed report; tracker document set changes the addressee.",
    )


_WORDS = {
    Addressee.EXECUTIVE_HEAD: "executive heads",
    Addressee.LEGISLATIVE_BODY: "legislative bodies",
    Addressee.CEB_CHAIR: "the Chair of CEB",
}


@dataclass(slots=True)
class Asked:
    """Organization's id → its own addressee, where it is another than the recommendation's; and what is to be told."""

    organizations: dict[int, Addressee | None] = field(default_factory=dict)
    told: tuple[str, str] | None = None


def asked_by(recommendation: Recommendation, codes: Mapping[str, int]) -> Asked:
    """Whom a recommendation asks among the registered organizations (code → id)."""
    actions = actions_of(recommendation.actions)
    folded = {fold(code): organization_id for code, organization_id in codes.items()}
    if actions:
        return _by_annex(recommendation, actions, folded)
    if recommendation.addressee is not Addressee.CEB_CHAIR:
        return Asked(dict.fromkeys(folded.values()))
    chair = next((folded[code] for code in map(fold, CEB_CODES) if code in folded), None)
    return Asked(told=_no_chair(recommendation)) if chair is None else Asked({chair: None})


def _by_annex(recommendation: Recommendation, actions: Mapping[str, str], folded: Mapping[str, int]) -> Asked:
    usual = recommendation.addressee
    asked = Asked()
    for code, letters in actions.items():
        if (organization_id := folded.get(fold(code))) is not None:
            kind = addressee_in(code, letters, usual)
            asked.organizations[organization_id] = None if kind is usual else kind
    if CEB in actions and fold(CEB) not in folded:
        stand_in = folded.get(fold(CEB_CODES[1]))
        if stand_in is None:
            asked.told = _no_chair(recommendation)
        elif stand_in in asked.organizations:
            what = (
                f"recommendation {recommendation.number} asks UN and the Chair of CEB; both are followed up in "
                "one row, that of UN."
            )
            asked.told = (what, "To keep them apart: tracker org add CEB --name NAME, and import again.")
        else:
            asked.organizations[stand_in] = None if usual is Addressee.CEB_CHAIR else Addressee.CEB_CHAIR
    return asked


def _no_chair(recommendation: Recommendation) -> tuple[str, str]:
    what = (
        f"recommendation {recommendation.number} is for the Chair of CEB, and no organization has the code "
        f"{' or '.join(CEB_CODES)}; nobody follows it up."
    )
    return what, "Add one with: tracker org add CEB --name NAME, and import again."
