"""`python -m bench.desk`: what the operator's desk costs a site under load.

The ring of figures, the verifier and the walk over counters run TIMES as often as they do, in one server that is loaded
all the time, and pause every other run. So the share that they take is seen TIMES as large as it is, above the noise.
On a machine that does much else the rates still say little; the processor time of the jobs, leases included, as a share
of that of all web processes does not depend on it.
"""

from __future__ import annotations

import argparse
import os
import sys
from statistics import median
from time import thread_time
from typing import TYPE_CHECKING, Any

from bench import people
from bench.effort import EFFORTS, SMALL
from bench.ground import ground
from bench.load import Wrk
from bench.probe import since, spent
from bench.variants import mixture
from bench.web import Web

if TYPE_CHECKING:
    from pathlib import Path

    from bench.ground import Ground
    from feedapp.periodic import PeriodicJob
    from feedapp.wiring import Services

TIMES = 10
READERS = 100
WRITES = 5
JOBS = frozenset({"site_figures", "verifier", "counters", "figures", "process_state"})
USED = "desk-used-"
PAUSED = "desk-paused"
"""While a file of this name is in BENCH_DIRECTORY, none of them does anything."""


def hasten(services: Services, directory: Path) -> None:
    """Let a process do the desk's jobs TIMES as often, and pause them when told to."""
    from feedapp.services.operations.desk import counting  # noqa: PLC0415 (of the process that serves only)

    counting.SOON /= TIMES
    jobs, paused = services.periodic_jobs, directory / PAUSED
    jobs.stop()

    def changed(job: PeriodicJob) -> PeriodicJob:
        return job._replace(every=job.every / TIMES, do=lambda: None if paused.exists() else job.do())

    jobs._due = {changed(job) if job.name in JOBS else job: due for job, due in jobs._due.items()}  # noqa: SLF001
    do, used, told = jobs._do, [0.0], directory / f"{USED}{os.getpid()}"  # noqa: SLF001

    def timed(job: PeriodicJob) -> None:
        began = thread_time()
        do(job)
        if job.name in JOBS:
            used[0] += thread_time() - began
            told.write_text(str(used[0]), encoding="ascii")

    setattr(jobs, "_do", timed)  # noqa: B010 (mypy would not let a method be assigned)
    jobs.start()


def main() -> None:
    """Measure, and print a line for each round and the medians."""
    options = argparse.ArgumentParser(prog="python -m bench.desk", description=__doc__)
    options.add_argument("--rounds", type=int, default=10)
    options.add_argument("--seconds", type=int, default=12, help="of one run, on or off; the jobs come round in 6")
    given = options.parse_args()
    effort = EFFORTS["normal"]
    with ground("desk", redis_arguments=("--maxmemory", "1gb")) as base:
        base.seed(**{name: size // 4 for name, size in SMALL.items()})
        readers = people.sign_in(base, people.busiest(base, READERS))
        posts = [post for (post,) in base.query("SELECT id FROM posts ORDER BY id DESC LIMIT 2000")]
        requests = mixture(readers, posts, share=WRITES, root="")
        addresses = {"database_url": base.database_url, "redis_url": base.redis_url}
        sizes = {"workers": effort.workers, "threads": effort.threads}
        # If root runs this: what processes tell of themselves is beside the servers' data.
        with Web("desk", base.directory, **addresses, **sizes, BENCH_DESK="1", WEB_USER="root") as web:  # type: ignore[arg-type]
            wrk = Wrk(base.directory)
            wrk.run("desk", web.address, requests, seconds=given.seconds)
            rounds = [
                _round(base, web, wrk, requests, given.seconds, first=number % 2) for number in range(given.rounds)
            ]
    _tell(rounds)


def _round(
    base: Ground, web: Web, wrk: Wrk, requests: Any, seconds: int, *, first: int
) -> dict[bool, dict[str, float]]:
    found = {}
    for is_on in (True, False) if first else (False, True):
        paused = base.directory / PAUSED
        paused.unlink(missing_ok=True) if is_on else paused.touch()
        sources = (web.workers, base.redis_processes, base.sql_processes)
        before, had = [spent(each()) for each in sources], _used(base)
        load = wrk.run("desk", web.address, requests, seconds=seconds)
        web_used, *others = [since(then, each()) for then, each in zip(before, sources, strict=True)]
        processor = (web_used + sum(others)) / load.requests
        own = _used(base) - had
        found[is_on] = {"rate": load.rate, "processor": processor, "share": own / web_used, "own": own / load.seconds}
    told = "  ".join(f"{'on' if is_on else 'off'} {each['rate']:,.0f}/s" for is_on, each in sorted(found.items()))
    ratio = found[True]["rate"] / found[False]["rate"]
    sys.stdout.write(f"  {told}  ratio {ratio:.3f}, of the web's processor time {found[True]['share']:.2%}\n")
    sys.stdout.flush()
    return found


def _used(base: Ground) -> float:
    """Give the processor time of the desk's jobs in all processes so far."""
    return sum(float(file.read_text(encoding="ascii") or 0) for file in base.directory.glob(f"{USED}*"))


def _tell(rounds: list[dict[bool, dict[str, float]]]) -> None:
    for name, what in (("rate", "requests a second"), ("processor", "processor time a request")):
        ratios = sorted(each[True][name] / each[False][name] for each in rounds)
        middle = median(ratios)
        sys.stdout.write(
            f"{what}: {middle:.3f} ({ratios[0]:.3f} to {ratios[-1]:.3f}) of that without, {TIMES} times as often; "
            f"so {abs(1 - middle) / TIMES:.2%} as it is\n"
        )
    for name, what in (("share", "of the web's processor time"), ("own", "of one processor")):
        shares = sorted(each[True][name] / TIMES for each in rounds)
        sys.stdout.write(f"{what}, as it is: {median(shares):.2%} ({shares[0]:.2%} to {shares[-1]:.2%})\n")


if __name__ == "__main__":
    main()
