"""`python -m bench`: measure, and say what came out. docs/performance.md says what the parts mean."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

from bench import check, hitrate, keyspace, report, scale, seed, site
from bench.effort import EFFORTS
from bench.places import RESULTS, VAR
from feedapp.embedded import Servers

if TYPE_CHECKING:
    from collections.abc import Callable

    from bench.effort import Effort


AGAIN = 2


def main() -> int:
    """Give the exit status: 1 if a watched ratio fell, each time it was measured."""
    options = _options()
    effort = EFFORTS[options.effort]
    VAR.mkdir(parents=True, exist_ok=True)
    if not options.again:
        _measure(effort, options)
    results = json.loads(RESULTS.read_text(encoding="utf-8"))
    if options.report:
        from bench import plots  # noqa: PLC0415  (only this needs matplotlib)

        report.write(results, price=options.price, plots=plots.draw(results))
    else:
        print("\n" + report.figures(results, price=options.price, plots=[]))
    if options.commit:
        check.commit(results["site"])
    return _judge(effort, results) if options.check else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("effort", nargs="?", default="normal", choices=EFFORTS)
    parser.add_argument("--parts", default="", help="only these, separated by commas; the others' figures stay")
    parser.add_argument("--access-log", type=Path, help="replay this log, too (combined form, plain or gzip)")
    parser.add_argument("--price", type=float, default=0.2, help="dollars a hosted Redis takes for 100,000 commands")
    parser.add_argument("--again", action="store_true", help="measure nothing: tell again what was measured last")
    parser.add_argument("--report", action="store_true", help="write docs/performance.md and its plots")
    parser.add_argument("--check", action="store_true", help="fail if a ratio fell below the committed one")
    parser.add_argument("--commit", action="store_true", help="make the ratios the committed ones")
    return parser.parse_args()


def _measure(effort: Effort, options: argparse.Namespace) -> None:
    """Measure part by part, and keep what there is after each."""
    wanted = options.parts.split(",") if options.parts else effort.parts
    results: dict[str, Any] = {"seconds": {}}
    if options.parts and RESULTS.exists():
        results = json.loads(RESULTS.read_text(encoding="utf-8"))
    results["effort"] = effort.name
    parts: dict[str, Callable[[], Any]] = {
        "site": lambda: site.measure(effort),
        "hitrate": lambda: hitrate.measure(effort, options.access_log),
        "scale": lambda: scale.measure(effort),
        "keyspace": lambda: keyspace.measure(effort.operations),
        "seed": lambda: {"ratio": _seed(effort)},
    }
    for name in wanted:
        print(f"{name}:", flush=True)
        started = perf_counter()
        results[name] = parts[name]()
        results["seconds"][name] = perf_counter() - started
        print(f"{name}: {results['seconds'][name]:.0f} s", flush=True)
        RESULTS.write_text(json.dumps(results), encoding="utf-8")


def _seed(effort: Effort) -> float:
    sizes = [f"--{name}={size}" for name, size in effort.seeded.items()]
    with tempfile.TemporaryDirectory(dir=VAR, ignore_cleanup_errors=True) as folder:
        directory = Path(folder)
        directory.chmod(0o755)  # PostgreSQL may run as another user
        with Servers(directory / "servers", durable=True) as servers:
            return seed.measure(servers, sizes, 3, directory)


def _judge(effort: Effort, results: dict[str, Any]) -> int:
    """Measure up to twice more before anything is called fallen: the machine may have been busy."""
    for _ in range(AGAIN):
        if not check.fallen(results["site"]):
            break
        print("\nA ratio fell; once more:", flush=True)
        results["site"] = check.joined(results["site"], site.measure(effort))
    fallen = check.fallen(results["site"])
    for each in fallen:
        print(f"fell by more than a fifth, or is another number of commands: {each}", file=sys.stderr)
    if not fallen:
        print(f"no ratio fell: {check.ratios(results['site'])}")
    return 1 if fallen else 0


if __name__ == "__main__":
    sys.exit(main())
