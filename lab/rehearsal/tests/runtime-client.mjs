// Stands for AWS's runtime client in the tests of the sandbox: one loop, whose event says what happens.
const api = `http://${process.env.AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime`
const post = (path, value) => fetch(`${api}/${path}`, { method: 'POST', body: JSON.stringify(value) })

if (process.env.BROKEN === 'throws') {
  await post('init/error', { errorMessage: 'The configuration has a problem.' })
  process.exit(1)
}
if (process.env.BROKEN === 'exits') process.exit(3)
console.log('started')
for (;;) {
  const next = await fetch(`${api}/invocation/next`)
  const id = next.headers.get('lambda-runtime-aws-request-id')
  const event = await next.json()
  if (event === 'hang') await new Promise((resolve) => setTimeout(resolve, 60_000))
  if (event === 'exit') process.exit(4)
  const result = { event, pid: process.pid, key: process.env.AWS_ACCESS_KEY_ID, handler: process.argv[2] }
  await post(`invocation/${id}/${event === 'fail' ? 'error' : 'response'}`, result)
}
