"""The command line: parse, one call, render. Nothing here decides anything about the register.

Starting must be light: this module and the modules of the commands import neither SQLAlchemy nor
anything heavier; each command imports its service when it runs.
"""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from tracker.commands.context import ASKED, Desk
from tracker.commands.process import (
    STOPPED,
    drop_what_cannot_be_written,
    end_undisturbed,
    forget_interrupts,
    open_streams,
    reader_has_gone,
    spare_the_collector,
    stopping_when_terminated,
    until_the_reader_goes,
    write_out,
)
from tracker.commands.syntax.environment import mistyped
from tracker.commands.syntax.help_pages import lay_out_help, name_values
from tracker.commands.syntax.repeated_options import refuse_twice
from tracker.errors import PartlyDoneError, TrackerError, UsageError, WorldError
from tracker.interrupts import unwrapped

COMMANDS: dict[str, tuple[str, str]] = {
    "init": ("registration:init", "Create the register, or bring an older one up to date."),
    "demo": ("demo:demo", "Try the whole program on a sample register."),
    "import": ("intake:import_documents", "Import notes, reports, other bodies' registers or answers."),
    "export": ("export:export", "Write the whole register, or follow-ups, to a file."),
    "document": ("documents:app", "Manage documents: list, edit, set what they left open."),
    "reconcile": ("reconcile:reconcile", "Compare another party's register with ours; change nothing."),
    "org": ("organizations:app", "Manage organizations: list, show, add, edit, import."),
    "officer": ("officers:app", "Manage the holders of posts: list, add, edit, end."),
    "list": ("listing:list_follow_ups", "List follow-ups by any filter."),
    "show": ("show:show", "Show a recommendation and where each organization stands."),
    "history": ("history:history", "Show what was recorded about a follow-up, and when."),
    "evidence": ("evidence:evidence", "List the evidence for a follow-up, or copy its files."),
    "update": ("updates:update", "Log what organizations report, on one follow-up or on many."),
    "correct": ("updates:correct", "Take back one wrong entry; the journal keeps it, marked."),
    "undo": ("updates:undo", "Take back your own last command as a whole."),
    "link": ("links:app", "Manage links: what waits for, repeats or supersedes what."),
    "lesson": ("lessons:lessons", "List lessons learned and good practices."),
    "view": ("views:app", "Manage saved views, each a filter with a name."),
    "extend": ("extensions:app", "Manage extensions of due dates: list, request, grant, refuse."),
    "review": ("review:review", "Go through what is open for an organization, one by one."),
    "remind": ("remind:app", "Manage reminder digests: preview, send, log, ladder."),
    "outbox": ("outbox:app", "Manage outgoing emails: list, show, retry, drop."),
    "return": ("returns:app", "Manage returns, the spreadsheets with answers: make, fetch, list, read."),
    "run": ("run:run", "Run the scheduler in the foreground."),
    "report": ("report:app", "Write reports, and check those that were published."),
    "stats": ("stats:stats", "Show counts and rates by organization, report, year, impact or addressee."),
    "audit": ("audit:app", "Check the journal's chain of hashes, or export it."),
    "db": ("database:app", "Manage the database: upgrade, check, backup, restore."),
    "status": ("status:status", "Check whether all is well: register, outbox, last and next run."),
}
"""Command → (module:function or Typer app, what it is for), in the order of the help."""

_ANSWERS = "review ORG, or return make ORG and return read FILE"
ROUND = (
    ("to begin", "init; org import; import NOTE; officer add"),
    (
        "every quarter",
        f"{_ANSWERS}; review --claims, by another officer; remind preview; remind send; report quarterly",
    ),
    ("at any time", "status"),
)
"""When → the commands that one begins with, in their order; what stands under the commands in the help."""


_UNCHANGED = "; nothing was changed."

_ClickUsageError: Any = typer.BadParameter.__mro__[1]
"""What Typer raises for every mistake on the command line; it gives a name to this one kind only."""


class LazyGroup(TyperGroup):
    """The top level: imports a command's module when it is called, and turns errors into sentences."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002
        """All commands, without importing any."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002
        """Import one command, once."""
        if cmd_name not in COMMANDS:
            return None
        if cmd_name not in self.commands:
            self.commands[cmd_name] = _load(cmd_name)
        return self.commands[cmd_name]

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002
        """Write the table of commands from the words above, and in which order they are used."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, purpose) for name, (_, purpose) in COMMANDS.items()])
        with formatter.section("Typical order"):
            formatter.write_dl(ROUND)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Find the command; a mistyped one is answered with the nearest."""
        if args and args[0] not in COMMANDS and not ctx.resilient_parsing:
            from tracker.commands.syntax.mistakes import no_command

            ctx.fail(no_command(args[0], COMMANDS, "tracker"))
        return super().resolve_command(ctx, args)

    def parse_args(self, ctx: Any, args: list[str]) -> Any:
        """Read the global options."""
        with until_the_reader_goes(), _mistakes_reworded(), unwrapped():
            if args and args[0] in ("--show-completion", "--install-completion"):
                from tracker.commands.syntax.completion import serve_shell

                serve_shell(ctx, args[0], " ".join(args[1:]))
            return super().parse_args(ctx, args)

    def invoke(self, ctx: Any) -> Any:
        """Run the command; what a user can cause ends in one sentence on stderr and the contract's exit status."""
        words = [*ctx._protected_args, *ctx.args]  # noqa: SLF001 - the words as typed
        ctx.meta[ASKED] = shlex.join(words)
        try:
            _check_words([*words, *(str(value) for value in ctx.params.values())])
            with until_the_reader_goes(), _mistakes_reworded(), unwrapped():
                result = super().invoke(ctx)
                write_out()
                return result
        except TrackerError as error:
            raise _exit(_truly(error, _leaves(ctx), in_part=_is_in_part(ctx))) from error
        except (KeyboardInterrupt, typer.Abort):  # at a question Typer makes the one of the other
            print(f"\nStopped; {_leaves(ctx) or 'nothing was left half-written.'}", file=sys.stderr)
            raise typer.Exit(STOPPED) from None
        except OSError as error:
            raise _exit(_as_world_error(error, _leaves(ctx))) from error


