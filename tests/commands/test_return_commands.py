"""`tracker return` and `tracker import --as return` as they are typed."""

from __future__ import annotations

import json
import re
from email.message import EmailMessage

import pytest
from filled_returns import answers_of, edit, fill, place
from terminals import on_a_terminal

from tracker.domain.returns import Field

NOTE = "Executive heads should do this."


@pytest.fixture
def desk(run, tmp_path, monkeypatch):
    """A register with one report of two recommendations, and a folder to work in."""
    monkeypatch.chdir(tmp_path)
    import builders as b

    from tracker.store.database.engine import database_url, open_engine
    from tracker.store.unit import Register

    engine = open_engine(database_url(str(tmp_path / "register.db")))
    register = Register(engine)
    b.organizations(register, "WHO", "FAO")
    b.report(register)
    engine.dispose()
    return run


def answered(tmp_path, said, name="who.xlsx"):
    path = tmp_path / name
    path.write_bytes(fill(path.read_bytes(), said))
    return path


@pytest.fixture
def made(desk, tmp_path):
    assert desk("return", "make", "WHO", "--out", "who.xlsx").exit_code == 0
    return tmp_path / "who.xlsx"


def mailed(made, tmp_path, text=None):
    """The return in a mail of a stranger, in the folder `mails`."""
    message = EmailMessage()
    if text is not None:
        message.set_content(text)
    message["From"], message["Subject"], message["Message-ID"] = "x@example.com", "answers", "<1@example.com>"
    message.add_attachment(made.read_bytes(), maintype="application", subtype="x", filename="who.xlsx")
    (tmp_path / "mails").mkdir()
    (tmp_path / "mails" / "1.eml").write_bytes(message.as_bytes())


def test_make_names_the_file_itself(desk, tmp_path):
    done = desk("return", "make", "who", "--json")
    said = json.loads(done.stdout)
    assert said["file"].startswith("return-who-")
    assert (tmp_path / said["file"]).stat().st_size == said["bytes"]


def test_a_return_that_was_filled_in_is_not_written_over(desk, made, tmp_path):
    filled = answered(tmp_path, {"A/80/501/R1": {Field.NOTE: "On it"}}).read_bytes()
    done = desk("return", "make", "WHO", "--out", "who.xlsx")
    assert (done.exit_code, made.read_bytes() == filled) == (1, True)
    assert "who.xlsx: it exists already, and answers may be in it. Give another name with --out; or" in done.stderr


def test_nor_is_the_default_name_or_any_other_file(desk, tmp_path):
    name = json.loads(desk("return", "make", "WHO", "--json").stdout)["file"]
    answered(tmp_path, {"A/80/501/R1": {Field.ACCEPTANCE: "Accepted"}}, name)
    assert desk("return", "make", "WHO").exit_code == 1
    (tmp_path / "mine.xlsx").write_text("mine")
    assert desk("return", "make", "WHO", "--out", "mine.xlsx").exit_code == 1
    assert (tmp_path / "mine.xlsx").read_text() == "mine"


def test_one_in_which_nothing_was_filled_in_is_made_anew(desk, made):
    first = made.read_bytes()
    assert desk("update", "R1", "WHO", "--to", "accepted").exit_code == 0
    assert desk("return", "make", "WHO", "--out", "who.xlsx").exit_code == 0
    assert made.read_bytes() != first


def test_what_stands_beside_the_answers_is_told_before_anything_is_written_and_never_written_over(desk, made, tmp_path):
    made.write_bytes(
        edit(made.read_bytes(), lambda book: book.create_sheet("Remarks").__setitem__("A1", "We refuse R1."))
    )
    done = desk("return", "read", "who.xlsx", "--dry-run")
    assert "Not read: who.xlsx, Remarks, A1: the sheet, which is none of the return’s" in done.stderr
    said = json.loads(desk("return", "read", "who.xlsx", "--dry-run", "--json").stdout)
    assert said["unread"][0]["where"] == "who.xlsx, Remarks, A1"
    assert desk("return", "make", "WHO", "--out", "who.xlsx").exit_code == 1


