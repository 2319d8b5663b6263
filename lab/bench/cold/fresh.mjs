// What Lambda does with a new environment, timed: imports the function, and hands it one event. JavaScript, so that
// Node has nothing else to load before: node fresh.mjs <bundle> <event as JSON>

const [file, event] = process.argv.slice(2)
const context = { functionName: 'bench', awsRequestId: 'JKJaXmPLvHcESHA=', getRemainingTimeInMillis: () => 3000 }

const cpu = process.cpuUsage()
const begun = performance.now()
const { handler } = await import(file)
const imported = performance.now()
const { user, system } = process.cpuUsage(cpu)
const answer = await handler(JSON.parse(event), context)
const answered = performance.now()

const times = { importMs: imported - begun, importCpuMs: (user + system) / 1000, answerMs: answered - begun }
process.stdout.write(JSON.stringify({ ...times, answer }), () => process.exit())
