"""Write requirements/*.txt: names, versions and hashes of everything, for every platform, no addresses."""

import subprocess
import sys

COMMON = ["--universal", "--python-version", "3.11", "--generate-hashes", "--no-header", "--no-annotate", "--upgrade"]
EXTRAS = ["--extra", "postgres", "--extra", "pdf"]


def compile_lock(out: str, *more: str) -> None:
    subprocess.run(["uv", "pip", "compile", "pyproject.toml", *EXTRAS, *COMMON, *more, "-q", "-o", out], check=True)


if __name__ == "__main__":
    compile_lock("requirements/dev.txt", "--group", "dev")
    compile_lock("requirements/runtime.txt", "-c", "requirements/dev.txt")
    sys.exit(0)
