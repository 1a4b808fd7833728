"""The codes of a report's annex of actions: to whom within each organization a recommendation is addressed.

`E` asks the executive head, `L` the legislative organ; a cell may hold both. In the column of CEB the executive head
is its Chair. An organization without a code is not addressed.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping

from tracker.domain.vocabulary import Addressee

CEB = "CEB"
CODES = {"E": Addressee.EXECUTIVE_HEAD, "L": Addressee.LEGISLATIVE_BODY}

Actions = Mapping[str, str]
"""Organization's code → `E`, `L` or `E,L`."""


def actions_text(actions: Actions) -> str:
    """How the register keeps an annex's row: JSON, by organization."""
    return json.dumps(dict(sorted(actions.items())), ensure_ascii=False, separators=(",", ":"))


def actions_of(text: str | None) -> dict[str, str] | None:
    """The row that `actions_text` wrote; None where no annex has spoken."""
    if text is None:
        return None
    found: dict[str, str] = json.loads(text)
    return found


def addressee_in(code: str, letters: str, usual: Addressee | None) -> Addressee:
    """To whom a cell addresses; of two, the one to whom the recommendation is `usual`ly addressed, else the head.

    A recommendation to the Chair of CEB speaks to the executive head in that capacity, in whichever column it stands.
    """
    kinds = [CODES[letter] for letter in letters.split(",")]
    if Addressee.EXECUTIVE_HEAD in kinds and (code == CEB or usual is Addressee.CEB_CHAIR):
        return Addressee.CEB_CHAIR
    return usual if usual in kinds else min(kinds, key=list(CODES.values()).index)


def usual_addressee(actions: Actions, text: Addressee | None) -> Addressee | None:
    """To whom a whole recommendation is addressed: as its `text` says, where the annex agrees; else as most cells do.

    None where the row is empty: then only the text can tell.
    """
    others = {code: letters for code, letters in actions.items() if code != CEB}
    if not others:
        return Addressee.CEB_CHAIR if actions else text
    kinds = Counter(CODES[letter] for letters in others.values() for letter in letters.split(","))
    if text in kinds or (text is Addressee.CEB_CHAIR and is_for_chair(actions)):
        return text
    return max(kinds, key=lambda kind: (kinds[kind], kind is Addressee.EXECUTIVE_HEAD))


def is_for_chair(actions: Actions) -> bool:
    """Whether a row agrees with a text that speaks to the Chair of CEB: annexes without that column use that of UN."""
    return bool(actions) and set(actions) <= {CEB, "UN"} and "L" not in "".join(actions.values())


def contradiction(actions: Actions, text: Addressee | None) -> str | None:
    """What an annex says against the text of a recommendation, in words; None where they agree."""
    others = {code: letters for code, letters in actions.items() if code != CEB}
    if not actions or text is None:
        return None
    if text is Addressee.CEB_CHAIR:
        return None if is_for_chair(actions) else f"it addresses {_listed(others)} too"
    wanted = next(letter for letter, kind in CODES.items() if kind is text)
    against = [code for code, letters in others.items() if wanted not in letters]
    if not others:
        return "it addresses the Chair of CEB alone"
    return f"it gives {_listed({code: others[code] for code in against})}" if against else None


def _listed(actions: Actions) -> str:
    """`L to FAO, ILO and 3 more`."""
    found = []
    for letters in sorted(set(actions.values())):
        codes = sorted(code for code in actions if actions[code] == letters)
        more = f" and {len(codes) - 4} more" if len(codes) > 5 else ""
        found.append(f"{letters} to {', '.join(codes[: 4 if more else 5])}{more}")
    return "; ".join(found)
