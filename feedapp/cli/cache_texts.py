"""The output of the `flask cache` commands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson

from feedapp.cache.catalogue.keys import TEMPLATES
from feedapp.serialisers.desk.numbers import nines

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from feedapp.cache.catalogue.declarations import Key
    from feedapp.cache.catalogue.explanation import Explanation
    from feedapp.cache.catalogue.rules import Rule
    from feedapp.services.operations.cache_inspection import Held, Stats
    from feedapp.services.operations.cache_verification import Difference, Verdict

WIDTH = 20
VERDICT_HEAD = f"{'template':{WIDTH}} {'sampled':>9} {'compared':>9} {'agree':>9}  nines"


def stats(found: Stats, places: Sequence[str]) -> list[str]:
    """Write a table."""
    most = found.memory["maxmemory"]
    limit = f"of {_megabytes(most)} at most" if most else "without a limit"
    evicted = found.memory["evicted_keys"]
    counted = f"{found.processes} processes since they started, ended ones included ({', '.join(places)})"
    lines = [
        f"Redis      {_megabytes(found.memory['used_memory'])} used {limit}, {evicted:,} keys evicted",
        f"outbox     {found.undelivered:,} writes whose keys are not known to be deleted",
        f"counted by {counted if found.processes else 'nobody: no serving process was found on this machine'}",
        "",
        f"{'template':{WIDTH}} {'keys':>9} {'hits':>12} {'misses':>10} {'hit rate':>9} {'refused':>8} {'deleted':>10}",
    ]
    for row in found.rows:
        if not any(row[1:]):
            continue
        reads = (row.hits or 0) + (row.misses or 0)
        rate = f"{(row.hits or 0) / reads:.1%}" if reads else "-"
        lines.append(
            f"{row.name:{WIDTH}} {_number(row.keys):>9} {_number(row.hits):>12} {_number(row.misses):>10} {rate:>9} "
            f"{_number(row.fills_refused):>8} {_number(row.invalidated):>10}"
        )
    if not found.processes:
        lines += [
            "",
            "Processes elsewhere tell theirs under /metrics; PROMETHEUS_MULTIPROC_DIR names a directory of files.",
        ]
    return lines


def held(found: Held) -> list[str]:
    """Write what a key holds."""
    lines = [f"{found.key.name}  ({found.key.template.name}: {found.key.template.holds})"]
    left = "for good" if found.left is None else f"{found.left:.1f} s left"
    match found.state:
        case "nothing":
            return [*lines, "nothing: nobody has read it lately, or a write has deleted it since"]
        case "lease":
            lines.append("a lease: a reader is loading the value from PostgreSQL; readers treat it as a miss")
        case "hold":
            many = "a writer is" if found.writers == 1 else f"{found.writers} writers are"
            lines.append(f"a hold: {many} about to commit a change of it; readers treat it as a miss")
        case "unreadable":
            lines += ["not to be read by this version of feedapp; readers treat it as a miss", repr(found.value)]
        case _:
            lines.append(orjson.dumps(found.value, option=orjson.OPT_INDENT_2).decode())
    if found.valid is not None:
        valid = "its stamps stand" if found.valid else "a stamp it carries has fallen: readers treat it as a miss"
        lines.append(f"stamps  {valid}")
    if found.age is not None:
        lines.append(f"age     {found.age:.1f} s")
    return [*lines, f"lives   {left}"]


def key_table(lifetime: Callable[[str], int]) -> list[str]:
    """Write the key table."""
    lines = [f"{'key':38} {'lives':>8}  holds"]
    return lines + [f"{each.pattern:38} {lifetime(each.name):>6} s  {each.holds}" for each in TEMPLATES.values()]


def explanation(found: Explanation, lifetime: int) -> list[str]:
    """Write what a key is and what deletes it."""
    key = found.key
    lines = [
        f"{key.name}  (template {key.template.name}: {key.template.pattern})",
        f"holds       {key.template.holds}",
        f"lives       {lifetime} s at most",
    ]
    if not found.stamps:
        return lines + _rules("deleted by", found.deleted_by)
    return [
        *lines,
        f"valid       while it carries what stands in {_names(found.stamps)}",
        *_rules("forgotten by, by name or stamp", found.deleted_by),
    ]


def verdict(found: Verdict) -> str:
    """Write one line of the table under VERDICT_HEAD."""
    return _line(found.template, found.sampled, found.compared, len(found.differences))


def total(verdicts: Sequence[Verdict]) -> str:
    """Write the last line of it."""
    differences = sum(len(each.differences) for each in verdicts)
    return _line("all", sum(each.sampled for each in verdicts), sum(each.compared for each in verdicts), differences)


def difference(found: Difference) -> str:
    """Write what is wrong with a value."""
    return f"{found.key.name}: Redis holds {found.held}, PostgreSQL has {found.true}"


def _line(name: str, sampled: int, compared: int, wrong: int) -> str:
    return f"{name:{WIDTH}} {sampled:>9,} {compared:>9,} {compared - wrong:>9,}  {nines(compared, wrong)}"


def _rules(head: str, rules: Sequence[Rule[...]]) -> list[str]:
    if not rules:
        return [f"{head}: nothing; it lives out its time"]
    return [head, *(f"  {rule.name.replace('_', ' '):24} {rule.told}" for rule in rules)]


def _names(keys: Sequence[Key]) -> str:
    return " and ".join(key.name for key in keys)


def _number(number: int | None) -> str:
    return "-" if number is None else f"{number:,}"


def _megabytes(size: int) -> str:
    return f"{size / 2**20:,.1f} MB"
