"""`tracker review`: every prompt a line, nothing written until confirmed, resumed where one stopped."""

import json


def test_decisions_are_written_together_after_a_yes(filled, rows):
    done = filled("review", "WHO", input="a\nby letter\n2026-12\nn\ntoo dear\ny\n")
    assert done.exit_code == 0, done.stderr
    found = rows()
    assert (found["A/80/501/R1"]["acceptance"], found["A/80/501/R1"]["due_on"]) == ("accepted", "2026-12-31")
    assert (found["A/80/501/R2"]["acceptance"], found["A/80/501/R2"]["note"]) == ("not-accepted", "too dear")
    assert len({line["batch"] for line in json.loads(filled("history", "R1", "--json").stdout)}) == 2


def test_nothing_is_written_without_the_yes(filled, rows):
    done = filled("review", "WHO", input="a\n\n\nq\nn\n")
    assert done.exit_code == 0
    assert "Nothing was written" in done.stderr
    assert rows()["A/80/501/R1"]["acceptance"] == "no-information"


def test_what_was_kept_is_gone_on_with(filled, rows):
    assert "Kept for later" in filled("review", "WHO", input="a\n\n\nq\nk\n").stderr
    again = filled("review", "who", input="a\n\n\ny\n")
    assert "Going on from last time" in again.stderr
    assert "2 of 2: A/80/501/R2" in again.stderr
    assert "1 of 2" not in again.stderr
    assert {row["acceptance"] for row in rows().values()} == {"accepted"}


def test_an_end_of_input_keeps_the_decisions(filled):
    done = filled("review", "WHO", input="a\n\n\n")
    assert done.exit_code == 0
    assert "Kept for later" in done.stderr


def test_a_needed_note_is_insisted_on_and_a_strange_key_changes_nothing(filled):
    done = filled("review", "WHO", input="z\nn\n\nb\nq\n")
    assert "“z” means nothing here." in done.stderr
    assert "not-accepted needs a note" in done.stderr
    assert "Nothing was decided" in done.stderr


def test_a_row_that_somebody_changed_meanwhile_is_refused(filled, rows):
    filled("review", "WHO", input="a\n\n\nq\nk\n")
    filled("update", "R1", "WHO", "--to", "under-consideration")
    done = filled("review", "WHO", input="q\ny\n")
    assert done.exit_code == 1
    assert "A/80/501/R1 WHO: somebody changed it meanwhile; review it again." in done.stderr
    assert rows()["A/80/501/R1"]["acceptance"] == "under-consideration"


def test_only_moves_of_the_table_are_offered(filled):
    shown = filled("review", "WHO", input="q\n").stderr
    assert "a accepted" in shown
    assert "in-progress" not in shown
    assert "verified" not in shown


def test_nothing_open_is_said(filled):
    filled("update", "--all", "--org", "WHO", "--to", "not-relevant", "--note", "no", "--yes")
    done = filled("review", "WHO")
    assert done.exit_code == 1
    assert "nothing is open for WHO." in done.stderr


def test_the_queue_of_claims_is_verified_by_another_person(filled, rows):
    filled("update", "R1", "WHO", "--to", "accepted")
    filled("update", "R1", "WHO", "--to", "implemented", "--note", "list kept")
    own = filled("review", "--claims", input="q\n").stderr
    assert "1 of 1: A/80/501/R1 WHO" in own
    assert "y verified" not in own, "four eyes: the one who reported it may not verify it"
    done = filled("--actor", "second", "review", "--claims", input="y\n\ny\n")
    assert done.exit_code == 0, done.stderr
    assert rows()["A/80/501/R1"]["verification"] == "verified"
    assert filled("review", "--claims").exit_code == 1
    assert filled("review").exit_code == 2
