"""`python -m tracker …` is `tracker …`."""

from tracker.commands import main

main()
