"""The server-side scripts of the protocol.

Each does the same with every one of its keys: with a hundred at once on one server, with one on a Redis Cluster.
KEYS are the keys; ARGV what holds for all, then what each key has of its own. The answer is a list, one for each key.
`batches.py` puts that together; `wire.py` sends scripts by digest, and as text to a server that does not know them yet.

They read by MGET, for which a key that holds a list, a set or the like is empty, and they write by SET and DEL, which
take any type. So what is not ours below our prefix is a miss, and gives way to what is: no other place has to care.
"""

from __future__ import annotations

from functools import cache

OFFER = """
local held = redis.call('MGET', unpack(KEYS))
for n, key in ipairs(KEYS) do
  local found = held[n]
  if ARGV[3 * n - 2] ~= '' and (not found or found == ARGV[3 * n]) then
    redis.call('SET', key, ARGV[3 * n - 2], 'PX', ARGV[3 * n - 1])
    held[n] = false
  end
end
return held
"""
"""Set a value or lease where there is none, or only what was seen dead; give what stands there otherwise.

Of each key: what to set ("" to set nothing), milliseconds, the dead bytes seen ("" for none).
"""

FILL = """
local held, kept, full = redis.call('MGET', unpack(KEYS)), {}, false
for n, key in ipairs(KEYS) do
  kept[n] = 0
  if held[n] == ARGV[1] then
    if ARGV[2 * n] ~= '' and not full then
      full = redis.pcall('SET', key, ARGV[2 * n], 'PX', ARGV[2 * n + 1]).err
      kept[n] = full and 0 or 1
    end
    if kept[n] == 0 then redis.call('DEL', key) end
  end
end
return kept
"""
"""Set a value only where one's own lease still stands; where there is no value, give up the lease.

For all: the lease. Of each key: the value ("" for none), milliseconds. A Redis whose memory is full refuses; then the
lease is deleted, so that nobody waits for what will not come. It would take the rest of a script that has deleted
something, so the rest is given up as well.
"""

HOLD = """
local held, had = redis.call('MGET', unpack(KEYS)), {}
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local own = ' ' .. ARGV[1] .. '@' .. string.format('%.0f', now + ARGV[2])
for n, key in ipairs(KEYS) do
  local found, others = held[n] or '', 'W'
  if string.sub(found, 1, 1) == 'W' then
    for token, due in string.gmatch(found, ' (%w+)@(%d+)') do
      if tonumber(due) > now then others = others .. ' ' .. token .. '@' .. due end
    end
  end
  redis.call('SET', key, others .. own, 'PX', ARGV[2])
  had[n] = string.sub(found, 1, 1) == '[' and 1 or 0
end
return had
"""
"""Replace what a key holds by a writer's hold, beside those of other writers that have not run out.

For all: the writer's token, milliseconds. Gives 1 for a key if a value was removed by it.
"""

RELEASE = """
local held, had, doomed, left = redis.call('MGET', unpack(KEYS)), {}, {}, {}
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
for n, key in ipairs(KEYS) do
  local found, others, writer = left[key] or held[n] or '', 'W', ARGV[n] or ARGV[1]
  had[n] = string.sub(found, 1, 1) == '[' and 1 or 0
  if writer == '' then
    had[n] = held[n] and 1 or 0
  elseif string.sub(found, 1, 1) == 'W' then
    for token, due in string.gmatch(found, ' (%w+)@(%d+)') do
      if token ~= writer and tonumber(due) > now then others = others .. ' ' .. token .. '@' .. due end
    end
  end
  if others == 'W' or redis.pcall('SET', key, others, 'KEEPTTL').err then doomed[#doomed + 1] = key end
  left[key] = others
end
if doomed[1] then redis.call('DEL', unpack(doomed)) end
return had
"""
"""Delete a key, except for the holds of other writers: their commits are still to come.

A Redis whose memory is full refuses to store those; then they are deleted as well, since deleting must never fail for
that. Of each key, or once for all: the writer's token, or "" to delete whatever it holds. A key may come twice, for two
writers. Gives 1 for a key that held a value (for "": anything).
"""

LOOK = """
local held, time = redis.call('MGET', unpack(KEYS)), redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
for n, key in ipairs(KEYS) do
  local left = redis.call('PTTL', key)
  held[n] = {held[n], left, left < 0 and 0 or now + left}
end
return held
"""
"""Give what a key holds, the milliseconds it has left (-1: for good, -2: there is none), and the time it ends at."""

COUNT = "redis.pcall('INCR', KEYS[1])\nreturn redis.call('MGET', KEYS[1])[1]"
"""Count a deletion on the fence, and give that as text, since Lua's numbers are too short.

Where memory is full, it is only given.
"""

REPLACE_RAW = """
local found = redis.call('MGET', KEYS[1])[1] or ''
if found ~= ARGV[2] then return 0 end
redis.call('SET', KEYS[1], ARGV[1])
return 1
"""
"""Set a key for good if it still holds what was seen ("" for nothing). ARGV: what to set, what was seen."""

_BEHIND = """
local fence = table.remove(KEYS)
local function run()
{script}
end
local answers = run()
{count}
return {{answers, redis.call('MGET', fence)[1]}}
"""


@cache
def behind_fence(script: str, *, counts: bool) -> str:
    """Make a script that takes the fence as its last key, counts on it if wanted, and gives it after the answers."""
    return _BEHIND.format(script=script, count="redis.pcall('INCR', fence)" if counts else "")
