-- Sends the requests of a file, one after the other, and writes the whole distribution of latencies as one line of JSON.
-- wrk ... -s requests.lua URL -- FILE FIRST: a line of the file is a method, a path, a body (- for
-- none) and then headers, separated by tabs.
local requests, position = {}, 0

function init(arguments)
  for line in io.lines(arguments[1]) do
    local fields = {}
    for field in string.gmatch(line, "[^\t]+") do fields[#fields + 1] = field end
    local headers = {}
    for number = 4, #fields do
      local name, value = string.match(fields[number], "^([^:]+): (.*)$")
      headers[name] = value
    end
    requests[#requests + 1] = wrk.format(fields[1], fields[2], headers, fields[3] ~= "-" and fields[3] or nil)
  end
  position = tonumber(arguments[2])
end

function request()
  position = position % #requests + 1
  return requests[position]
end

function done(summary, latency)
  local parts = {}
  for _, p in ipairs({1, 5, 10, 20, 30, 40, 50, 60, 70, 80, 90, 95, 97, 98, 99, 99.5, 99.9, 99.99, 100}) do
    parts[#parts + 1] = string.format("[%g,%d]", p, latency:percentile(p))
  end
  local errors = summary.errors
  io.write(string.format('\nRESULT {"requests":%d,"micros":%d,"failed":%d,"latencies":[%s]}\n', summary.requests,
    summary.duration, errors.status + errors.connect + errors.read + errors.write + errors.timeout,
    table.concat(parts, ",")))
end
