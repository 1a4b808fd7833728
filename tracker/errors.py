"""What can go wrong, in the three ways that mean different things to a caller.

Every message is one sentence (or two) that says what is the case, where, and what to do. The exit
status belongs to the class, so that a command never chooses one itself.
"""

from collections.abc import Sequence


class TrackerError(Exception):
    """Something a user can cause or mend; never a programming error."""

    exit_status = 1

    def __init__(self, what: str, *, where: str | None = None, remedy: str | None = None) -> None:
        """Join place, sentence and remedy into the message; each stays readable as an attribute."""
        self.what = what
        self.where = where
        self.remedy = remedy
        super().__init__(what)

    def __str__(self) -> str:
        sentence = self.what if self.where is None else f"{self.where}: {self.what}"
        return sentence if self.remedy is None else f"{sentence} {self.remedy}"


class RefusedError(TrackerError):
    """The rules of the register do not allow what was asked; nothing was changed."""


class RefusalsError(RefusedError):
    """Follow-ups that the rules refuse, as (follow-up, sentence); the message names the first of them."""

    shown = 50

    def __init__(self, refused: Sequence[tuple[str, str]]) -> None:
        """One is said as it is; of many the first are, and how many there are."""
        self.refused = refused
        lines = [f"{name}: {why}" for name, why in refused[: self.shown]]
        if len(refused) > self.shown:
            lines.append(f"… and {len(refused) - self.shown:,} more; all are in --json.")
        if len(refused) > 1:
            lines.append(f"Nothing was changed: {len(refused):,} refused.")
        super().__init__("\n".join(lines))


class BadDataError(TrackerError):
    """A file, a name or a value cannot be used as it is; nothing was changed."""


class UnknownNameError(BadDataError):
    """A reference, code or word that the register does not hold."""


class UsageError(TrackerError):
    """The command line itself does not make sense."""

    exit_status = 2


class PartlyDoneError(TrackerError):
    """Some of it was done and some refused, as `--keep-going` asked for."""

    exit_status = 3


class WorldError(TrackerError):
    """The database, the disk or the mail server failed; the same command may work later."""

    exit_status = 4