def test_a_return_is_shown_and_written_with_yes(desk, made, tmp_path):
    answered(tmp_path, {"A/80/501/R1": {Field.ACCEPTANCE: "Accepted", Field.NOTE: "Yes"}})
    shown = desk("return", "read", "who.xlsx", "--dry-run")
    assert shown.exit_code == 0
    assert shown.stdout.splitlines()[1] == "row 7\tA/80/501/R1\tchanged\tacceptance: no-information → accepted\tYes"
    assert "1 row to write, 0 refused, 1 left empty." in shown.stderr
    written = desk("return", "read", "who.xlsx", "--yes", "--json")
    said = json.loads(written.stdout)
    assert (said["written"], said["changed"], said["refused"], said["kind"]) == (True, 1, 0, "return")
    again = json.loads(desk("return", "read", "who.xlsx", "--yes", "--json").stdout)
    assert (again["written"], again["changed"]) == (False, 0)
    assert again["read_before"]["batch"] == 3


@pytest.mark.parametrize("columns", [60, 80, 120])
def test_on_a_terminal_every_change_and_every_reason_is_whole(desk, tmp_path, sqlite_url, columns):
    assert desk("update", "R1", "WHO", "--to", "accepted", "--due", "2026-12-31").exit_code == 0
    assert desk("return", "make", "WHO", "--out", "who.xlsx").exit_code == 0
    note = "the committee has adopted its own plan, and the annex follows in March"
    said = {Field.IMPLEMENTATION: "In progress", Field.LATER: "2027-03-31", Field.NOTE: note}
    answered(tmp_path, {"A/80/501/R1": said, "A/80/501/R2": {Field.ACCEPTANCE: "Not accepted"}})
    screen = on_a_terminal(sqlite_url, "return", "read", "who.xlsx", "--dry-run", columns=columns, status=1)
    lines = screen.replace("\r\n", "\n").splitlines()
    assert max(map(len, lines)) <= columns
    told = " ".join(screen.split())
    assert "extension: requested → 2027-03-31" in told
    assert "implementation: no-information → in-progress" in told
    in_a_pipe = desk("return", "read", "who.xlsx", "--dry-run").stdout.splitlines()
    assert in_a_pipe[0] == "row\tref\toutcome\tchange\tnote or reason"
    reasons = [line.split("\t")[4] for line in in_a_pipe[1:]]
    assert reasons[0] == note
    for word in " ".join(reasons).split():
        assert word in told
    assert "…" not in told
    assert len(lines) < 20, "no strip of torn words"


def test_a_file_in_which_nothing_is_filled_in_is_told_and_not_kept(desk, made, tmp_path, monkeypatch):
    monkeypatch.setattr("tracker.commands.terminal.confirmation.is_answered", lambda: True)
    for words in ((), ("--yes",), ("--dry-run",)):
        done = desk("return", "read", "who.xlsx", *words)
        assert done.exit_code == 0
        assert done.stderr.splitlines()[1:] == [
            "Nothing is filled in: 2 rows left empty.",
            "There is nothing to write; the file is not kept.",
        ]
    assert json.loads(desk("return", "list", "--json").stdout) == []
    assert json.loads(desk("import", "who.xlsx", "--as", "return", "--json").stdout)["written"] is False


def test_one_that_came_in_with_nothing_filled_in_waits_no_longer_once_it_is_read(desk, made, tmp_path):
    mailed(made, tmp_path)
    assert desk("return", "fetch", "mails").exit_code == 0
    assert desk("return", "release", "1").exit_code == 0
    done = desk("return", "read", "1")
    assert (done.exit_code, "Nothing is filled in: 2 rows left empty." in done.stderr) == (0, True)
    assert "No row was written; the file is marked as read, and kept with the evidence." in done.stderr
    assert desk("return", "list").stdout.splitlines()[1].split("\t")[1] == "read"
    assert desk("return", "list").stdout.splitlines()[1].endswith("\tnothing is filled in")
    assert "It was read before (batch 5); nothing is left to do." in desk("return", "read", "1").stderr


