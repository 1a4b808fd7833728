"""The wheel: built through the sdist, holding exactly what git holds, and working outside the checkout."""

import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PLACES = {"tracker/": "tracker/", "migrations/": "tracker/_migrations/", "templates/": "tracker/_templates/"}

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """Build from what git tracks, so that nothing lying about in the checkout matters."""
    source, out = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("dist")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listed.returncode != 0:
        pytest.skip("this is not a git checkout")
    for name in filter(None, listed.stdout.decode().split("\0")):
        if (ROOT / name).is_file():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            (source / name).write_bytes((ROOT / name).read_bytes())
    build = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(out), str(source)]
    done = subprocess.run(build, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return next(out.glob("*.whl"))


def test_the_wheel_holds_what_git_holds_and_nothing_else(wheel):
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split(
        "\n"
    )
    expected = {
        place + name.removeprefix(folder)
        for name in tracked
        for folder, place in PLACES.items()
        if name.startswith(folder) and (ROOT / name).is_file()
    }
    held = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert held == expected
    assert "cli.py" not in held


def test_the_wheel_works_outside_the_checkout(wheel, tmp_path):
    """Installed without its dependencies into an environment that borrows this one's."""
    home = tmp_path / "100% odd dir"
    venv.create(home, with_pip=False)
    packages = next(home.glob("lib/python*/site-packages"))
    borrowed = Path(pytest.__file__).parents[1]
    (packages / "borrowed.pth").write_text(f"{borrowed}\n")
    zipfile.ZipFile(wheel).extractall(packages)
    python = home / "bin" / "python"

    def tracker(*words):
        return subprocess.run(
            [str(python), "-m", "tracker", "--database", str(tmp_path / "r.db"), *words],
            cwd=tmp_path, capture_output=True, text=True, check=False,
        )  # fmt: skip

    found = subprocess.run(
        [str(python), "-c", "import tracker; print(tracker.__file__)"], capture_output=True, text=True, check=True
    )
    assert str(packages) in found.stdout
    for words in (["init"], ["db", "check"], ["org", "import", "--preset", "jiu"], ["demo", str(tmp_path / "demo")]):
        done = tracker(*words)
        assert done.returncode == 0, (words, done.stderr[-1500:])
    assert (tmp_path / "demo" / "outgoing").is_dir()
