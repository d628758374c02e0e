-- What wrk sends and notes, the same for Tintype and for nginx.
--   wrk … -s requests.lua URL -- BODY AUTHORIZATION FIRST STEP COUNT CONNECTION NOTES [pull]
-- BODY is a file; "@@" in it becomes the last twelve digits of an id, the next number of FIRST, FIRST + STEP, … (COUNT of
-- them, then from the start). CONNECTION is that field's value. NOTES is where the numbers are written at the end. With
-- "pull" BODY opens an enumeration, and what an answer leaves open is pulled from until its end; NOTES counts the ends.

local threads = {}

function setup(thread)
  table.insert(threads, thread)
end

local function read(name)
  local file = assert(io.open(name, "rb"))
  local text = file:read("*a")
  file:close()
  return text
end

local function post(path, host, fields, body)
  return "POST " .. path .. " HTTP/1.1\r\nHost: " .. host .. "\r\n" .. fields .. "Content-Length: " .. #body .. "\r\n\r\n" .. body
end

local contexts, opened, pull_before, pull_after = {}, nil, nil, nil

function init(args)
  local body, authorization, connection = read(args[1]), args[2], args[6]
  first, step, count = tonumber(args[3]), tonumber(args[4]), tonumber(args[5])
  notes = args[7]
  sent, ends, wrong = -1, 0, 0  -- wrk makes one request to look at, which is never sent
  local path = wrk.path
  local host = wrk.host .. ":" .. wrk.port
  local fields = "Content-Type: application/soap+xml;charset=UTF-8\r\nAuthorization: " .. authorization .. "\r\n"
  if connection ~= "keep-alive" then fields = fields .. "Connection: " .. connection .. "\r\n" end
  local at = body:find("@@", 1, true)
  if at then
    local whole = post(path, host, fields, body:sub(1, at - 1) .. string.rep("0", 12) .. body:sub(at + 2))
    local head = whole:find("\r\n\r\n", 1, true) + 3
    before = whole:sub(1, head) .. body:sub(1, at - 1)
    after = body:sub(at + 2)
  else
    before = post(path, host, fields, body)
  end
  if args[8] == "pull" then
    local pull = read(args[1] .. ".pull")
    local where = pull:find("@@", 1, true)
    pull_before, pull_after = pull:sub(1, where - 1), pull:sub(where + 2)
    request = function()
      local context = table.remove(contexts)
      if not context then return before end
      return post(path, host, fields, pull_before .. context .. pull_after)
    end
    response = function(status, _, text)
      if status ~= 200 then wrong = wrong + 1 end
      local context = text:match("<n:EnumerationContext>([^<]+)</n:EnumerationContext>")
      if context then table.insert(contexts, context) else ends = ends + 1 end
    end
  elseif after then
    request = function()
      local number = first + step * (math.max(sent, 0) % count)
      sent = sent + 1
      return before .. string.format("%012X", number) .. after
    end
  else
    request = function() return before end
  end
end

function done(summary, latency, _)
  local out = assert(io.open(threads[1]:get("notes"), "w"))
  local function note(name, value) out:write(name, " ", string.format("%.3f", value), "\n") end
  note("requests", summary.requests)
  note("seconds", summary.duration / 1e6)
  note("bytes", summary.bytes)
  for _, kind in ipairs({"connect", "read", "write", "status", "timeout"}) do note(kind, summary.errors[kind]) end
  for name, part in pairs({p50 = 50, p99 = 99, ["p99.9"] = 99.9}) do note(name, latency:percentile(part)) end
  note("sent", threads[1]:get("sent"))
  note("ends", threads[1]:get("ends"))
  note("wrong", threads[1]:get("wrong"))
  out:close()
end
