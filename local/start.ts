import { VARIABLES } from '../lib/config.ts'
import { startStack } from './stack.ts'

// `npm start`: the whole service on this machine. Further arguments are folders with a serverless.yml to serve beside it.

const DATA_FOLDER = '.coatcheck'

/** Only what the README's table names reaches a function, as in Lambda. */
const environment = Object.fromEntries(VARIABLES.map((name) => [name, process.env[name]]))

async function start(): Promise<void> {
  const stack = await startStack({
    environment,
    dataFolder: DATA_FOLDER,
    services: ['.', ...process.argv.slice(2)],
  })
  let stopping = false
  const stop = async () => {
    if (stopping) return // Ctrl-C reaches npm and this process, and may arrive twice
    stopping = true
    await stack.close()
    process.exit(0)
  }
  process.on('SIGINT', stop).on('SIGTERM', stop)

  const { url, administrator } = stack
  console.log(`Coatcheck listens at ${url} (Ctrl-C stops it)`)
  if (administrator) {
    console.log(`Administrator: ${administrator.email}`)
    console.log(`Password: ${administrator.password}`)
    console.log('This password is shown once and kept nowhere.')
  }
  console.log(`Try it: curl -i ${url}/health`)
}

start().catch((error: Error) => {
  console.error(error.name === 'Error' || error.name === 'ConfigError' ? error.message : error)
  process.exit(1)
})
