"""What `tracker update`, `correct` and `undo` say of what they did, and how they may be called."""

import json

import pytest
import register_files
from answers import ok


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("--all --to accepted", "--all without a filter would change everything. Narrow it, as with --org WHO."),
        ("R1 --all --open --to accepted", "--all takes filters, not a reference. Give REF ORG without --all"),
        ("--open --to accepted", "filters go with --all. Write: tracker update --all --org WHO --to STATUS."),
        ("R1 WHO --open --to accepted", "filters go with --all. Write: tracker update R1 WHO --to STATUS."),
        ("R1 --org WHO --to accepted", "filters go with --all. Write: tracker update R1 WHO --to STATUS."),
        ("R1 WHO --acceptance accepted", "filters go with --all. Write: tracker update R1 WHO --to accepted."),
        ("R1 WHO Accepted", "“Accepted” is a status, not an organization. Write --to accepted."),
        ("R1 --to accepted", "a recommendation and at least one organization are needed."),
        ("--to accepted", "a recommendation and at least one organization are needed."),
    ],
)
def test_an_update_is_of_what_is_named_or_of_what_filters_find(filled, rows, words, says):
    done = filled("update", *words.split(), "--yes")
    assert (done.exit_code, says in done.stderr) == (2, True), done.stderr
    assert {row["acceptance"] for row in rows().values()} == {"no-information"}


def test_codes_with_a_comma_between_them_are_taken_apart(filled):
    said = (
        "there is no organization WHO,FAO in the register. Give each code by itself, as in WHO FAO or --org WHO --org"
    )
    for words in ("update R1 WHO,FAO --to accepted", "list --org WHO,FAO"):
        done = filled(*words.split())
        assert (done.exit_code, said in done.stderr) == (1, True), done.stderr


def test_a_note_is_told_where_it_is_all_that_was_said(filled):
    said = ok(filled("update", "R1", "WHO", "--to", "accepted", "--due", "2099-06-30", "--note", "by letter")).stderr
    assert said.splitlines() == [
        "A/80/501/R1 WHO: due: 2099-06-30",
        "A/80/501/R1 WHO: acceptance: no-information → accepted",
        "1 follow-up changed.",
    ]
    said = ok(filled("update", "R1", "WHO", "--note", "a\nremark")).stderr
    assert said.splitlines() == ["A/80/501/R1 WHO: note: a remark", "1 follow-up changed."]
    said = ok(filled("update", "R1", "WHO", "--to", "accepted", "--note", "once more", "--dry-run")).stderr
    assert said.splitlines() == [
        "A/80/501/R1 WHO: acceptance: still accepted: once more",
        "0 follow-ups would be changed, 1 confirmed; nothing was written.",
    ]
    said = ok(filled("update", "R1", "WHO", "--to", "accepted")).stderr
    assert said.splitlines()[0] == "A/80/501/R1 WHO: acceptance: still accepted"


@pytest.mark.parametrize(
    ("words", "question"),
    [
        ("--to accepted", "Change 1 follow-up, and confirm 1 as before?"),
        ("--to under-consideration --on 2025-02-01", "Change 1 follow-up, and enter 1 for an earlier day?"),
        ("--to not-accepted --note no", "Change 2 follow-ups?"),
    ],
)
def test_what_a_bulk_update_would_do_is_shown_before_it_is_asked_about(filled, rows, monkeypatch, words, question):
    ok(filled("update", "R1", "WHO", "--to", "accepted", "--on", "2025-03-01"))
    asked = []
    monkeypatch.setattr("tracker.commands.updates.agreed", lambda words, **_: asked.append(words))
    before = rows()
    done = filled("update", "--all", "--org", "WHO", *words.split())
    assert (done.exit_code, asked, done.stderr.endswith("Nothing was changed.\n")) == (1, [question], True)
    assert "A/80/501/R2 WHO: acceptance: no-information → " in done.stderr
    assert rows() == before


def test_a_correction_says_what_it_took_back_and_needs_a_reason(filled, rows):
    ok(filled("update", "R1", "WHO", "--to", "accepted"))
    entry = str(json.loads(filled("history", "R1", "WHO", "--json").stdout)[-1]["entry"])
    for blank in ("", " "):
        done = filled("correct", "R1", "WHO", entry, "--note", blank)
        assert (done.exit_code, "a correction needs a note. Say with --note why" in done.stderr) == (2, True)
    tried = ok(filled("correct", "R1", "WHO", entry, "--note", "not theirs", "--dry-run"))
    assert tried.stderr.splitlines() == [
        f"A/80/501/R1 WHO: took back entry {entry}: acceptance accepted",
        "1 follow-up would be changed; nothing was written.",
    ]
    assert rows()["A/80/501/R1"]["acceptance"] == "accepted"
    done = ok(filled("correct", "R1", "WHO", entry, "--note", "not theirs", "--json"))
    answer = json.loads(done.stdout)
    assert (answer["dry_run"], len(answer["changed"]), done.stderr) == (False, 1, "")
    assert rows()["A/80/501/R1"]["acceptance"] == "no-information"


def test_organizations_that_a_register_brought_and_undo_leaves_without_anything_are_named(run, tmp_path):
    rows = [f"{number},{code},RPT-1,2025-03-01,,,Check the valves.," for number, code in ((1, "WHO"), (2, "FAO"))]
    table = register_files.write(tmp_path, "r.csv", register_files.csv_text(*rows))
    mapping = tmp_path / "mapping.toml"
    mapping.write_text(register_files.MAPPING, encoding="utf-8")
    ok(run("import", str(table), "--as", "register", "--mapping", str(mapping)))
    said = " ".join(ok(run("undo")).stderr.split())
    assert "RPT-1 stays in: tracker document list. It is followed up again once it is imported again." in said
    assert said.endswith(
        "FAO, WHO: still registered, without any follow-up. The next note is addressed to them too, unless they leave: "
        "tracker org edit CODE --left DATE."
    )
