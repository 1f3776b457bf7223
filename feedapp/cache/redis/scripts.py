"""The server-side scripts of the protocol, one key each, so that they run on a Redis Cluster as on a single server.

`routing.py` sends them by digest, and as text to a server that does not know them yet.
"""

from __future__ import annotations

REPLACE = """
local found = redis.call('GET', KEYS[1])
if found and found ~= ARGV[3] then return found end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return false
"""
"""Set a value or lease where there is none, or only what was seen dead; otherwise give back what stands there.

ARGV: what to set, milliseconds, the dead bytes seen. Where none were seen, `SET … NX GET` does the same.
"""

FILL = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
if redis.pcall('SET', KEYS[1], ARGV[2], 'PX', ARGV[3]).err then
  redis.call('DEL', KEYS[1])
  return 0
end
return 1
"""
"""Set a value only where one's own lease still stands. ARGV: lease, value, milliseconds.

A Redis whose memory is full refuses; then the lease goes, so that nobody waits for what will not come.
"""

YIELD = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])
"""
"""Give up one's own lease. ARGV: lease."""

HOLD = """
local found = redis.call('GET', KEYS[1]) or ''
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local held = 'W'
if string.sub(found, 1, 1) == 'W' then
  for token, due in string.gmatch(found, ' (%w+)@(%d+)') do
    if tonumber(due) > now then held = held .. ' ' .. token .. '@' .. due end
  end
end
held = held .. ' ' .. ARGV[1] .. '@' .. string.format('%.0f', now + ARGV[2])
redis.call('SET', KEYS[1], held, 'PX', ARGV[2])
return string.sub(found, 1, 1) == '[' and 1 or 0
"""
"""Replace what a key holds by a writer's hold, beside those of other writers that have not run out.

ARGV: the writer's token, milliseconds. Returns 1 if a value was removed by it.
"""

RELEASE = """
local found = redis.call('GET', KEYS[1])
if not found then return 0 end
if string.sub(found, 1, 1) ~= 'W' then
  redis.call('DEL', KEYS[1])
  return string.sub(found, 1, 1) == '[' and 1 or 0
end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local others = 'W'
for token, due in string.gmatch(found, ' (%w+)@(%d+)') do
  if token ~= ARGV[1] and tonumber(due) > now then others = others .. ' ' .. token .. '@' .. due end
end
if others == 'W' or redis.pcall('SET', KEYS[1], others, 'KEEPTTL').err then redis.call('DEL', KEYS[1]) end
return 0
"""
"""Delete a key, except for the holds of other writers: their commits are still to come.

A Redis whose memory is full refuses to store those; then they go as well, since deleting must never fail for that.
ARGV: the writer's token.
"""

COUNT = """
redis.pcall('INCR', KEYS[1])
return redis.call('GET', KEYS[1])
"""
"""Count a deletion on the fence, and give that as text, since Lua's numbers are too short.

Where memory is full, it is only given.
"""

REPLACE_RAW = """
local found = redis.call('GET', KEYS[1]) or ''
if found ~= ARGV[2] then return 0 end
redis.call('SET', KEYS[1], ARGV[1])
return 1
"""
"""Set a key for good if it still holds what was seen ("" for nothing). ARGV: what to set, what was seen."""

DROP = """
if redis.call('TYPE', KEYS[1]).ok == 'string' then return 0 end
return redis.call('DEL', KEYS[1])
"""
"""Delete a key that holds a list, a set or the like."""

LOOK = """
local left = redis.call('PTTL', KEYS[1])
if left < 0 then return {redis.call('GET', KEYS[1]), left, 0} end
local time = redis.call('TIME')
return {redis.call('GET', KEYS[1]), left, time[1] * 1000 + math.floor(time[2] / 1000) + left}
"""
"""Give what the key holds, the milliseconds it has left (-1: for good, -2: there is none), and the time it ends at."""
