"""`tracker undo` takes back one's own last command, and never an older one in its place."""

import json

import pytest
from answers import ok


@pytest.fixture
def accepted(filled):
    """R1 is accepted, by officer."""
    ok(filled("update", "R1", "WHO", "--to", "accepted"))
    return filled


def acceptance(run):
    return json.loads(ok(run("show", "R1", "WHO", "--json")).stdout)["acceptance"]


def two_more_notes(folder):
    """On 502 and 503, with the words of the one on 501."""
    words = (folder / "A_80_501_Add.1.txt").read_text(encoding="utf-8")
    files = [folder / f"A_80_{number}_Add.1.txt" for number in ("502", "503")]
    for file, number in zip(files, ("502", "503"), strict=True):
        file.write_text(words.replace("80/501", f"80/{number}"), encoding="utf-8")
    return files


OTHERS = [
    (["link", "add", "R2", "waits-for", "R1"], "tracker link remove"),
    (["document", "edit", "501", "--title", "T"], "tracker document edit"),
    (["document", "set", "R2", "--impact", "a"], "tracker document set"),
    (["org", "add", "FAO", "--name", "Food"], "tracker org edit"),
    (["org", "alias", "add", "WHO", "The WHO"], "tracker org alias drop"),
    (["officer", "add", "WHO", "--post", "focal-point", "--name", "Ann", "--email", "a@b.org"], "tracker officer end"),
    (["view", "save", "late", "--overdue"], "tracker view drop"),
]


@pytest.mark.parametrize(("words", "way"), OTHERS, ids=lambda value: " ".join(value[:2]) if value[0] != "t" else "")
def test_what_wrote_nothing_about_follow_ups_is_named_and_nothing_older_goes(accepted, words, way):
    ok(accepted(*words))
    done = accepted("undo")
    assert done.exit_code == 1
    assert f"the last command of officer was “tracker {words[0]} {words[1]}" in done.stderr
    assert way in done.stderr
    assert done.stderr.count("\n") == 1
    assert acceptance(accepted) == "accepted"


def test_what_came_before_a_command_that_undo_does_not_take_back_is_named_and_goes_when_it_is_asked_for(accepted):
    ok(accepted("view", "save", "late", "--overdue"))
    ok(accepted("--actor", "second", "update", "R2", "WHO", "--to", "accepted"))
    number = json.loads(accepted("history", "R1", "WHO", "--json").stdout)[-1]["batch"]
    assert (
        f"The command before it, “tracker update R1 WHO --to accepted”, can be taken back with: tracker undo --batch {number}.\n"
        in (accepted("undo").stderr)
    )
    assert "nothing was written" in ok(accepted("undo", "--batch", str(number), "--dry-run")).stderr
    assert acceptance(accepted) == "accepted"
    assert "was written by officer." in accepted("--actor", "second", "undo", "--batch", str(number)).stderr
    assert "Takes back: tracker update R1 WHO" in ok(accepted("undo", "--batch", str(number))).stderr
    assert acceptance(accepted) == "no-information"
    again = accepted("undo", "--batch", str(number))
    assert (again.exit_code, "wrote nothing that still stands" in again.stderr) == (1, True)


def batch_of(run, ref):
    return json.loads(run("history", ref, "WHO", "--json").stdout)[-1]["batch"]


