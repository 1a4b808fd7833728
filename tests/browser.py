"""A real browser for tests of pages."""

import base64
import json
import os
import subprocess
from pathlib import Path

FAINT_LETTERS = Path(__file__).with_name("faint_letters.js")


class NavigatedError(Exception):
    """The page went away while it was asked, as after a click."""


class Browser:
    """A headless Chromium, spoken to over a pipe: no port, no library."""

    def __init__(self, folder: Path) -> None:
        to_browser, self.write_end = os.pipe()
        self.read_end, from_browser = os.pipe()
        words = (
            "chromium --headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking "
            f"--disable-component-update --disable-sync --user-data-dir='{folder}' --remote-debugging-pipe "
            f"about:blank 3<&{to_browser} 4>&{from_browser}"
        )
        self.process = subprocess.Popen(
            ["bash", "-c", f"exec {words}"], pass_fds=(to_browser, from_browser), stderr=subprocess.DEVNULL
        )
        os.close(to_browser)
        os.close(from_browser)
        self.number, self.pending, self.session = 0, b"", None
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]

    def ask(self, method, **params):
        self.number += 1
        message = {"id": self.number, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.write_end, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._read()
            if answer.get("id") == self.number:
                if "navigated" in answer.get("error", {}).get("message", ""):
                    raise NavigatedError
                assert "error" not in answer, answer
                return answer["result"]

    def _read(self):
        while b"\0" not in self.pending:
            self.pending += os.read(self.read_end, 65_536)
        message, _, self.pending = self.pending.partition(b"\0")
        return json.loads(message)

    def run(self, script):
        try:
            found = self.ask("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        except NavigatedError:
            return self.run(script)
        return found["result"].get("value")

    def go(self, address):
        self.ask("Page.navigate", url=address)
        self.settle()

    def settle(self):
        self.run("new Promise(done => document.readyState === 'complete' ? done() : addEventListener('load', done))")

    def click(self, selector):
        place = self.run(
            f"(() => {{ const e = document.querySelector({json.dumps(selector)}); e.scrollIntoView({{block: 'center'}});"
            " const r = e.getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2]; })()"
        )
        for kind in ("mousePressed", "mouseReleased"):
            self.ask("Input.dispatchMouseEvent", type=kind, x=place[0], y=place[1], button="left", clickCount=1)

    def faint(self, scheme):
        """The texts of the page whose letters stand out too little, on a screen that is `light` or `dark`."""
        self.ask("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        return self.run(FAINT_LETTERS.read_text())

    def close(self):
        """Told to, it takes its folders out of the temporary one; killed, it leaves them there."""
        self.session = None
        self.ask("Browser.close")
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        os.close(self.write_end)
        os.close(self.read_end)

    def pages(self, *, width: float, height: float, media: str = "print") -> bytes:
        """The page as PDF on paper of so many inches: what it prints, or with media="screen" what it shows."""
        self.ask("Emulation.setEmulatedMedia", media=media)
        paper = {"paperWidth": width, "paperHeight": height}
        margins = (
            {} if media == "print" else dict.fromkeys(("marginTop", "marginBottom", "marginLeft", "marginRight"), 0)
        )
        printed = self.ask("Page.printToPDF", printBackground=True, **paper, **margins)
        return base64.b64decode(printed["data"])
