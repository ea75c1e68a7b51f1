-- A POST /orders whose time no other order is near to: every thread counts on from BENCH_BASE (seconds since 1970).
local threads = 0
function setup(thread)
  thread:set('id', threads)
  threads = threads + 1
end
-- Random, as clients make them: each falls on another page of the index of keys.
math.randomseed(os.time())
local function randomKey()
  local digits = {}
  for i = 1, 4 do digits[i] = string.format('%08x', math.random(0, 0x7fffffff)) end
  return table.concat(digits, '-')
end
local n = 0
local base = tonumber(os.getenv('BENCH_BASE'))
wrk.method = os.getenv('BENCH_METHOD') or 'POST'
wrk.headers['Content-Type'] = 'application/json'
local path = os.getenv('BENCH_PATH')
function request()
  local at = base + (n * 4 + id) * 4 * 3600
  n = n + 1
  local body = '{"datetime":"' .. os.date('!%Y-%m-%dT%H:%M:%SZ', at) .. '","totalfee":349.5}'
  wrk.headers['Idempotency-Key'] = randomKey()
  return wrk.format(nil, path, nil, body)
end
