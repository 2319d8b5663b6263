// What Lambda does with a new environment, timed: imports the function, and hands it one event. JavaScript, so that
// Node has nothing else to load before: node fresh.mjs <bundle> <event as JSON>

import 'node:module' // as an ES module, as Lambda's runtime client has it

// The other modules that the runtime client (aws-lambda-ric 4.0.2) has loaded before a handler.
for (const name of ['stream', 'net', 'http', 'os', 'worker_threads']) process.getBuiltinModule(name)

// DynamoDB's own name leads to the stand-in for it: here alone, so that the function has nothing to set.
const { prototype } = process.getBuiltinModule('net').Socket
const { connect } = prototype
prototype.connect = function (options, ...rest) {
  const isAws = options?.host?.endsWith('.amazonaws.com')
  const port = Number(process.env.COLD_START_PORT)
  return connect.call(this, isAws ? { ...options, host: '127.0.0.1', port } : options, ...rest)
}

const [file, event] = process.argv.slice(2)
const context = { functionName: 'bench', awsRequestId: 'JKJaXmPLvHcESHA=', getRemainingTimeInMillis: () => 3000 }
const cpuMs = (since) => {
  const { user, system } = process.cpuUsage(since)
  return (user + system) / 1000
}

const cpu = process.cpuUsage()
const begun = performance.now()
const { handler } = await import(file)
const imported = performance.now()
const importCpuMs = cpuMs(cpu)
const answer = await handler(JSON.parse(event), context)
const answered = performance.now()
const answerCpuMs = cpuMs(cpu)

const times = { importMs: imported - begun, importCpuMs, answerMs: answered - begun, answerCpuMs }
process.stdout.write(JSON.stringify({ ...times, answer }), () => process.exit())
