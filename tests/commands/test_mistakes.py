"""What is typed wrongly is answered with the nearest word that would have been right, one, not a list."""

import re

import pytest
from terminals import on_a_terminal
from typer.testing import CliRunner

from tracker.commands import COMMANDS, app
from tracker.commands.syntax.mistakes import COMMAND_FOR, SAID_FOR


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("list --bogus", "there is no option --bogus. See: tracker list --help."),
        ("list --organisations WHO", "there is no option --organisations. Did you mean --org?"),
        ("list --late", "there is no option --late. Did you mean --overdue?"),
        ("list --format csv", "there is no option --format. Did you mean --csv or --json?"),
        ("list --implementation implemented", "there is no option --implementation. Did you mean --status?"),
        ("list --config x", "--config goes before the command: tracker --config FILE list …"),
        ("org list --version", "--version goes before the command: tracker --version."),
        (
            "--json list",
            "there is no option --json. The options of a command go after it; see: tracker --help.",
        ),
        ("update X Y --to accepted --to in-progress", "--to is given twice. Give it once."),
        ("report quarterly --format html --format pdf", "--format is given twice. Give it once, with commas."),
        ("extend request X Y --note a --note b --note=c", "--note is given 3 times. Give it once."),
        ("list --status accepted", "“accepted” stands on another axis. Write --acceptance accepted."),
        ("list --status Open", "“Open” is a filter of its own. Write --open."),
        ("list --acceptance overdue", "“overdue” is a filter of its own. Write --overdue."),
        ("list --addressee exec", "“exec” is unknown. Did you mean executive-head?"),
        ("stats --by organization", "“organization” is unknown. Did you mean org?"),
        ("review WHO FAO", "“FAO” is more than tracker review takes. See: tracker review --help."),
        ("list --silent-for -1", "-1 is too small: the minimum is 0."),
        ("list --silent-for 40000", "40000 is too large: the maximum is 36,500."),
        ("search water", "there is no command search. Did you mean list?"),
        ("verify", "there is no command verify. Did you mean update REF ORG --to verified?"),
        ("help", "there is no command help. Did you mean --help?"),
        (
            "LOG",
            "there is no command LOG. Did you mean update, to log an answer, or history, to read what was logged?",
        ),
        ("edit R1 WHO", "there is no command edit. Did you mean update REF ORG?"),
        ("revert", "there is no command revert. Did you mean undo?"),
        ("view R1", "there is no command R1 in tracker view. Did you mean list --view NAME, or show REF?"),
        ("org WHO", "there is no command WHO in tracker org. Did you mean org show CODE?"),
        ("outbox 3", "there is no command 3 in tracker outbox. Did you mean outbox show ID?"),
        (
            "extend approve R1 WHO",
            "there is no command approve in tracker extend. Did you mean extend grant REF ORG --note TEXT?",
        ),
        (
            "extend R1 WHO",
            "there is no command R1 in tracker extend. Did you mean extend request REF ORG --to DATE --note TEXT?",
        ),
        ("status R1", "“R1” is more than tracker status takes. See: tracker show REF."),
        ("update R1 WHO --accepted", "there is no option --accepted. Did you mean --to or --acceptance?"),
        ("list --disputed", "there is no option --disputed. Did you mean --verification?"),
        ("list -n 5", "there is no option -n. Did you mean --limit?"),
        ("update R1 WHO -n", "there is no option -n. Did you mean --dry-run?"),
        ("update R1 WHO -m text", "there is no option -m. Did you mean --note?"),
        ("update R1 WHO --file letter.pdf", "there is no option --file. Did you mean --evidence?"),
        ("export -o x.csv", "there is no option -o. Did you mean --out?"),
        ("-V", "there is no option -V. Did you mean --version?"),
        ("ls", "there is no command ls. Did you mean list?"),
        ("quarterly", "there is no command quarterly. Did you mean report quarterly?"),
        ("db verify", "there is no command verify in tracker db. See: tracker db --help."),
        ("list --order due", "there is no option --order. Did you mean --sort?"),
        ("list --opn", "there is no option --opn. Did you mean --open?"),
        ("list --acc accepted", "there is no option --acc. Did you mean --acceptance?"),
        ("list --zzzzzz", "there is no option --zzzzzz. See: tracker list --help."),
        ("list -x", "there is no option -x. See: tracker list --help."),
        ("--dtabase x list", "there is no option --dtabase. Did you mean --database?"),
        ("org lst", "there is no command lst in tracker org. Did you mean list?"),
        ("org alias zzz", "there is no command zzz in tracker org alias. See: tracker org alias --help."),
        ("lst", "there is no command lst. Did you mean list?"),
        ("export --format jsn", "“jsn” is unknown. Did you mean json?"),
        ("export --format zzz", "“zzz” is unknown. Use one of json, csv, xlsx."),
        ("list --acceptance acepted", "“acepted” is unknown. Did you mean accepted?"),
        ("stats --by orgs", "“orgs” is unknown. Did you mean org?"),
        ("list --sort reff", "“reff” is unknown. Did you mean ref?"),
        ("import x.txt --as notes", "“notes” is unknown. Did you mean note?"),
        ("import x.csv --as register --list x", "“x” is unknown. Use one of created, updated, unchanged, missing."),
        ("--show-completion zhs", "“zhs” is not a shell. Did you mean zsh?"),
        ("list --limit x", "“x” is not a whole number."),
        ("update R1 WHO --to acepted", "“acepted” is not a status. Did you mean accepted?"),
        ("officer add WHO --post secretry", "“secretry” is unknown. Did you mean secretary?"),
    ],
)
def test_a_mistake_is_answered_with_the_nearest_word(words, says):
    done = CliRunner().invoke(app, words.split())
    assert done.exit_code == 2
    last = done.stderr.splitlines()[-1]
    assert last.endswith(says)
    assert "Possible options" not in done.stderr


@pytest.mark.parametrize("words", [["list", "--bo\x1b[31mgus"], ["l\x1b[31mst"], ["export", "--format", "\x1b[31m"]])
def test_what_was_typed_cannot_command_the_terminal(words):
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 2
    assert "\x1b" not in done.stderr


def test_what_others_call_otherwise_is_there_under_our_name():
    assert not COMMAND_FOR.keys() & COMMANDS.keys()
    assert {re.split(r"\W", meant)[0] for meant in COMMAND_FOR.values() if meant[0] != "-"} <= {*COMMANDS}
    found = [CliRunner().invoke(app, [*command, "--help"]).stdout for command in ([], ["list"], ["update"], ["export"])]
    assert all(any(word in page for page in found) for words in SAID_FOR.values() for word in words)


@pytest.mark.parametrize("columns", [60, 80])
def test_no_word_of_a_mistake_is_torn(columns):
    shown = on_a_terminal("none.db", "list", "--status", "done", columns=columns, stderr=True, status=2)
    assert max(map(len, shown.splitlines())) <= columns
    assert "“done” is unknown. Use one of no-information, not-started, in-progress, implemented," in " ".join(
        shown.split()
    )
