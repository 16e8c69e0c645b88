"""One rebuild of everybody in this process, as the job does it when nobody helps, measured step by step."""

from __future__ import annotations

import os
import resource

import django


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    django.setup()
    from matching.rebuilding import runs
    from tests.benchmarks.meter import HEAD, Meter

    meter, nobody = Meter(), runs.Nobody()
    print(HEAD)
    with meter.step("all"):
        with meter.step("snapshot"):
            run = runs._begin(nobody, None)
        with meter.step(f"{run.shards.count()} shards, {runs._lanes()} threads"):
            runs._rank_together(nobody, run)
        with meter.step("lists of the schools, keys, indexes"):
            runs._finish(nobody, run)
        with meter.step("exchange"):
            runs._take_over(nobody, run)
    runs.sweep()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{run.rows:,} rows; peak of the whole process {peak} MB; {run.seconds}")


if __name__ == "__main__":
    main()