def test_where_every_row_is_refused_nobody_is_asked_to_write_none(desk, made, tmp_path, monkeypatch):
    answered(tmp_path, {"A/80/501/R2": {Field.ACCEPTANCE: "Not accepted"}})
    monkeypatch.setattr("tracker.commands.terminal.confirmation.is_answered", lambda: True)
    done = desk("return", "read", "who.xlsx", input="n\n")
    assert "Mark it as read and leave 1 refused row?" in done.stderr


def test_without_a_terminal_nobody_is_asked_and_nothing_written(desk, made, tmp_path):
    answered(tmp_path, {"A/80/501/R1": {Field.ACCEPTANCE: "Accepted"}})
    done = desk("return", "read", "who.xlsx")
    assert done.exit_code == 2
    assert "Give --yes, or --dry-run" in done.stderr
    assert json.loads(desk("return", "list", "--json").stdout) == []


@pytest.mark.parametrize(("answer", "exit_code", "acceptance"), [("y", 3, "accepted"), ("n", 1, "no-information")])
def test_who_is_asked_may_leave_the_refused_rows(desk, made, tmp_path, monkeypatch, answer, exit_code, acceptance):
    answered(
        tmp_path,
        {"A/80/501/R1": {Field.ACCEPTANCE: "Accepted"}, "A/80/501/R2": {Field.ACCEPTANCE: "Not accepted"}},
    )
    monkeypatch.setattr("tracker.commands.terminal.confirmation.is_answered", lambda: True)
    done = desk("return", "read", "who.xlsx", input=f"{answer}\n")
    assert "Write 1 row and leave 1 refused row?" in done.stderr
    assert done.exit_code == exit_code
    row = json.loads(desk("show", "501/R1", "WHO", "--json").stdout)
    assert row["acceptance"] == acceptance


def test_a_row_of_an_earlier_day_says_what_became_otherwise_since(desk, tmp_path):
    for on, status in (("2026-02-02", "accepted"), ("2026-02-05", "under-consideration")):
        assert desk("update", "R1", "WHO", "--to", status, "--on", on, "--note", "by letter").exit_code == 0
    assert desk("return", "make", "WHO", "--out", "who.xlsx").exit_code == 0
    said = {Field.ACCEPTANCE: "Accepted", Field.SINCE: "2026-02-01", Field.NOTE: "Before"}
    answered(tmp_path, {"A/80/501/R1": said})
    shown = desk("return", "read", "who.xlsx", "--dry-run").stdout.splitlines()[1].split("\t")
    assert shown[2:4] == ["changed", "acceptance: no-information → accepted (since 2026-02-05: under-consideration)"]


def test_refused_rows_hold_everything_back_unless_asked_to_go_on(desk, made, tmp_path):
    answered(
        tmp_path,
        {"A/80/501/R1": {Field.ACCEPTANCE: "Accepted"}, "A/80/501/R2": {Field.ACCEPTANCE: "Not accepted"}},
    )
    done = desk("return", "read", "who.xlsx", "--yes")
    assert done.exit_code == 1
    assert "who.xlsx: 1 row refused; nothing was changed. Write the others with --keep-going" in done.stderr
    assert json.loads(desk("show", "501/R1", "WHO", "--json").stdout)["acceptance"] == "no-information"
    assert desk("return", "read", "who.xlsx", "--yes", "--keep-going").exit_code == 3
    assert json.loads(desk("show", "501/R1", "WHO", "--json").stdout)["acceptance"] == "accepted"


