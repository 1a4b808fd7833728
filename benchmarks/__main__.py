"""Every benchmark with short settings, one after the other: what `make bench` runs.

Each line that compares prints its ratio. For the settings in which a claim was measured, run a module by itself:
`python -m benchmarks.commands 10000 100000`, and so on; each says in its first lines what it takes.
"""

from __future__ import annotations

import subprocess
import sys
from time import perf_counter

SHORT: dict[str, tuple[str, ...]] = {
    "commands": ("5000",),
    "delivery": ("--mails", "300", "--rounds", "2"),
    "digests": ("--organizations", "100", "--rows", "50"),
    "registers": ("5000",),
    "reports": ("5000",),
}
"""Module → arguments: all of them together take some three minutes."""


def main(wanted: list[str]) -> int:
    """Run the benchmarks named, or all; each in a process of its own, so that none warms up another."""
    unknown = [name for name in wanted if name not in SHORT]
    if unknown:
        print(f"There is no benchmark {unknown[0]}. Known are {', '.join(SHORT)}.", file=sys.stderr)
        return 2
    failed = [name for name in wanted or SHORT if not _run(name)]
    if failed:
        print(f"Did not run through: {', '.join(failed)}.", file=sys.stderr)
    return int(bool(failed))


def _run(name: str) -> bool:
    words = [f"benchmarks.{name}", *SHORT[name]]
    print(f"\n== python -m {' '.join(words)}", flush=True)
    start = perf_counter()
    done = subprocess.run([sys.executable, "-m", *words], check=False)
    print(f"({perf_counter() - start:.0f} s)", flush=True)
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
