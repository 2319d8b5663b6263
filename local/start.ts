import { fileURLToPath } from 'node:url'
import { VARIABLES } from '../lib/environment.ts'
import { isNullDevice } from '../lib/null-device.ts'
import type { Administrator } from './administrator.ts'
import { startStack } from './stack.ts'

const COATCHECK = fileURLToPath(new URL('..', import.meta.url))
const DATA_FOLDER = '.coatcheck'

/** Runs `npm start`: Coatcheck and the services in the given folders on this machine; `--watch` shows each request's calls. */
export async function startLocal(given: readonly string[]): Promise<void> {
  const folders = given.filter((each) => each !== '--watch')
  const watch = folders.length < given.length
  process.umask(0o077) // new files are only for their owner, those of the engine's library too
  // As in Lambda, functions receive only the variables in docs/configuration.md.
  const environment = Object.fromEntries(VARIABLES.map((name) => [name, process.env[name]]))
  const starting = startStack({
    environment,
    dataFolder: DATA_FOLDER,
    services: [COATCHECK, ...folders],
    showAdministrator,
    watch,
    cookieTwins: true,
    standInProvider: true,
  })

  // Registered before the start completes, so that an interrupted start cleans up too. Ctrl-C reaches npm and this
  // process, so the signal may arrive twice.
  let stopping = false
  const stop = async (exitCode: number) => {
    if (stopping) return
    stopping = true
    await starting.then((stack) => stack.close()).catch(() => {})
    process.exit(exitCode)
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop(0))
  process.stderr.on('error', () => {}) // there is nowhere to report it
  process.stdout.on('error', ({ message }) => {
    if (!stopping) console.error(`Standard output cannot be written (${message}): Coatcheck stops.`)
    stop(1)
  })

  try {
    const { url } = await starting
    if (!stopping) console.log(`Coatcheck listens at ${url} (Ctrl-C stops it); open it in a browser for the console.`)
    if (!stopping) console.log(`Try it: curl -i ${url}/health`)
  } catch (error) {
    if (!stopping) console.error((error as Error).message)
    process.exit(1)
  }
}

/** Prints the first administrator; returns `false` if nobody would see it. @throws Error if it cannot be printed. */
async function showAdministrator({ email, password }: Administrator): Promise<boolean> {
  if (isNullDevice(process.stdout)) {
    console.error(
      'Standard output is closed or the null device, so no administrator was created: start with a visible output once.',
    )
    return false
  }
  const text = `Administrator: ${email}\nPassword: ${password}\nThis password is shown once and is not stored.\n`
  await new Promise<void>((resolve, reject) => {
    process.stdout.write(text, (error) => (error ? reject(error) : resolve()))
  })
  return true
}

if (import.meta.main) await startLocal(process.argv.slice(2))