def test_an_earlier_command_on_which_others_rest_is_not_named_as_one_that_goes(accepted):
    ok(accepted("update", "R2", "WHO", "--to", "accepted"))
    goes = batch_of(accepted, "R2")
    ok(accepted("--actor", "second", "update", "R1", "WHO", "--to", "in-progress"))
    ok(accepted("view", "save", "late", "--overdue"))
    assert (
        f"“tracker update R2 WHO --to accepted”, can be taken back with: tracker undo --batch {goes}.\n"
        in accepted("undo").stderr
    )
    ok(accepted("--actor", "second", "update", "R2", "WHO", "--to", "in-progress"))
    ok(accepted("update", "R1", "WHO", "--note", "a call"))
    goes = batch_of(accepted, "R1")
    ok(accepted("update", "R2", "WHO", "--to", "implemented", "--note", "done"))
    ok(accepted("--actor", "second", "update", "R2", "WHO", "--to", "verified"))
    ok(accepted("view", "save", "later", "--overdue"))
    said = accepted("undo").stderr
    assert "The command before it, “tracker update R2 WHO --to implemented --note done”, cannot be taken back: " in said
    assert "(verified on " in said
    assert (
        f"“tracker update R1 WHO --note 'a call'” before that can be taken back with: tracker undo --batch {goes}.\n"
        in said
    )
    assert said.count("--batch") == 1
    ok(accepted("undo", "--batch", str(goes)))


def test_where_no_earlier_command_goes_that_is_said_with_what_keeps_the_last(accepted):
    ok(accepted("--actor", "second", "update", "R1", "WHO", "--to", "in-progress"))
    ok(accepted("view", "save", "late", "--overdue"))
    said = accepted("undo").stderr
    assert "“tracker update R1 WHO --to accepted”, cannot be taken back: A/80/501/R1 WHO: entry " in said
    assert "(in-progress on " in said
    assert said.endswith("Nor can 1 command before that be taken back.\n"), "the import is his, too"
    assert "--batch" not in said
    assert said.count("\n") == 1


def test_a_command_that_others_rest_on_is_not_taken_back_by_its_number_either(accepted):
    number = json.loads(accepted("history", "R1", "WHO", "--json").stdout)[-1]["batch"]
    ok(accepted("update", "R1", "WHO", "--to", "in-progress"))
    done = accepted("undo", "--batch", str(number))
    assert done.exit_code == 1
    assert "in-progress" in done.stderr
    assert acceptance(accepted) == "accepted"


def test_a_number_that_no_batch_has_is_told(accepted):
    done = accepted("undo", "--batch", "999")
    assert (done.exit_code, done.stderr.startswith("tracker: there is no batch 999.")) == (1, True)


def test_an_import_of_several_files_goes_as_a_whole_by_the_number_of_any(accepted, tmp_path):
    files = two_more_notes(tmp_path)
    ok(accepted("import", *map(str, files)))
    number = json.loads(accepted("history", "502/R1", "WHO", "--json").stdout)[-1]["batch"]
    ok(accepted("update", "501/R2", "WHO", "--to", "accepted"))
    ok(accepted("undo", "--batch", str(number)))
    assert {item["report"] for item in json.loads(accepted("list", "--json").stdout)} == {"A/80/501"}


def test_a_backup_changes_nothing_and_is_passed_over(accepted, tmp_path):
    ok(accepted("db", "backup", str(tmp_path / "b.zip")))
    ok(accepted("undo"))
    assert acceptance(accepted) == "no-information"


def test_a_correction_is_a_command_and_stays(accepted, rows):
    ok(accepted("update", "R2", "WHO", "--to", "accepted"))
    entry = json.loads(accepted("history", "R2", "WHO", "--json").stdout)[-1]["entry"]
    ok(accepted("correct", "R2", "WHO", str(entry), "--note", "wrong row"))
    done = accepted("undo")
    assert done.exit_code == 1
    assert "was “tracker correct R2 WHO" in done.stderr
    assert acceptance(accepted) == "accepted"


def test_an_organization_that_a_correction_took_out_is_asked_again_as_undo_says(filled, rows, tmp_path):
    entry = json.loads(filled("history", "R2", "WHO", "--json").stdout)[0]["entry"]
    ok(filled("correct", "R2", "WHO", str(entry), "--note", "not asked"))
    assert "A/80/501/R2" not in rows()
    assert "is asked again once the document is imported again." in filled("undo").stderr
    ok(filled("import", str(tmp_path / "A_80_501_Add.1.txt")))
    assert "A/80/501/R2" in rows()


