"""The changes: what is put for what in which file, and the tests that have to notice."""

from __future__ import annotations

from typing import NamedTuple

OUTAGES = "tests/integration/outages/"
RUNS, READERS, DELIVERY, REDIS = (f"{OUTAGES}test_{name}.py" for name in ("runs", "readership", "delivery", "redis"))
PROTOCOL, LOADS, HOLDS, BATCHES, AHEAD = (
    f"tests/integration/test_cache_protocol{part}.py" for part in ("", "_loads", "_holds", "_batches", "_ahead")
)
TIMING = "tests/unit/test_timing.py"
RUN_NAMES = "tests/unit/test_runs.py"
FENCES, MARKS, RELAY, READERSHIP = (
    "feedapp/cache/redis/fences.py",
    "feedapp/writing/run_marks.py",
    "feedapp/writing/relay.py",
    "feedapp/writing/reader_registry.py",
)
WRITES, SCRIPTS, WORK = (
    "feedapp/cache/protocol/writes.py",
    "feedapp/cache/redis/scripts.py",
    "feedapp/writing/unit_of_work.py",
)
SIGNATURES, BACKEND, TRUST, WIRE = (
    f"feedapp/cache/redis/{name}.py" for name in ("signatures", "backend", "trust", "wire")
)
BETWEEN, BUILT = f"{OUTAGES}test_between_trips.py", f"{OUTAGES}test_fences.py"
DISCOVERY, CLUSTER = "feedapp/cache/redis/discovery.py", "feedapp/cache/redis/cluster.py"


class Mutant(NamedTuple):
    """One change. `old` stands exactly once in the file."""

    name: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]


