"""Several programs that do the same at the same time, as threads on connections of their own."""

from concurrent.futures import ThreadPoolExecutor


def at_once(action, programs=4):
    """What each of them got."""
    with ThreadPoolExecutor(programs) as pool:
        return [running.result() for running in [pool.submit(action) for _ in range(programs)]]
