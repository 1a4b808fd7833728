from __future__ import annotations

import pytest

from tracker.ingest.notes.symbols import commented_on, halves, symbol_of_file, symbols_in


@pytest.mark.parametrize(
    ("stem", "symbol"),
    [
        ("A_80_901_Add.1", "A/80/901/Add.1"),
        ("a_80_901_add.1", "A/80/901/Add.1"),
        ("A_80_901_Add1", "A/80/901/Add.1"),
        ("A_80_901_Add.1-EN", "A/80/901/Add.1"),
        ("A_80_901_Add.1 (2)", "A/80/901/Add.1"),
        ("A_80_901_Add.1_Corr.1", "A/80/901/Add.1/Corr.1"),
        ("JIU_REP_2025_98", "JIU/REP/2025/98"),
        ("A_HRC_28_15", "A/HRC/28/15"),
        ("A_C.5_80_12", "A/C.5/80/12"),
        ("A_79_655-E_2024_61", "A/79/655-E/2024/61"),
        ("SVN_A_HRC_28_15", None),
        ("comments", None),
        ("comments_2026", None),
        ("A_1", None),
        ("note_80_901", None),
        ("A_80_901_final", None),
        ("2026_03_01", None),
        ("", None),
    ],
)
def test_symbol_of_file(stem, symbol):
    assert symbol_of_file(stem) == symbol


@pytest.mark.parametrize(
    ("text", "symbols"),
    [
        ("(see A/80/901).", ("A/80/901",)),
        ("A/80/901/Add.1, JIU/REP/2025/98", ("A/80/901/Add.1", "JIU/REP/2025/98")),
        ("(A/79/655-E/2024/61)", ("A/79/655-E/2024/61",)),
        ("(A/79/655–E/2024/61)", ("A/79/655-E/2024/61",)),
        ("resolutions 67/226 and 71/243 and/or others", ()),
        ("see www.example.org/A/80/901", ()),
        ("HIV/AIDS and N/A", ()),
    ],
)
def test_symbols_in(text, symbols):
    assert symbols_in(text) == symbols


def test_joint_symbol_has_two_halves():
    assert halves("A/79/655-E/2024/61") == ("A/79/655", "E/2024/61")
    assert halves("A/80/901") == ("A/80/901",)


def test_commented_on():
    assert commented_on("A/80/901/Add.1") == ("A/80/901",)
    assert commented_on("A/79/655/Add.1-E/2024/61/Add.1") == ("A/79/655", "E/2024/61")
    assert commented_on("A/80/905") == ()
