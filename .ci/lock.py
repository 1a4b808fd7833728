"""Write requirements/*.txt: names, versions and hashes of everything, for every platform, no addresses."""

import shutil
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

COMMON = ["--universal", "--python-version", "3.11", "--generate-hashes", "--no-header", "--no-annotate", "--upgrade"]
EXTRAS = ["--extra", "postgres", "--extra", "pdf"]


def resolver(folder: str) -> str:
    """The uv of the path, else one in an environment of its own, which is thrown away with the folder."""
    found = shutil.which("uv")
    if found is not None:
        return found
    venv.create(folder, with_pip=True)
    programs = Path(folder) / ("Scripts" if sys.platform == "win32" else "bin")
    subprocess.run([programs / "python", "-m", "pip", "install", "--quiet", "uv"], check=True)
    return str(programs / "uv")


def compile_lock(uv: str, out: str, *more: str) -> None:
    subprocess.run([uv, "pip", "compile", "pyproject.toml", *EXTRAS, *COMMON, *more, "-q", "-o", out], check=True)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        program = resolver(scratch)
        compile_lock(program, "requirements/dev.txt", "--group", "dev")
        compile_lock(program, "requirements/runtime.txt", "-c", "requirements/dev.txt")
