-- For wrk: asks for what stands in a random line of a file (a path, or a path and an entity tag), and ends with one line
-- of JSON.
--   wrk … --script wrk.lua URL -- FILE
local requests = {}

function init(args)
  math.randomseed(os.time())
  for line in io.lines(args[1]) do
    local path, tag = line:match("^(%S+) ?(%S*)$")
    -- Replacing all of wrk.headers would lose those of the command line.
    wrk.headers["If-None-Match"] = tag ~= "" and tag or nil
    requests[#requests + 1] = wrk.format("GET", path)
  end
end

function request()
  return requests[math.random(#requests)]
end

function done(summary, latency, _)
  local errors = summary.errors
  print(string.format(
    '{"requests":%d,"requestsPerSecond":%.1f,"p50":%.4f,"p99":%.4f,"failures":%d,"refusals":%d}',
    summary.requests,
    summary.requests / summary.duration * 1e6,
    latency:percentile(50) / 1000,
    latency:percentile(99) / 1000,
    errors.connect + errors.read + errors.write + errors.timeout,
    errors.status
  ))
end
