"""`import --as register`, `--guess`, `reconcile`, `org alias`: words in, words and JSON out."""

from __future__ import annotations

import json

import pytest
from register_files import ROWS, csv_text, mapping, write


@pytest.fixture
def files(tmp_path):
    return str(write(tmp_path, "r.csv", csv_text())), str(mapping(tmp_path))


def test_import_a_register_as_json(run, files):
    done = run("import", files[0], "--as", "register", "--mapping", files[1], "--json")
    assert done.exit_code == 0
    content = json.loads(done.stdout)
    assert {name: content[name] for name in ("kind", "created", "updated", "unchanged", "missing", "refused")} == {
        "kind": "register",
        "created": 3,
        "updated": 0,
        "unchanged": 0,
        "missing": 0,
        "refused": 0,
    }
    assert content["lists"]["created"][0] == "RPT-1/R001-25 WTA"
    listed = json.loads(run("list", "--json").stdout)
    assert [item["organization"] for item in listed] == ["WTA", "WTA", "FIRE-BOARD"]


def test_import_for_people_lists_what_is_asked_for(run, files, tmp_path):
    run("import", files[0], "--as", "register", "--mapping", files[1])
    shorter = str(write(tmp_path, "s.csv", csv_text(*ROWS[:2])))
    done = run("import", shorter, "--as", "register", "--mapping", files[1], "--list", "missing")
    assert done.stdout == "RPT-2/R003-25 FIRE-BOARD\n"
    assert "0 updated, 2 unchanged, 1 missing" in done.stderr


def test_refused_rows_exit_with_1_and_nothing_written_or_with_3(run, files, tmp_path):
    bad = str(write(tmp_path, "bad.csv", csv_text(ROWS[0], ROWS[1].replace("2025-09-30", "30/09/25"))))
    done = run("import", bad, "--as", "register", "--mapping", files[1])
    assert done.exit_code == 1
    assert "bad.csv, row 3, column Closed" in done.stderr
    assert json.loads(run("list", "--json").stdout) == []
    assert run("import", bad, "--as", "register", "--mapping", files[1], "--keep-going").exit_code == 3
    assert len(json.loads(run("list", "--json").stdout)) == 1


def test_of_two_registers_of_which_the_second_is_refused_the_first_is_told_and_not_denied(run, files, tmp_path):
    bad = str(write(tmp_path, "bad.csv", csv_text(ROWS[1].replace("2025-09-30", "30/09/25"))))
    for second in (bad, str(tmp_path / "none.csv")):
        done = run("import", files[0], second, "--as", "register", "--mapping", files[1], "--json")
        assert done.exit_code == (3 if second == bad else 1), "the second time the first has nothing to write"
        said = json.loads(done.stdout)
        assert [item["refused"] for item in said] == ([0, 1] if second == bad else [0])
    assert len(json.loads(run("list", "--json").stdout)) == 3


def test_wrong_calls_are_usage_errors(run, files):
    assert run("import", files[0], "--as", "register").exit_code == 2
    assert run("import", files[0], "--as", "register", "--mapping", files[1], "--list", "all").exit_code == 2
    assert run("import", files[0], "--as", "answers").exit_code == 2
    assert run("import", files[0], "--as", "poem").exit_code == 2
    assert run("import", files[0], "--as", "register", "--mapping", "nowhere.toml").exit_code == 1


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--mapping", "m.toml"), "--mapping cannot be used with --as note. It goes with --as register."),
        (("--keep-going",), "--keep-going cannot be used with --as note. It goes with --as register or --as return."),
        (("--as", "register", "--report", "A/1"), "It goes with --as note or --as answers."),
        (("--as", "export", "--org", "WHO"), "--org cannot be used with --as export."),
    ],
)
def test_an_option_that_means_nothing_for_such_files_is_refused(run, files, words, says):
    done = run("import", files[0], *words)
    assert (done.exit_code, done.stdout) == (2, "")
    assert says in done.stderr


