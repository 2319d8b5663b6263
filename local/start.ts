import { fileURLToPath } from 'node:url'
import { VARIABLES } from '../lib/environment.ts'
import { startStack } from './stack.ts'

const COATCHECK = fileURLToPath(new URL('..', import.meta.url))
const DATA_FOLDER = '.coatcheck'

/** Runs `npm start`: Coatcheck and the services in the given folders on this machine; `--watch` shows each request's calls. */
export async function startLocal(given: readonly string[]): Promise<void> {
  const folders = given.filter((each) => each !== '--watch')
  const watch = folders.length < given.length
  process.umask(0o077) // new files are only for their owner, those of the engine's library too
  // As in Lambda, functions receive only the variables of the README's table.
  const environment = Object.fromEntries(VARIABLES.map((name) => [name, process.env[name]]))
  const starting = startStack({ environment, dataFolder: DATA_FOLDER, services: [COATCHECK, ...folders], watch })

  // Registered before the start completes, so that an interrupted start cleans up too. Ctrl-C reaches npm and this
  // process, so the signal may arrive twice.
  let stopping = false
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, async () => {
      if (stopping) return
      stopping = true
      await starting.then((stack) => stack.close()).catch(() => {})
      process.exit(0)
    })

  try {
    const { url, administrator } = await starting
    if (!stopping) console.log(`Coatcheck listens at ${url} (Ctrl-C stops it); open it in a browser for the console.`)
    if (administrator) {
      console.log(`Administrator: ${administrator.email}`)
      console.log(`Password: ${administrator.password}`)
      console.log('This password is shown once and is not stored.')
    }
    if (!stopping) console.log(`Try it: curl -i ${url}/health`)
  } catch (error) {
    console.error((error as Error).message)
    process.exit(1)
  }
}

if (import.meta.main) await startLocal(process.argv.slice(2))
