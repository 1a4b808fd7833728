"""Signs that Word keeps by their place in a font instead of as letters, such as ≥ by its place in the font Symbol."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from tracker.ingest.documents.lines import Place

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
SYMBOL = f"{_W}sym"
_OWN = 0xF000
"""Word writes the places of such a font from here on."""


def _row(first: int, letters: str) -> dict[int, str]:
    """Letters one after the other; a blank stands for a place without one."""
    return {first + place: letter for place, letter in enumerate(letters) if letter != " "}


_FONTS: dict[str, dict[int, str]] = {
    "symbol": {
        0x20: " ",
        **_row(0x21, "!∀#∃%&∋()∗+,−./0123456789:;<=>?"),
        **_row(0x40, "≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_"),
        **_row(0x61, "αβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}∼"),
        **_row(0xA0, "€ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…"),
        **_row(0xC0, "ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓◊⟨®©™∑"),
        **_row(0xF1, "⟩∫"),
    },
    "wingdings": {0x4A: "☺", 0x4C: "☹", 0x6F: "□", 0x9F: "•", 0xA7: "▪", 0xA8: "◻", 0xD8: "➢"}
    | {0xDF: "←", 0xE0: "→", 0xEF: "⇦", 0xF0: "⇨", 0xF3: "⬄", 0xFB: "✗", 0xFC: "✓", 0xFD: "☒", 0xFE: "☑"},
}
"""Font → place → letter; of Wingdings what Word puts in by itself when somebody types, and boxes to tick."""


def letter_of(sign: Any) -> str | None:
    """The letter that a sign is in print; None where it has none."""
    code = sign.get(f"{_W}char") or ""
    if not re.fullmatch(r"[0-9A-Fa-f]{1,4}", code):
        return None
    number = int(code, 16)
    letters = _FONTS.get((sign.get(f"{_W}font") or "").casefold())
    if letters is not None:
        return letters.get(number - _OWN if number >= _OWN else number)
    is_letter = not 0xE000 <= number <= 0xF8FF and chr(number).isprintable()
    return chr(number) if is_letter else None


def without_letter(block: Any, place: Place) -> Iterator[tuple[Place, str]]:
    """The fonts of a block's signs that have no letter, each once."""
    fonts = (sign.get(f"{_W}font") or "?" for sign in block.iter(SYMBOL) if letter_of(sign) is None)
    yield from ((place, font) for font in dict.fromkeys(fonts))
