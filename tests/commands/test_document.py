"""`tracker document`: what a document left open is said by the office."""

import json
from datetime import date


def test_where_verification_is_asked_for_implemented_is_not_settled(filled, rows):
    filled("update", "R1", "WHO", "--to", "accepted")
    filled("update", "R1", "WHO", "--to", "implemented", "--note", "list kept")
    assert rows()["A/80/501/R1"]["open"] is False
    assert filled("document", "edit", "501", "--verification").exit_code == 0
    assert rows()["A/80/501/R1"]["open"] is True
    assert rows("--as-of", str(date.today()))["A/80/501/R1"]["open"] is True
    filled("--actor", "second", "update", "R1", "WHO", "--to", "verified")
    assert rows()["A/80/501/R1"]["open"] is False


def test_a_further_symbol_names_the_same_report(filled, rows):
    assert filled("document", "edit", "501", "--also", "JIU/REP/2024/9").exit_code == 0
    shown = json.loads(filled("show", "rep/2024/9/r2", "who", "--json").stdout)
    assert shown["ref"] == "A/80/501/R2"
    found = json.loads(filled("document", "list", "--json").stdout)
    assert [item["symbol"] for item in found[0]["symbols"]] == ["A/80/501", "A/80/501/Add.1", "JIU/REP/2024/9"]


def test_addressee_and_impact_can_be_set(filled, rows):
    assert filled("document", "set", "R1", "--addressee", "legislative-body", "--impact", "e").exit_code == 0
    row = rows()["A/80/501/R1"]
    assert (row["addressee"], row["impact"]) == ("legislative-body", "e")


def test_a_stance_that_the_comments_leave_unclear_can_be_set(filled, rows):
    done = filled("document", "set", "R1", "--stance", "mixed")
    assert done.exit_code == 0, done.stderr
    assert done.stderr == "A/80/501/R1: executive-head, stance mixed.\n"
    assert rows()["A/80/501/R1"]["stance"] == "mixed"
    assert json.loads(filled("document", "set", "R1", "--impact", "e", "--json").stdout)["stance"] == "mixed"


def test_an_impact_is_looked_for_by_its_letter(filled):
    assert filled("document", "set", "R1", "--impact", "a,F/a-i").exit_code == 0
    for typed in ("f", "F", "a/a-i", "a,f/a-i"):
        found = json.loads(filled("list", "--impact", typed, "--json").stdout)
        assert {row["ref"] for row in found} == {"A/80/501/R1"}
    refused = filled("list", "--impact", "g")
    assert refused.exit_code == 1
    assert "no recommendation has the impact g. There are a,f/a-i." in refused.stderr


def test_what_is_no_impact_is_a_mistake_in_the_command(filled):
    refused = filled("document", "set", "R1", "--impact", "zz top")
    assert refused.exit_code == 2
    assert "“zz top” is not an impact" in refused.stderr