def test_a_row_refused_for_two_of_its_cells_counts_once_and_shows_both(desk, made, tmp_path):
    wrong = {Field.ACCEPTANCE: "Perhaps", Field.SINCE: "soon"}
    answered(tmp_path, {"A/80/501/R1": {Field.ACCEPTANCE: "Accepted"}, "A/80/501/R2": wrong})
    done = desk("return", "read", "who.xlsx", "--yes", "--keep-going")
    assert "1 row to write, 1 refused, 0 left empty." in done.stderr
    assert done.stderr.splitlines()[-1] == "tracker: 1 done, 1 refused."
    refused = [line for line in done.stdout.splitlines() if "A/80/501/R2\trefused" in line]
    assert ["Perhaps" in line for line in refused] == [True, False]
    assert "soon" in refused[1]
    assert desk("return", "list").stdout.splitlines()[1].endswith("\t1 row refused")
    said = json.loads(desk("return", "read", "who.xlsx", "--dry-run", "--json").stdout)
    assert (said["refused"], [row["outcome"] for row in said["rows"]]) == (1, ["refused", "refused", "already"])


def test_strange_rows_that_are_refused_count_by_their_numbers(desk, made, tmp_path):
    def change(book):
        sheet = answers_of(book)
        row = place(sheet, "A/80/501/R2", Field.NOTE).row
        for number in (row + 2, row + 3):
            sheet.cell(number, 1).value = "A/80/501/R9"
        sheet.merge_cells(start_row=row + 3, end_row=row + 3, start_column=3, end_column=4)

    made.write_bytes(edit(made.read_bytes(), change))
    said = json.loads(desk("return", "read", "who.xlsx", "--dry-run", "--keep-going", "--json").stdout)
    assert (said["refused"], len(said["rows"])) == (2, 3)


@pytest.mark.parametrize("command", [["return", "read", "who.xlsx"], ["import", "who.xlsx", "--as", "return"]])
def test_a_dry_run_that_keeps_going_ends_as_the_real_one_would(desk, made, tmp_path, command):
    answered(
        tmp_path,
        {"A/80/501/R1": {Field.ACCEPTANCE: "Accepted"}, "A/80/501/R2": {Field.ACCEPTANCE: "Not accepted"}},
    )
    tried = desk(*command, "--keep-going", "--dry-run")
    assert tried.exit_code == 3
    assert tried.stderr.splitlines()[-1] == "tracker: 1 would be changed, 1 refused; nothing was written."
    assert json.loads(desk("show", "501/R1", "WHO", "--json").stdout)["acceptance"] == "no-information"
    refused = desk(*command, "--dry-run")
    assert refused.exit_code == 1
    assert "Write the others with --keep-going" in refused.stderr
    assert desk("return", "read", "who.xlsx", "--yes", "--keep-going").exit_code == 3
    again = desk(*command, "--keep-going", "--dry-run")
    assert again.exit_code == 1, "of what is left nothing can be written"
    assert "1 row refused; nothing was changed. Send the file back." in again.stderr


def test_what_is_left_of_a_return_is_offered_when_it_is_read_again(desk, made, tmp_path):
    answered(
        tmp_path,
        {"A/80/501/R1": {Field.ACCEPTANCE: "Accepted"}, "A/80/501/R2": {Field.ACCEPTANCE: "Not accepted"}},
    )
    assert desk("return", "read", "who.xlsx", "--yes", "--keep-going").exit_code == 3
    assert "\tread\tWHO\t\twho.xlsx\t1 row refused\n" in desk("return", "list").stdout
    again = desk("return", "read", "who.xlsx", "--yes", "--keep-going")
    assert again.exit_code == 1
    assert "It was read before (batch 3); this is left to do:" in again.stderr
    assert "who.xlsx: 1 row refused; nothing was changed. Send the file back." in again.stderr
    assert [line.split("\t")[1:3] for line in again.stdout.splitlines()[1:]] == [["A/80/501/R2", "refused"]]
    assert desk("undo").exit_code == 0
    assert "1 row refused; 1 row taken back" in desk("return", "list").stdout
    said = json.loads(desk("return", "read", "1", "--yes", "--keep-going", "--json").stdout)
    assert (said["written"], said["changed"], said["refused"], said["read_before"]["batch"]) == (True, 1, 1, 3)


