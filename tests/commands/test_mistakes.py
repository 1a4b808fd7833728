"""What is typed wrongly is answered with the nearest word that would have been right, one, not a list."""

import pytest
from typer.testing import CliRunner

from tracker.commands import app


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("list --bogus", "there is no option --bogus. Did you mean --org?"),
        ("list --opn", "there is no option --opn. Did you mean --open?"),
        ("list --acc accepted", "there is no option --acc. Did you mean --acceptance?"),
        ("list --zzzzzz", "there is no option --zzzzzz. See: tracker list --help."),
        ("list -x", "there is no option -x. See: tracker list --help."),
        ("--dtabase x list", "there is no option --dtabase. Did you mean --database?"),
        ("org lst", "No such command 'lst'. Did you mean 'list'?"),
        ("lst", "there is no command lst. Did you mean list?"),
        ("export --format jsn", "“jsn” is unknown. Did you mean json?"),
        ("export --format zzz", "“zzz” is unknown. Known are json, csv, xlsx."),
        ("list --acceptance acepted", "“acepted” is unknown. Did you mean accepted?"),
        ("stats --by orgs", "“orgs” is unknown. Did you mean org?"),
        ("list --sort reff", "“reff” is unknown. Did you mean ref?"),
        (
            "import x.txt --as notes",
            "“notes” is none of note, register, answers, return, export. Did you mean note?",
        ),
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
