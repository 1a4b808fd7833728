"""Run the tracker from a checkout: `python cli.py …` is `tracker …`."""

from tracker.commands import app, main

__all__ = ["app", "main"]

if __name__ == "__main__":
    main()