def test_recommendations_of_a_report_without_a_date_of_issue_can_be_linked(run, files, tmp_path):
    undated = str(write(tmp_path, "u.csv", csv_text("1,WTA,RPT-1,,Open,,Dig.,", "2,WTA,RPT-1,,Open,,Fill.,")))
    run("import", undated, "--as", "register", "--mapping", files[1])
    assert run("link", "add", "RPT-1/R2", "waits-for", "RPT-1/R1", "--on", "2020-01-01").exit_code == 0


def test_guess_is_refused_where_a_mapping_is_given(run, files):
    done = run("import", files[0], "--as", "register", "--guess", "--mapping", files[1])
    assert done.exit_code == 2
    assert "it proposes a mapping, and one is given" in done.stderr


def test_guess_prints_a_mapping_and_changes_nothing(run, files):
    done = run("import", files[0], "--as", "register", "--guess")
    assert done.exit_code == 0
    assert done.stdout.startswith("# Proposed by: tracker import r.csv")
    assert 'organization = "To"' in done.stdout


def test_reconcile_for_people_and_programs(run, files, tmp_path):
    run("import", files[0], "--as", "register", "--mapping", files[1])
    theirs = str(write(tmp_path, "t.csv", csv_text(ROWS[0].replace("Open", "Withdrawn"), ROWS[1])))
    done = run("reconcile", theirs, "--mapping", files[1])
    assert done.exit_code == 0
    assert "news" in done.stdout
    assert "1 agree, 0 conflict, 1 news" in done.stderr
    content = json.loads(run("reconcile", theirs, "--mapping", files[1], "--json").stdout)
    assert content["only_here"] == ["RPT-2/R003-25 FIRE-BOARD"]
    assert content["news"][0]["they_mean"] == {"acceptance": "not-relevant"}


def test_aliases(run):
    run("org", "add", "WTA", "--name", "Water Authority")
    assert run("org", "alias", "add", "WTA", "Wasseramt").exit_code == 0
    assert json.loads(run("org", "alias", "list", "--json").stdout) == [{"organization": "WTA", "name": "Wasseramt"}]
    assert run("org", "alias", "drop", "Wasseramt").exit_code == 0
    assert run("org", "alias", "drop", "Wasseramt").exit_code == 1


def test_answers_come_in(run, tmp_path):
    run("org", "add", "RUR", "--name", "Ruritania")
    text = "A/HRC/99/7/Add.1\n\n1. Ruritania accepts recommendations 52.1–52.3 and notes recommendation 52.4.\n"
    addendum = str(write(tmp_path, "add.txt", text))
    done = run("import", addendum, "--as", "answers", "--org", "RUR", "--json")
    assert done.exit_code == 0
    content = json.loads(done.stdout)
    assert content["report"] == "A/HRC/99/7"
    assert content["positions"] == {"accepted": 3, "not-accepted": 1}
    shown = run("import", addendum, "--as", "answers", "--org", "RUR", "--dry-run").stdout.splitlines()
    assert [line.split("\t")[:2] for line in shown[1:]] == [
        *([number, "accepted"] for number in ("52.1", "52.2", "52.3")),
        ["52.4", "not-accepted"],
    ]
    assert content["created"] == 4


def test_organizations_that_came_in_by_name_are_named_and_so_is_what_to_do_if_one_was_only_renamed(
    run, files, tmp_path
):
    rows = csv_text("003/25,Fire Service,RPT-2,2025-04-01,Open,,Buy hoses.,")
    args = ("import", str(write(tmp_path, "new.csv", rows)), "--as", "register", "--mapping", files[1])
    assert run("import", files[0], *args[2:]).stderr.count("under a new name") == 0
    done = run(*args, "--dry-run")
    assert "1 organization would be registered by name: FIRE-SERVICE." in done.stderr
    assert "under a new name, say so, and import again: tracker org alias add CODE NAME." in done.stderr
