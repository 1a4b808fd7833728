"""The commands as a user can call them, with their options, out of the table that the program itself uses."""

from tracker.commands import COMMANDS, LazyGroup


def commands():
    """`("outbox", "list")` → the command, for all that can be called."""
    group = LazyGroup(name="tracker")
    return {words: leaf for name in COMMANDS for words, leaf in _leaves((name,), group.get_command(None, name))}


def _leaves(words, command):
    children = getattr(command, "commands", {})
    if not children:
        yield words, command
    for name, child in children.items():
        yield from _leaves((*words, name), child)


def options(command):
    """The names of its options."""
    return {name for param in command.params for name in param.opts if name.startswith("--")}


def called(words):
    """Which command is called by words as typed."""
    return next(known for known in sorted(commands(), key=len, reverse=True) if tuple(words[: len(known)]) == known)
