-- A new student with each request: no other address is like it, in this run or any before.
math.randomseed(os.time() + tonumber(tostring({}):sub(8), 16) % 1000000)
local run, count = math.random(1, 1000000000), 0
local headers = { ["Content-Type"] = "application/json" }

request = function()
  count = count + 1
  local body = string.format('{"name":"Ada Lovelace","email":"%d.%d@example.org"}', run, count)
  return wrk.format("POST", "/student", headers, body)
end
