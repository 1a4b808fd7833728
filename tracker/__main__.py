"""`python -m tracker …` is `tracker …`."""

import sys


def main() -> None:
    """The console script `tracker`. Reading the program takes a moment, in which Ctrl-C may come already."""
    try:
        from tracker.interrupts import interrupt_again, unwrapped

        sys.unraisablehook = interrupt_again
        with unwrapped():
            from tracker.commands import main as command_line
    except KeyboardInterrupt:
        sys.stderr.write("\nStopped; nothing was begun.\n")
        raise SystemExit(130) from None
    command_line()


if __name__ == "__main__":
    main()
