"""Run the tracker from a checkout: `python cli.py …` is `tracker …`."""

from tracker.__main__ import main

if __name__ == "__main__":
    main()
else:
    from tracker.commands import app

    __all__ = ["app", "main"]