MUTANTS = (
    # Runs and fences
    Mutant("fence-not-checked", FENCES, "if value < least or value >> COUNT_BITS != least >> COUNT_BITS:", "if False:",
           (RUNS,)),
    Mutant("fence-without-count", FENCES, "if value < least or value >> COUNT_BITS", "if value >> COUNT_BITS", (RUNS,)),
    Mutant("fence-count-not-remembered", FENCES, "        if value > self._least.get(address, value):\n"
           "            self._least[address] = value\n", "", (RUNS,)),
    Mutant("deletions-not-counted", SCRIPTS, "redis.pcall('INCR', fence)", "", (RUNS,)),
    Mutant("another-database-fits", SIGNATURES, 'and signed.get("database") == database', "", (RUNS,)),
    Mutant("long-unused-fits", SIGNATURES, 'and signed["signed_at"] >= cleaned', "", (RUNS, DELIVERY)),
    Mutant("unsigned-fence-fits", SIGNATURES, 'signed.get("fence") == base\n        and', "True\n        and", (RUNS,)),
    Mutant("slots-from-elsewhere-fit", SIGNATURES, 'and _within(slots, signed["slots"])', "", (RUN_NAMES,)),
    Mutant("unsigned-fence-taken-at-once", MARKS, "if now - since < TAKE_OVER:", "if False:", (RUNS,)),
    Mutant("run-of-one-server", DISCOVERY, "        if not self.slots:\n            return self.servers[None].run\n"
           "        told", "        if True:\n            return next(iter(self.servers.values())).run\n        told",
           (RUN_NAMES,)),
    Mutant("run-without-slots", DISCOVERY, "{server.run} {self.slots_of(address)}", "{server.run}", (RUN_NAMES,)),
    Mutant("run-without-history", DISCOVERY, 'return f"{self.run_id}:{self.history}"', "return self.run_id",
           (RUN_NAMES,)),
    Mutant("drops-without-a-beat", MARKS, "if monotonic() - beaten < BEAT:", "if True:", (BUILT,)),
    Mutant("signs-over-a-fence", MARKS, "if any(name_of(number(standing[each])) != name_of(value)",
           "if any(False and name_of(number(standing[each])) != name_of(value)", (BUILT,)),
    Mutant("claim-behind-any-fence", BACKEND, 'shared=offers[0][1:3], fencing="watch")', "shared=offers[0][1:3])",
           (BETWEEN,)),
    Mutant("read-while-returning", TRUST, "if error is None and (", "if False and (", (BETWEEN,)),
    Mutant("run-without-database", MARKS, 'told = f"{deployment.fingerprint} {database} {names}"',
           'told = f"{deployment.fingerprint} {names}"', (RUN_NAMES,)),
    Mutant("run-without-fence", MARKS, 'told = f"{deployment.fingerprint} {database} {names}"',
           'told = f"{deployment.fingerprint} {database}"', (RUNS,)),
    Mutant("replica-accepted", RELAY, "if not all(server.is_primary for server in deployment.servers.values()):",
           "if False:", (RUNS, RUN_NAMES)),
    Mutant("same-redis-not-asked", RELAY, "if not self._backend.is_still(run.deployment):", "if False:", (RUNS,)),
    Mutant("history-not-watched", RELAY, "if look.database != run.database:", "if False:", (RUNS,)),
    Mutant("history-of-writes-not-watched", WRITES, "trusted.database != database:", "False:", (RUNS,)),
    Mutant("moved-slots-followed", CLUSTER, "if isinstance(answer, MovedError) or address not in self.clients:",
           "if address not in self.clients:", (RUN_NAMES,)),
    Mutant("history-without-start", "feedapp/repositories/delivery/history.py",
           "extract(epoch FROM pg_postmaster_start_time())", "0", (RUNS, f"{OUTAGES}test_failover.py")),
    Mutant("history-without-database", "feedapp/repositories/delivery/history.py",
           "(SELECT oid FROM pg_database WHERE datname = current_database())", "0", (RUNS,)),
    # Who reads, and who waits
    Mutant("nobody-reads-elsewhere", READERSHIP, "return not self._reads_elsewhere", "return True", (RUNS,)),
    Mutant("look-never-too-old", READERSHIP, "if run == self._run and monotonic() - self._looked_at < FRESH:",
           "if run == self._run:", (RUNS,)),
    Mutant("enters-unknown", READERSHIP, "met = self._readers.looks_in_other_runs(self._run)\n        while met",
           "met = dict[str, int]()\n        while met", (RUNS,)),
    Mutant("one-look-is-enough", READERSHIP, "LOOKS = 2", "LOOKS = 1", (RUNS,)),
    Mutant("renewed-too-late", RELAY, "LOOKING = 0.6", "LOOKING = 5.0", (TIMING,)),
    Mutant("look-good-for-too-long", READERSHIP, "FRESH = 1.4", "FRESH = 2.5", (TIMING,)),
    Mutant("entry-that-ran-out-goes-on", RELAY, "elif not look.renewed:", "elif False:", (READERS,)),
    Mutant("nobody-is-waited-for", READERSHIP, "if not awaited and not", "if True or not", (READERS,)),
    Mutant("new-history-not-waited-for", READERSHIP,
           "if not awaited and not self._readers.is_new(parcel.database):", "if not awaited:", (READERS,)),
    Mutant("patience-acknowledges", READERSHIP, "raise UnconfirmedError", "return", (READERS,)),
    # Delivery
    Mutant("adopted-though-not-all-empty", RELAY, "if emptied == set(deployment.servers):", "if emptied:", (HOLDS,)),
    Mutant("confirmed-though-trust-changed", RELAY, "if known is not None and self._backend.trust.run is known:",
           "if known is not None:", (HOLDS,)),
    Mutant("write-confirmed-though-trust-changed", WRITES, "if run is not None and trust.run is run else None",
           "if run is not None else None", (HOLDS,)),
    Mutant("locked-row-waited-for", "feedapp/repositories/delivery/outbox.py", " FOR UPDATE SKIP LOCKED", "", (RUNS,)),
    Mutant("not-delivered-before-trust", RELAY, "        self._deliver_all(run.name)\n", "", (REDIS,)),
    Mutant("doubt-gives-holds-back", WORK, "if parcel is not None and _is_in_doubt(error):", "if False:", (RUNS,)),
    Mutant("doubt-holds-run-out", RELAY, "            self._writes.hold(doubt.hold.keys, writer=doubt.hold.writer)\n"
           "            fate", "            self._backend.trust.known and self._writes.forget(doubt.hold)\n"
           "            fate", (RUNS,)),
    # Scripts and rules
    Mutant("release-without-keepttl", SCRIPTS, "redis.pcall('SET', key, others, 'KEEPTTL')",
           "redis.pcall('SET', key, others)", (HOLDS,)),
    Mutant("replace-steals-markers", SCRIPTS, "(not found or found == dead)", "true", (LOADS,)),
    Mutant("fill-without-lease", SCRIPTS, "if held[n] == ARGV[1] then", "if true then", (PROTOCOL, LOADS, AHEAD)),
    Mutant("release-forgets-the-first-of-two", SCRIPTS, "  left[key] = others\n", "", (BATCHES,)),
    Mutant("full-memory-filled-on", SCRIPTS, "if ARGV[2 * n] ~= '' and not full then", "if ARGV[2 * n] ~= '' then",
           (BATCHES,)),
    Mutant("unknown-script-not-sent", WIRE, "if unknown:", "if False:", (BATCHES,)),
    Mutant("half-a-deletion-not-sent-again", WRITES, "ATTEMPTS = 2", "ATTEMPTS = 1", (BATCHES,)),
    Mutant("claims-what-is-likely-there", "feedapp/cache/protocol/page_reads.py",
           "unread = raw[key.name] is None and None", "unread = None", (AHEAD,)),
    Mutant("claim-takes-all-or-nothing", SCRIPTS, "    held[n] = false\n", "", (BATCHES,)),
    Mutant("followers-before-the-lock", "feedapp/services/content/posts.py",
           "            followers = self._users.count(viewer.id, posts=1)\n",
           "            reached = self._reached(viewer.id, 0)\n"
           "            self._reached = lambda *_: reached\n"
           "            followers = self._users.count(viewer.id, posts=1)\n", (PROTOCOL,)),
)  # fmt: skip