def test_import_as_return_is_the_same_road(desk, made, tmp_path):
    answered(tmp_path, {"A/80/501/R1": {Field.ACCEPTANCE: "Accepted"}})
    done = desk("import", "who.xlsx", "--as", "return", "--json")
    assert json.loads(done.stdout)["written"] is True
    refused = desk("import", "who.xlsx", "--as", "return", "--org", "FAO")
    assert refused.exit_code == 1
    assert "made for WHO, not for FAO" in refused.stderr


def test_several_returns_are_one_document_and_keep_going_reaches_the_last(desk, made, tmp_path):
    answered(
        tmp_path, {"A/80/501/R1": {Field.ACCEPTANCE: "Accepted"}, "A/80/501/R2": {Field.ACCEPTANCE: "Not accepted"}}
    )
    assert desk("return", "make", "FAO", "--out", "fao.xlsx").exit_code == 0
    answered(tmp_path, {"A/80/501/R1": {Field.ACCEPTANCE: "Accepted"}}, name="fao.xlsx")
    done = desk("import", "who.xlsx", "fao.xlsx", "--as", "return", "--keep-going", "--json")
    said = json.loads(done.stdout)
    assert [(item["organization"], item["written"], item["changed"], item["refused"]) for item in said] == [
        ("WHO", True, 1, 1),
        ("FAO", True, 1, 0),
    ]
    assert done.exit_code == 3
    assert "2 done, 1 refused" in done.stderr


def test_of_two_returns_of_which_the_second_is_refused_the_exit_status_does_not_deny_the_first(desk, made, tmp_path):
    answered(tmp_path, {"A/80/501/R1": {Field.ACCEPTANCE: "Accepted"}})
    (tmp_path / "bad.xlsx").write_bytes(b"%PDF")
    done = desk("import", "who.xlsx", "bad.xlsx", "--as", "return")
    assert done.exit_code == 3
    assert done.stderr.rstrip().endswith("What had been written by then stays; tracker undo takes it back.")
    assert desk("import", "bad.xlsx", "--as", "return").exit_code == 1


def test_a_file_that_is_no_return_is_one_sentence(desk, tmp_path):
    (tmp_path / "x.xlsx").write_bytes(b"%PDF")
    for name, why in (("x.xlsx", "is not a spreadsheet"), ("none.xlsx", "there is no such file"), (".", "is a folder")):
        done = desk("return", "read", name, "--yes")
        assert done.exit_code == 1
        assert why in done.stderr
        assert len(done.stderr.strip().splitlines()) == 1
    assert "there is no return number 7" in desk("return", "read", "7", "--yes").stderr


def test_fetch_list_release_drop(desk, made, tmp_path):
    mailed(made, tmp_path)
    said = json.loads(desk("return", "fetch", "mails", "--json").stdout)
    assert [(mail["verdict"], mail["organization"], mail["returns"]) for mail in said["mails"]] == [
        ("held", "WHO", ["who.xlsx"])
    ]
    assert "0 returns queued, 1 seen before" in desk("return", "fetch", "mails").stderr
    held = desk("return", "read", "1", "--yes")
    assert held.exit_code == 1
    assert "return 1 is held: x@example.com is not an officer of WHO. Let it in with:" in held.stderr
    assert json.loads(desk("return", "drop", "1", "--note", "stranger", "--json").stdout)["state"] == "dropped"
    assert desk("return", "release", "1").exit_code == 0
    assert [item["state"] for item in json.loads(desk("return", "list", "--json").stdout)] == ["queued"]
    assert desk("return", "list", "--state", "held").stdout.splitlines() == ["no.\tstate\torg\tfrom\tfile\twhy"]


REFUSED = "R2 is refused by our council.\nThe sheet does not say so."


