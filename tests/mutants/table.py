"""The changes: what is put for what in which file, and the tests that have to notice."""

from __future__ import annotations

from typing import NamedTuple

OUTAGES = "tests/integration/outages/"
HISTORIES, KEYSPACES, SERVERS, FAILOVER, BUILT, BETWEEN = (
    f"{OUTAGES}runs/test_{name}.py"
    for name in ("histories", "keyspaces", "servers", "failover", "fences", "between_trips")
)
DELIVERY, DOUBTS, FLOODS, WAITING, ENTRIES = (
    f"{OUTAGES}delivering/test_{name}.py" for name in ("delivery", "doubts", "floods", "waiting", "entries")
)
REDIS = f"{OUTAGES}test_redis.py"
PROTOCOL, LOADS, HOLDS, BATCHES, AHEAD = (
    f"tests/integration/protocol/test_cache_protocol{part}.py"
    for part in ("", "_loads", "_holds", "_batches", "_ahead")
)
CLAIMS = "tests/integration/costs/test_claims.py"
TIMING = "tests/unit/cache/test_timing.py"
TIMES, RUN_NAMES = "feedapp/timing.py", "tests/unit/cache/test_runs.py"
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
TRUST_STEPS = "tests/unit/cache/test_trust.py"
REDIS_TARGET = "feedapp/writing/targets/redis.py"
OUTBOX, MESSAGES = "feedapp/repositories/delivery/outbox.py", "tests/integration/delivery/test_messages.py"
SLOTS = "tests/setups/test_slots.py"
SENTINELS, SENTINEL = "feedapp/cache/redis/sentinels.py", "tests/setups/test_sentinel.py"
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
           (SERVERS,)),
    Mutant("fence-without-count", FENCES, "if value < least or value >> COUNT_BITS", "if value >> COUNT_BITS",
           (SERVERS,)),
    Mutant("fence-count-not-remembered", FENCES, "        if value > self._least.get(address, value):\n"
           "            self._least[address] = value\n", "", (SERVERS,)),
    Mutant("deletions-not-counted", SCRIPTS, "redis.pcall('INCR', fence)", "", (SERVERS,)),
    Mutant("another-database-fits", SIGNATURES, 'and signed.get("database") == database', "", (HISTORIES,)),
    Mutant("long-unused-fits", SIGNATURES, 'and signed["signed_at"] >= cleaned', "", (SERVERS, DELIVERY)),
    Mutant("unsigned-fence-fits", SIGNATURES, 'signed.get("fence") == base\n        and', "True\n        and",
           (SERVERS,)),
    Mutant("slots-from-elsewhere-fit", SIGNATURES, 'and _within(slots, signed["slots"])', "", (RUN_NAMES,)),
    Mutant("unsigned-fence-taken-at-once", MARKS, "if now - since < timing.TAKE_OVER:", "if False:", (SERVERS,)),
    Mutant("run-of-one-server", DISCOVERY, "        if not self.slots:\n            return self.servers[None].run\n"
           "        told", "        if True:\n            return next(iter(self.servers.values())).run\n        told",
           (RUN_NAMES,)),
    Mutant("run-without-slots", DISCOVERY, "{server.run} {self.slots_of(address)}", "{server.run}", (RUN_NAMES,)),
    Mutant("run-without-history", DISCOVERY, 'return f"{self.run_id}:{self.history}"', "return self.run_id",
           (RUN_NAMES,)),
    Mutant("drops-without-a-beat", MARKS, "if monotonic() - beaten < timing.BEAT:", "if True:", (BUILT,)),
    Mutant("signs-over-a-fence", MARKS, "if any(name_of(number(standing[each])) != name_of(value)",
           "if any(False and name_of(number(standing[each])) != name_of(value)", (BUILT,)),
    Mutant("claim-behind-any-fence", BACKEND, 'shared=offers[0][1:3], fencing="watch")', "shared=offers[0][1:3])",
           (BETWEEN,)),
    Mutant("trusted-to-returning", TRUST, "if (was, state) not in TRANSITIONS:", "if False:", (TRUST_STEPS,)),
    Mutant("overtaken-return-finishes", TRUST, 'if self._losses == number and self.state == "returning":',
           'if self.state == "returning":', (TRUST_STEPS,)),
    Mutant("overtaken-return-joins", TRUST, "if self._losses != number:", "if False:", (TRUST_STEPS,)),
    Mutant("read-while-returning", TRUST, "if error is None and (", "if False and (", (BETWEEN,)),
    Mutant("run-without-database", MARKS, 'told = f"{deployment.fingerprint} {database} {names}"',
           'told = f"{deployment.fingerprint} {names}"', (RUN_NAMES,)),
    Mutant("run-without-fence", MARKS, 'told = f"{deployment.fingerprint} {database} {names}"',
           'told = f"{deployment.fingerprint} {database}"', (SERVERS,)),
    Mutant("replica-accepted", RELAY, "if not all(server.is_primary for server in deployment.servers.values()):",
           "if False:", (SERVERS, RUN_NAMES)),
    Mutant("same-redis-not-asked", RELAY, "if not self._backend.is_still(run.deployment):", "if False:", (SERVERS,)),
    Mutant("history-not-watched", RELAY, "if look.database != run.database:", "if False:", (HISTORIES,)),
    Mutant("history-of-writes-not-watched", WRITES, "trusted.database != database:", "False:", (HISTORIES,)),
    Mutant("moved-slots-followed", CLUSTER, "if isinstance(answer, MovedError) or address not in self.clients:",
           "if address not in self.clients:", (RUN_NAMES,)),
    Mutant("history-without-start", "feedapp/repositories/delivery/history.py",
           "extract(epoch FROM pg_postmaster_start_time())", "0", (HISTORIES, FAILOVER)),
    Mutant("history-without-database", "feedapp/repositories/delivery/history.py",
           "(SELECT oid FROM pg_database WHERE datname = current_database())", "0", (HISTORIES,)),
    Mutant("run-of-whoever-is-primary", DISCOVERY, "return self.servers[None].run", "return str(bool(self.primary))",
           (SENTINEL,)),
    Mutant("first-sentinel-believed", SENTINELS, "told.epoch > latest.epoch", "False", (SENTINEL,)),
    Mutant("sentinels-not-asked-again", SENTINELS, "return self.primary() == primary", "return True", (SENTINEL,)),
    # Who reads, and who waits
    Mutant("nobody-reads-elsewhere", READERSHIP, "return not self._reads_elsewhere", "return True", (KEYSPACES,)),
    Mutant("look-never-too-old", READERSHIP, "if run == self._run and monotonic() - self._looked_at < timing.FRESH:",
           "if run == self._run:", (KEYSPACES,)),
    Mutant("enters-unknown", READERSHIP, "met = self._readers.looks_in_other_runs(self._run)\n        while met",
           "met = dict[str, int]()\n        while met", (KEYSPACES,)),
    Mutant("one-look-is-enough", TIMES, "LOOKS = 2", "LOOKS = 1", (KEYSPACES,)),
    Mutant("renewed-too-late", TIMES, "LOOKING = 0.6", "LOOKING = 5.0", (TIMING,)),
    Mutant("look-good-for-too-long", TIMES, "FRESH = 1.4", "FRESH = 2.5", (TIMING,)),
    Mutant("entry-that-ran-out-goes-on", RELAY, "elif not look.renewed:", "elif False:", (ENTRIES,)),
    Mutant("nobody-is-waited-for", READERSHIP, "if not awaited and not", "if True or not", (WAITING,)),
    Mutant("new-history-not-waited-for", READERSHIP,
           "if not awaited and not self._readers.is_new(parcel.database):", "if not awaited:", (WAITING,)),
    Mutant("patience-acknowledges", READERSHIP, "raise UnconfirmedError", "return", (WAITING,)),
    # Delivery
    Mutant("adopted-though-not-all-empty", RELAY, "if emptied == set(deployment.servers):", "if emptied:", (HOLDS,)),
    Mutant("confirmed-though-trust-changed", REDIS_TARGET, "if known is not None and self._backend.trust.run is known:",
           "if known is not None:", (HOLDS,)),
    Mutant("write-confirmed-though-trust-changed", WRITES, "if run is not None and trust.run is run else None",
           "if run is not None else None", (HOLDS,)),
    Mutant("locked-row-waited-for", OUTBOX, " FOR UPDATE SKIP LOCKED", "", (FLOODS,)),
    Mutant("first-run-counts-for-all", OUTBOX, "(confirmed_run < :run OR confirmed_run > :run)", "false", (DELIVERY,)),
    Mutant("second-run-forgotten", OUTBOX, "FROM free WHERE confirmed_run <> :run)", "FROM free WHERE false)",
           (DELIVERY,)),
    Mutant("delivered-to-one-counts-for-all", "feedapp/repositories/delivery/readers.py",
           "WHERE outbox_id = :parcel_id AND run = reader.run)", "WHERE outbox_id = :parcel_id)", (DELIVERY,)),
    Mutant("message-taken-by-two", "feedapp/repositories/delivery/messages.py", " FOR UPDATE SKIP LOCKED", "",
           (MESSAGES,)),
    Mutant("message-kept-by-the-dead", "feedapp/repositories/delivery/messages.py",
           "AND due_at <= clock_timestamp() ", "AND attempts = 0 ", (MESSAGES,)),
    Mutant("not-delivered-before-trust", RELAY, "        self._redis.deliver_all(run.name)\n", "", (REDIS,)),
    Mutant("doubt-gives-holds-back", WORK, "if parcel is not None and _is_in_doubt(error):", "if False:", (DOUBTS,)),
    Mutant("doubt-holds-run-out", "feedapp/writing/doubts.py",
           "            self._writes.hold(doubt.hold.keys, writer=doubt.hold.writer)\n"
           "            fate", "            self._writes.forget(doubt.hold)\n"
           "            fate", (DOUBTS,)),
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
    Mutant("claims-left-behind", "feedapp/cache/protocol/request_cache.py",
           "        self._cache.release()\n", "", (CLAIMS,)),
    Mutant("a-lease-for-each-page", "feedapp/cache/protocol/request_cache.py",
           "own = request.lease or lease", "own = lease", (CLAIMS,)),
    Mutant("fill-by-the-first-lease", SCRIPTS, "if held[n] == ARGV[1] then", "if held[1] == ARGV[1] then", (BATCHES,)),
    Mutant("redirected-by-digest", CLUSTER, "by_digest=False)", "by_digest=True)", (SLOTS,)),
    Mutant("moved-between-the-parts-followed", CLUSTER, "isinstance(answer, MovedError) or address not", "address not",
           (SLOTS,)),
    Mutant("claim-takes-all-or-nothing", SCRIPTS, "    held[n] = false\n", "", (BATCHES,)),
    Mutant("followers-before-the-lock", "feedapp/services/content/posts.py",
           "            followers = self._users.count(viewer.id, posts=1)\n",
           "            reached = self._reached(viewer.id, 0)\n"
           "            self._reached = lambda *_: reached\n"
           "            followers = self._users.count(viewer.id, posts=1)\n", (PROTOCOL,)),
)  # fmt: skip