def test_the_actor_is_the_same_in_any_case_and_nobody_else(accepted):
    ok(accepted("--actor", "second", "update", "R2", "WHO", "--to", "accepted"))
    ok(accepted("--actor", "OFFICER", "undo"))
    assert acceptance(accepted) == "no-information"


def test_a_name_is_recorded_in_one_spelling_however_it_is_typed(accepted):
    ok(
        accepted(
            "--actor", "Jose\N{COMBINING ACUTE ACCENT}\N{ZERO WIDTH SPACE}", "update", "R2", "WHO", "--note", "by him"
        )
    )
    assert json.loads(accepted("history", "R2", "WHO", "--json").stdout)[-1]["actor"] == "José"
    ok(accepted("--actor", "\N{FULLWIDTH LATIN SMALL LETTER J}osé", "undo"))
    assert "--actor is empty" in accepted("--actor", "\N{ZERO WIDTH SPACE}", "undo").stderr


def test_an_import_taken_back_says_what_stays_of_it(filled, tmp_path):
    done = ok(filled("undo"))
    assert "A/80/501 stays in: tracker document list. It is followed up again once it is imported again." in done.stderr
    assert json.loads(filled("list", "--json").stdout) == []
    assert [item["report"] for item in json.loads(filled("document", "list", "--json").stdout)] == ["A/80/501"]
    ok(filled("import", str(tmp_path / "A_80_501_Add.1.txt")))
    assert len(json.loads(filled("list", "--json").stdout)) == 2


def test_an_import_of_several_files_is_taken_back_as_a_whole(accepted, tmp_path):
    files = two_more_notes(tmp_path)
    ok(accepted("import", *map(str, files)))
    assert len(json.loads(accepted("list", "--json").stdout)) == 6
    done = ok(accepted("undo"))
    assert f"Takes back: tracker import {files[0]} {files[1]}\n" in done.stderr
    assert "A/80/502, A/80/503 stay in: tracker document list" in done.stderr
    assert len(json.loads(accepted("list", "--json").stdout)) == 2
    assert "update R1 WHO --to accepted" in ok(accepted("undo")).stderr, "the command before it is the next"


def test_an_import_of_which_the_first_file_only_reworded_is_taken_back_as_far_as_it_made_anything(accepted, tmp_path):
    reworded = tmp_path / "A_80_501_Add.1.txt"
    reworded.write_text(reworded.read_text(encoding="utf-8").replace("once a year", "twice a year"), encoding="utf-8")
    done = ok(accepted("import", str(reworded), str(two_more_notes(tmp_path)[0])))
    assert len(json.loads(accepted("list", "--json").stdout)) == 4, done.stderr
    ok(accepted("undo"))
    assert {item["report"] for item in json.loads(accepted("list", "--json").stdout)} == {"A/80/501"}


def test_files_of_one_command_that_are_called_alike_are_taken_back_together(accepted, tmp_path):
    text = (tmp_path / "A_80_501_Add.1.txt").read_text(encoding="utf-8")
    files = [tmp_path / folder / "the note.txt" for folder in ("second", "third")]
    for file, number in zip(files, ("502", "503"), strict=True):
        file.parent.mkdir()
        file.write_text(text.replace("80/501", f"80/{number}"), encoding="utf-8")
    ok(accepted("import", *map(str, files)))
    ok(accepted("undo"))
    assert {item["report"] for item in json.loads(accepted("list", "--json").stdout)} == {"A/80/501"}
    assert "update R1 WHO --to accepted" in ok(accepted("undo", "--dry-run")).stderr


def test_words_that_an_import_changed_stay_and_are_named(accepted, tmp_path):
    note = tmp_path / "A_80_501_Add.1.txt"
    note.write_text(note.read_text(encoding="utf-8").replace("list of things", "list of all"), encoding="utf-8")
    ok(accepted("org", "add", "FAO", "--name", "Food"))
    ok(accepted("import", str(note)))
    done = ok(accepted("undo"))
    assert "What the document says of A/80/501/R1 stays as it was changed." in done.stderr
    assert "list of all" in accepted("show", "R1", "WHO").stdout