def test_what_the_mail_says_is_marked_shown_and_said_before_the_question(desk, made, tmp_path, monkeypatch):
    answered(tmp_path, {"A/80/501/R1": {Field.ACCEPTANCE: "Accepted"}})
    mailed(made, tmp_path, REFUSED)
    assert desk("return", "fetch", "mails").exit_code == 0
    assert "tracker update" not in desk("return", "show", "1").stderr, "a return is read"
    assert desk("return", "release", "1").exit_code == 0
    assert desk("return", "list").stdout.splitlines()[1].endswith("; the email says more: return show 1")
    assert [item["has_words"] for item in json.loads(desk("return", "list", "--json").stdout)] == [True]
    assert desk("return", "show", "1").stdout.endswith(f"\n\nThe email says:\n{REFUSED}\n")
    assert json.loads(desk("return", "show", "1", "--json").stdout)["words"] == REFUSED
    monkeypatch.setattr("tracker.commands.terminal.confirmation.is_answered", lambda: True)
    asked = desk("return", "read", "1", input="n\n").stderr
    quoted = "".join(f"> {line}\n" for line in REFUSED.splitlines())
    assert f"The email says:\n{quoted}Write 1 row?" in asked
    assert json.loads(desk("return", "read", "1", "--dry-run", "--json").stdout)["mail_says"] == REFUSED
    assert "The email says:" in desk("return", "read", "who.xlsx", "--dry-run").stderr, (
        "the file itself is known as well"
    )


def test_of_a_long_mail_its_beginning_is_said_and_where_the_rest_is(desk, made, tmp_path):
    mailed(made, tmp_path, "R2 is refused. " * 300)
    desk("return", "fetch", "mails")
    desk("return", "release", "1")
    said = desk("return", "read", "1").stderr
    assert "The email says:\n> R2 is refused." in said
    assert "…\nIt says more; see: tracker return show 1.\n" in said
    assert said.count("refused") < 200


def test_a_mail_cannot_command_the_terminal(desk, made, tmp_path):
    mailed(made, tmp_path, "R2 \x1b]0;x\x07is \x1b[31mrefused")
    desk("return", "fetch", "mails")
    desk("return", "release", "1")
    assert "\x1b" not in desk("return", "show", "1").stdout + desk("return", "read", "1").stderr


def test_of_a_mail_that_says_nothing_nothing_is_told(desk, made, tmp_path):
    mailed(made, tmp_path)
    desk("return", "fetch", "mails")
    assert "mail says" not in desk("return", "list").stdout + desk("return", "show", "1").stdout
    assert json.loads(desk("return", "show", "1", "--json").stdout)["words"] is None


def test_of_a_return_that_was_read_it_is_shown_in_which_batch(desk, made, tmp_path):
    answered(tmp_path, {"A/80/501/R1": {Field.ACCEPTANCE: "Accepted"}})
    assert desk("return", "read", "who.xlsx", "--yes").exit_code == 0
    assert re.search(r"^state +read\nbatch +3$", desk("return", "show", "1").stdout, re.MULTILINE)


def test_on_a_terminal_subject_and_reason_of_a_fetched_mail_can_be_read(desk, made, tmp_path, sqlite_url):
    mailed(made, tmp_path)
    screen = on_a_terminal(sqlite_url, "return", "fetch", "mails", "--dry-run")
    assert screen.splitlines()[2] == "held     WHO  x@example.com  answers · x@example.com is not an officer of WHO"
    assert desk("return", "fetch", "mails").stdout.splitlines()[1].split("\t") == (
        ["held", "WHO", "x@example.com", "answers", "x@example.com is not an officer of WHO"]
    )


def test_a_mailbox_without_a_password_is_a_usage_error(desk):
    done = desk("return", "fetch", "imaps://office@example.org/INBOX")
    assert done.exit_code == 2
    assert "TRACKER_MAILBOX_PASSWORD" in done.stderr
