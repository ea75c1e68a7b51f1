-- The GraphQL request of BENCH_BODY; an answer with errors, which has status 200, stops the load.
wrk.method = 'POST'
wrk.headers['Content-Type'] = 'application/json'
wrk.body = os.getenv('BENCH_BODY')
function response(status, headers, body)
  if body:find('"errors"', 1, true) or body:find('"errorCode"', 1, true) then
    io.stderr:write(body)
    os.exit(1)
  end
end
