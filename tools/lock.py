"""Make uv.lock anew, or check it, without a word about the index it came from.

The addresses of packages are replaced by those of a host that cannot exist: what is installed is decided by versions
and hashes, where it comes from by the machine that installs it.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys

from tools.environment import INDEX, ROOT, UNFIT, UV, uv_reads_lock

LOCK = ROOT / "uv.lock"
FILES = INDEX.removesuffix("/simple") + "/files"
REGISTRY = re.compile(r'(source = \{ registry = )"[^"]*"')
FILE = re.compile(r'(\{ url = )"[^"]*/([^"/]+)"')


def without_hosts(text: str) -> str:
    """The text of a lock file with INDEX for every registry, and every file below FILES."""
    return FILE.sub(rf'\1"{FILES}/\2"', REGISTRY.sub(rf'\1"{INDEX}"', text))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="only see whether it fits pyproject.toml")
    parser.add_argument("--upgrade", action="store_true", help="to the newest versions that pyproject.toml allows")
    options = parser.parse_args()
    if options.check:
        return _check()
    upgrade = ["--upgrade"] if options.upgrade else []
    subprocess.run([UV, "lock", *upgrade], cwd=ROOT, stdin=subprocess.DEVNULL, check=True)
    LOCK.write_text(without_hosts(LOCK.read_text()))
    return _check()


def _check() -> int:
    if LOCK.read_text() != without_hosts(LOCK.read_text()):
        print("uv.lock names the hosts of an index: `make lock` removes them", file=sys.stderr)
        return 1
    if not uv_reads_lock("lock"):
        print(UNFIT, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
