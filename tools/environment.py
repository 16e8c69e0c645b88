"""Make `.venv` hold exactly what uv.lock names: `python3 -m tools.environment`.

Runs with any Python 3.11+ and the standard library only. The lock file names no download address (see tools/lock.py):
uv turns it into a list of versions and hashes, which is installed from whichever index this machine is set up for.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import time
import venv
from pathlib import Path

from portal.embedded.locks import FileLock

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
UV = VENV / "bin" / "uv"
UV_VERSION = "0.13.9"
STAMP = VENV / "installed"
INDEX = "https://registry.invalid/simple"  # as written in uv.lock
UNFIT = "uv.lock does not fit pyproject.toml: `make lock` makes it anew"


def main() -> None:
    cache = ROOT / ".cache"
    cache.mkdir(exist_ok=True)
    if _is_current():
        return
    with FileLock(cache / "environment.lock") as lock:
        lock.own()  # `make run` and `make test` may both have found it missing
        if not _is_current():
            _install()


def _wanted() -> str:
    """What the stamp says when all is installed: where, and a digest of all that decides what is to be there."""
    digest = hashlib.sha256(UV_VERSION.encode())
    for name in ("uv.lock", "pyproject.toml"):
        digest.update((ROOT / name).read_bytes())
    return f"{ROOT}\n{digest.hexdigest()}\n"


def _is_current() -> bool:
    return STAMP.exists() and STAMP.read_text() == _wanted() and PYTHON.exists()


def _install() -> None:
    began = time.monotonic()
    print("installing Python packages …", flush=True)
    if not _is_usable():
        _make_environment()
    if not UV.exists() or UV_VERSION not in _output(UV, "--version").split():
        _install_uv()
    requirements = VENV / "requirements.txt"
    wanted = ("--all-groups", "--no-group", "s3")  # an object store is for those who have one
    if not uv_reads_lock("export", *wanted, "--no-header", "--no-annotate", "--output-file", str(requirements)):
        sys.exit(UNFIT)
    if not _succeeds(UV, "pip", "sync", "--quiet", "--require-hashes", "--python", PYTHON, requirements):
        print("uv cannot install them; trying pip, which may be set up differently …", flush=True)
        options: list[str | Path] = ["--quiet", "--require-hashes", "--no-deps", "-r", requirements]
        _run(PYTHON, "-m", "pip", "install", *options, hint="the packages could not be installed")
    STAMP.write_text(_wanted())
    print(f"Python packages installed in {time.monotonic() - began:.0f} s", flush=True)


def _is_usable() -> bool:
    """Was .venv made at this place, and does its Python still exist? One that was moved or copied does not do."""
    moved = STAMP.exists() and STAMP.read_text().splitlines()[0] != str(ROOT)
    return not moved and PYTHON.exists() and _succeeds(PYTHON, "-c", "import sys; sys.exit(sys.version_info < (3, 11))")


def _make_environment() -> None:
    shutil.rmtree(VENV, ignore_errors=True)
    with_pip = importlib.util.find_spec("ensurepip") is not None
    if not with_pip and importlib.util.find_spec("pip") is None:
        sys.exit(
            f"{sys.executable} can neither make an environment with pip (its module ensurepip is missing) nor has pip "
            "itself: install python3-venv (Debian, Ubuntu) or another Python, and name it by `make PYTHON=…`"
        )
    venv.create(VENV, symlinks=True, with_pip=with_pip)


def _install_uv() -> None:
    pip: list[str | Path] = [PYTHON, "-m", "pip"]
    if not _output(*pip, "--version"):
        pip = [sys.executable, "-m", "pip", "--python", PYTHON]
    options = ["--quiet", "--disable-pip-version-check", f"uv=={UV_VERSION}"]
    _run(*pip, "install", *options, hint="uv, which installs the other packages, could not be installed")


def uv_reads_lock(command: str, *options: str) -> bool:
    """Have uv read the lock file as it stands, no network, no settings of this machine; False if it is out of date."""
    known = {name: value for name, value in os.environ.items() if not name.startswith("UV_") or name == "UV_CACHE_DIR"}
    locked = "--check" if command == "lock" else "--locked"
    fixed = [locked, "--offline", "--no-config", "--quiet", "--default-index", INDEX, "--python", str(PYTHON)]
    done = subprocess.run(
        [UV, command, *fixed, *options], cwd=ROOT, env=known, stdin=subprocess.DEVNULL, capture_output=True, check=False
    )
    return done.returncode == 0


def _run(*command: str | Path, hint: str) -> None:
    if not _succeeds(*command):
        sys.exit(f"{hint} (failed: {' '.join(map(str, command))})")


def _succeeds(*command: str | Path) -> bool:
    return subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, check=False).returncode == 0


def _output(*command: str | Path) -> str:
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout


if __name__ == "__main__":
    main()
