"""A process that uses the servers of a folder until its standard input ends: `python -m tests.embedded.holding VAR`."""

import sys
from pathlib import Path

from portal.embedded.paths import Paths
from portal.embedded.servers import running

with running(Paths(Path(sys.argv[1]))):
    print("ready", flush=True)
    sys.stdin.read()