def _leaves(ctx: Any) -> str | None:
    return ctx.obj.leaves if isinstance(ctx.obj, Desk) else None


def _is_in_part(ctx: Any) -> bool:
    return isinstance(ctx.obj, Desk) and ctx.obj.is_in_part


@contextmanager
def _mistakes_reworded() -> Iterator[None]:
    try:
        yield
    except _ClickUsageError as error:
        from tracker.commands.syntax.mistakes import reworded

        reworded(error)
        raise


def _check_words(words: list[str]) -> None:
    """What is not UTF-8 reaches Python as halves of characters, which no register can hold."""
    for word in words:
        if not word.isascii() and any("\ud800" <= letter <= "\udfff" for letter in word):
            shown = word.encode(errors="replace").decode()
            raise UsageError(f"“{shown}” is not UTF-8.", remedy="Check the language settings of the terminal (LANG).")


def _load(name: str) -> Any:
    place, _, attribute = COMMANDS[name][0].partition(":")
    found = getattr(import_module(f"tracker.commands.{place}"), attribute)
    if not isinstance(found, typer.Typer):
        found, function = typer.Typer(add_completion=False), found
        found.command(name)(function)
    found.rich_markup_mode = None  # Rich costs 60 ms of every help and every usage error
    found._add_completion = False  # noqa: SLF001 - completion belongs to the top level only
    command = typer.main.get_command(found)
    command.name = name
    name_values(command)
    refuse_twice(command)
    return command


def _exit(error: TrackerError) -> typer.Exit:
    from tracker.commands.terminal.render import say

    with suppress(OSError):  # where stderr cannot be written, the exit status says it alone
        say(f"tracker: {error}")
    drop_what_cannot_be_written()  # else it would be told again
    return typer.Exit(error.exit_status)


def _truly(error: TrackerError, leaves: str | None, *, in_part: bool) -> TrackerError:
    """What says that nothing was changed says instead what stays, where something had been written before.

    So does the exit status: a file that is refused after another was written leaves the command done in part.
    """
    if leaves is None:
        return error
    if in_part and error.exit_status == TrackerError.exit_status:
        return PartlyDoneError(str(error), remedy=leaves.capitalize())
    if type(error) is not WorldError or not (error.remedy or "").endswith(_UNCHANGED):
        return error
    remedy = (error.remedy or "").removesuffix(_UNCHANGED)
    return WorldError(error.what, where=error.where, remedy=f"{remedy}; {leaves}")


def _as_world_error(error: OSError, leaves: str | None = None) -> WorldError:
    """What the operating system refused, as a sentence: the disk is full, the folder is read-only."""
    return WorldError(
        f"{(error.strerror or str(error)).lower()}.",
        where=None if error.filename is None else str(error.filename),
        remedy="Nothing was left half-written; correct the cause and try again."
        if leaves is None
        else leaves.capitalize(),
    )


lay_out_help()

app = typer.Typer(
    name="tracker",
    cls=LazyGroup,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        from tracker import __version__

        print(f"tracker {__version__}")
        raise typer.Exit


@app.callback()
def root(
    ctx: typer.Context,
    database: Annotated[
        str | None,
        typer.Option(metavar="URL", envvar="TRACKER_DATABASE_URL", help="The register: a file or a database URL."),
    ] = None,
    config: Annotated[
        Path | None,
        typer.Option(metavar="FILE", envvar="TRACKER_CONFIG", help="The configuration file (tracker.toml)."),
    ] = None,
    actor: Annotated[
        str | None,
        typer.Option(metavar="NAME", envvar="TRACKER_ACTOR", help="Who is acting (default: the login name)."),
    ] = None,
    version: Annotated[  # noqa: ARG001 - handled by its callback
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Follow up oversight recommendations, organization by organization."""
    for name, meant in mistyped():
        from tracker.commands.terminal.render import say

        say(f"The environment variable {name} is not known. Did you mean {meant}?")
    ctx.obj = Desk(database=database, config=config, actor_name=actor, asked=ctx.meta.get(ASKED, ""))
    ctx.call_on_close(ctx.obj.close)


def main() -> None:
    """The console script `tracker`."""
    spare_the_collector()
    end_undisturbed()
    open_streams()
    if "_TRACKER_COMPLETE" in os.environ:
        from tracker.commands.syntax.completion import with_their_options, without_equals_signs, without_markup

        without_markup()
        without_equals_signs()
        with_their_options()
    try:
        with stopping_when_terminated(), _world_errors_told():
            try:
                app()
            except KeyboardInterrupt:  # before there is a command, which would say what it leaves
                print("\nStopped; nothing was begun.", file=sys.stderr)
                raise SystemExit(STOPPED) from None
            finally:
                write_out()
    finally:
        forget_interrupts()
        reader_has_gone()  # else the interpreter complains of it when it ends
        drop_what_cannot_be_written()


@contextmanager
def _world_errors_told() -> Iterator[None]:
    """What the operating system refuses outside of any command, as to show a help text on a disk that is full."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise SystemExit(_exit(_as_world_error(error)).exit_code) from None
