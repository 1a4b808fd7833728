"""A pseudo-terminal for the program, and what it shows there."""

import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios


def on_a_terminal(url, *words, columns=80, stderr=False, person=False, status=0, **environment):
    """The program on a pseudo-terminal of 50 lines, its screen as text; `stderr` too, if wanted. NO_COLOR unless given.

    Nobody sits there to type, unless there is a `person`.
    """
    main, screen = pty.openpty()
    fcntl.ioctl(screen, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    around = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES")}
    process = subprocess.Popen(
        [sys.executable, "-m", "tracker", "--database", url, "--actor", "ana", *words],
        stdout=screen,
        stdin=screen if person else subprocess.DEVNULL,
        stderr=screen if stderr else subprocess.DEVNULL,
        env={**around, "TERM": "xterm", "NO_COLOR": "1", **environment},
    )
    os.close(screen)
    shown = b""
    while True:
        try:
            piece = os.read(main, 65536)
        except OSError:  # the other end has closed
            break
        if not piece:
            break
        shown += piece
    os.close(main)
    assert process.wait() == status
    return shown.decode()


def typed_on_a_terminal(url, *words, typed, **environment):
    """The program with a person at a pseudo-terminal; its screen as text.

    `typed` are pairs: what the screen shows when the person begins, and what is then done: a text that arrives at once,
    as from the keyboard or the clipboard, or a function that is given the process.
    """
    main, screen = pty.openpty()
    fcntl.ioctl(screen, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 80, 0, 0))
    process = subprocess.Popen(
        [sys.executable, "-m", "tracker", "--database", url, "--actor", "ana", *words],
        stdin=screen,
        stdout=screen,
        stderr=screen,
        start_new_session=True,
        env={**os.environ, "TERM": "xterm", "NO_COLOR": "1", **environment},
    )
    os.close(screen)
    shown, seen = b"", 0
    try:
        for prompt, answer in typed:
            while (at := shown.decode(errors="ignore").find(prompt, seen)) < 0:
                assert select.select([main], [], [], 20)[0], f"{prompt!r} never comes: {shown.decode()[seen:]}"
                shown += os.read(main, 65536)
            seen = at + len(prompt)
            if callable(answer):
                answer(process)
            else:
                os.write(main, answer.encode())
        while piece := os.read(main, 65536):
            shown += piece
    except OSError:  # the other end has closed
        pass
    finally:
        os.close(main)
        process.kill()
        process.wait()
    return shown.decode(errors="replace")  # a terminal cuts what it echoes within a letter
