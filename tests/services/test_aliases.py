"""Names: decided by a person, kept as aliases, used by imports; what is only alike is proposed."""

from __future__ import annotations

import pytest
from builders import organizations, who
from register_files import MAPPING, csv_text, mapping, write

from tracker.errors import BadDataError, UnknownNameError
from tracker.services.aliases import add_aliases, forget_alias, list_aliases, most_alike
from tracker.services.registers.intake import import_register

STRICT = MAPPING.replace('unknown = "register"', 'unknown = "refuse"').replace('blank = "NOBODY"', "")
STRICT = STRICT[: STRICT.index("[organizations.aliases]")] + STRICT[STRICT.index("[[status]]") :]


@pytest.fixture
def load(register, tmp_path):
    def _load(name):
        path = write(tmp_path, "r.csv", csv_text(f"1,{name},RPT-1,2025-03-01,Open,,Text,"))
        return import_register(register, path, mapping(tmp_path, STRICT), who())

    return _load


def test_an_alias_is_kept_and_used(register, load):
    organizations(register, "WTA", "FB")
    refused = load("Water Authority of Ruritania")
    assert refused.is_stopped
    assert "tracker org alias add" in refused.problems[0].remedy
    assert add_aliases(register, "wta", ["Water Authority of Ruritania", "Wasseramt"], who()) == 2
    assert [(alias.code, alias.name) for alias in list_aliases(register)] == [
        ("WTA", "Wasseramt"),
        ("WTA", "Water Authority of Ruritania"),
    ]
    assert load("water authority of ruritania").outcome.created == ["RPT-1/R1 WTA"]


def test_adding_twice_changes_nothing_and_two_owners_are_refused(register):
    organizations(register, "WTA", "FB")
    assert add_aliases(register, "WTA", ["Wasseramt", "WASSERAMT"], who()) == 1
    assert add_aliases(register, "WTA", ["wasseramt"], who()) == 0
    with pytest.raises(BadDataError, match="means WTA already"):
        add_aliases(register, "FB", ["Feuerwehr", "Wasseramt"], who())
    assert [alias.name for alias in list_aliases(register)] == ["Wasseramt"]


def test_a_name_or_code_of_another_is_no_alias(register):
    organizations(register, "WTA", "FB")
    with pytest.raises(BadDataError, match="means FB already"):
        add_aliases(register, "WTA", ["fb"], who())
    with pytest.raises(BadDataError, match="empty"):
        add_aliases(register, "WTA", [" . "], who())
    with pytest.raises(UnknownNameError):
        add_aliases(register, "XYZ", ["something"], who())


def test_a_decision_can_be_taken_back(register, load):
    organizations(register, "WTA")
    add_aliases(register, "WTA", ["Wasseramt"], who())
    assert forget_alias(register, "WASSERAMT", who()) == "WTA"
    assert load("Wasseramt").is_stopped
    with pytest.raises(UnknownNameError, match="no organization has the alias"):
        forget_alias(register, "Wasseramt", who())


def test_what_is_alike_is_proposed_and_never_taken(register, load):
    organizations(register, "UNODC", "UNESCO")
    result = load("The UNESCO organisation")
    assert result.is_stopped
    assert "Did you mean UNESCO" in result.problems[0].remedy
    assert most_alike("UNESCO", {"UNODC": "UNODC", "WFP": "WFP"}) is None
