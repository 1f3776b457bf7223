"""The plots of docs/performance.md, as SVG."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from matplotlib import rcParams
from matplotlib.figure import Figure

from bench.places import PLOTS

if TYPE_CHECKING:
    from collections.abc import Iterator

rcParams.update({"svg.hashsalt": "feedapp", "font.size": 9, "axes.spines.top": False, "axes.spines.right": False})

MODES = {"bare": "0.55", "feedapp": "tab:blue", "usual": "tab:orange", "off": "tab:red"}
DISTRIBUTIONS = ("bare-json", "json", "json-rival", "json-cold", "json-off")


def draw(results: dict[str, Any]) -> list[str]:
    """Draw what was measured; give the names of the files."""
    PLOTS.mkdir(parents=True, exist_ok=True)
    if "site" in results:
        _throughput({**results["site"]["reads"], **results["site"]["mixes"]})
        _latencies(results["site"]["reads"])
    if "hitrate" in results:
        _hits(results["hitrate"])
    if "scale" in results:
        _scale(results["scale"])
    return sorted(path.name for path in PLOTS.glob("*.svg"))


def colour(name: str) -> str:
    """Give each design a colour of its own."""
    if name.startswith("bare"):
        return MODES["bare"]
    return MODES["usual"] if "rival" in name else MODES["off"] if "off" in name else MODES["feedapp"]


@contextmanager
def _plot(name: str, title: str, height: float = 3.6) -> Iterator[Any]:
    figure = Figure(figsize=(8, height), layout="constrained")
    axes = figure.subplots()
    axes.set_title(title, loc="left")
    yield axes
    figure.savefig(PLOTS / f"{name}.svg", metadata={"Date": None, "Creator": None})


def _throughput(variants: dict[str, Any]) -> None:
    with _plot(
        "throughput", "Requests a second: median of the rounds, and their spread", 0.6 + len(variants) * 0.22
    ) as axes:
        for place, (name, each) in enumerate(reversed(variants.items())):
            spread = [[each["rate"] - each["slowest"]], [each["fastest"] - each["rate"]]]
            axes.barh(place, each["rate"], xerr=spread, color=colour(name), error_kw={"linewidth": 0.8})
        axes.set_yticks(range(len(variants)), [each["label"] for each in reversed(variants.values())])


def _latencies(variants: dict[str, Any]) -> None:
    with _plot("latencies", "Latency of a JSON feed at 16 connections, by percentile (ms)") as axes:
        styles = {"json-cold": "--", "json-rival-cold": "--"}
        for name in DISTRIBUTIONS:
            if name in variants:
                points = [(p, micros / 1_000) for p, micros in variants[name]["latencies"] if p < 100]
                across, up = zip(*((100 / (100 - p), value) for p, value in points), strict=True)
                axes.plot(across, up, styles.get(name, "-"), color=colour(name), label=variants[name]["label"])
        axes.set_xscale("log")
        axes.set_yscale("log")
        axes.set_xticks([2, 10, 100, 1_000, 10_000], ["50", "90", "99", "99.9", "99.99"])
        axes.legend(frameon=False)


def _hits(workloads: dict[str, Any]) -> None:
    with _plot("hit-rate", "Views without SQL over time; dashed: the usual design") as axes:
        for number, each in enumerate(workloads.values()):
            for design, style in (("feedapp", "-"), ("usual", "--")):
                shares = each[design]["over_time"]
                label = each["label"] if design == "feedapp" else None
                across = [100 * (place + 0.5) / len(shares) for place in range(len(shares))]
                axes.plot(
                    across, [None if s is None else 100 * s for s in shares], style, color=f"C{number}", label=label
                )
        axes.set_xlabel("% of the run")
        axes.set_ylabel("%")
        axes.set_ylim(0, 100)
        axes.legend(frameon=False, ncols=2)


def _scale(found: dict[str, Any]) -> None:
    with _plot("scale", "Milliseconds against the size of the community", 4.6) as axes:
        for number, each in enumerate(found["operations"].values()):
            across = [int(size) for size in each["sizes"]]
            up = [one["total"] for one in each["sizes"].values()]
            axes.plot(
                across,
                up,
                ["o-", "s--", "^:", "v-.", "d-"][number // 10 % 5],
                color=f"C{number % 10}",
                markersize=3,
                label=each["label"],
            )
        axes.set_xscale("log")
        axes.set_ylim(bottom=0)
        axes.set_xlabel("posts")
        axes.legend(frameon=False, fontsize=6, ncols=2, loc="upper center", bbox_to_anchor=(0.5, -0.15))
