import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { VARIABLES } from '../lib/environment.ts'
import type { Administrator } from '../local/administrator.ts'
import { protectDataFolder } from '../local/data-folder.ts'
import { type Engine, startEmbeddedEngine } from '../local/engine.ts'
import { type Stack, startStack } from '../local/stack.ts'
import { setAdministrator } from './administrator.ts'
import { assertNode } from './assert-node.ts'
import { environmentOf, toEnvironmentFile } from './environment.ts'
import { chooseFolders } from './folders.ts'
import { freePort } from './free-port.ts'
import { readSeed } from './seed.ts'
import { createUsersOf } from './users.ts'
import { watchSources } from './watch-sources.ts'

/** Options of `coatcheck dev`. */
export interface DevOptions {
  /** Folders with a serverless.yml, served on the same origin. Default: the working folder, if it has one. */
  readonly folders: readonly string[]
  /** Whether to serve Coatcheck alone, beside another dev server. */
  readonly alone?: boolean | undefined
  /** 0 for any free one. */
  readonly port?: string | undefined
  readonly memory?: boolean | undefined
  readonly adminPassword?: string | undefined
  readonly seed?: string | undefined
  readonly watch?: boolean | undefined
}

/** The data folder of `npm start` and of the command line, in the working folder. */
const DATA_FOLDER = '.coatcheck'

/**
 * Runs Coatcheck beside the services of a project until a signal stops it.
 * @throws Error in one sentence if it cannot start
 */
export async function dev(options: DevOptions, environment: Readonly<Record<string, string | undefined>>) {
  assertNode()
  process.umask(0o077) // new files are only for their owner
  const seed = options.seed === undefined ? {} : await readSeed(options.seed)
  const adminPassword = options.adminPassword ?? environment.COATCHECK_ADMIN_PASSWORD
  const port = options.port ?? environment.PORT
  const settings = {
    ...Object.fromEntries(VARIABLES.map((name) => [name, environment[name]])),
    ...(port !== undefined && { PORT: port === '0' ? String(await freePort()) : port }),
  }
  const dataFolder = options.memory ? join(DATA_FOLDER, 'memory') : DATA_FOLDER
  if (options.memory) await rm(dataFolder, { recursive: true, force: true })
  await protectDataFolder(dataFolder)
  const engine = options.memory ? await startEmbeddedEngine(undefined, { hasSecret: true }) : undefined
  const folders = await chooseFolders(options)

  const start = () =>
    startStack({
      environment: settings,
      dataFolder,
      services: folders,
      engine,
      sdkSettings: true,
      cookieTwins: true,
      watch: options.watch ?? false,
      showAdministrator: async ({ email, password }: Administrator) => {
        console.log(`Administrator: ${email}\nPassword: ${password}\nThis password is shown once and is not stored.`)
        return true
      },
      prepare: async (given) => {
        if (adminPassword !== undefined) await setAdministrator(adminPassword, given)
        for (const { email, password, isGenerated } of (await createUsersOf(seed, given)).values())
          console.log(`Created ${email}${isGenerated ? ` with the password ${password}` : ''}.`)
      },
    })

  const stack = await start()
  await announce(stack, engine)
  await keepRunning(stack, start, engine)
  if (options.memory) await rm(dataFolder, { recursive: true, force: true })
  for (const name of ['env', ...(engine ? ['endpoint'] : [])]) await rm(join(DATA_FOLDER, name), { force: true })
}

/** Says where it is, and leaves the same for programs. The file is only for its owner. */
async function announce(stack: Stack, engine: Engine | undefined): Promise<void> {
  const text = toEnvironmentFile(environmentOf(stack))
  const file = join(DATA_FOLDER, 'env')
  await writeFile(file, text, { mode: 0o600 })
  if (engine) await writeFile(join(DATA_FOLDER, 'endpoint'), engine.endpoint, { mode: 0o600 })
  console.log(`Coatcheck listens at ${stack.url} (Ctrl-C stops it); open it in a browser for the console.`)
  for (const { name, functions } of stack.services.slice(1))
    for (const { routes } of functions)
      for (const { method, path } of routes) console.log(`${name}: ${method} ${stack.url}${path}`)
  console.log(`Handlers that run elsewhere need this environment, which is in ${file} as well:`)
  console.log(text.replace(/^(?=.)/gm, '  ').trimEnd())
}

/** Reloads edited handlers and starts anew when a serverless.yml has changed. Resolves when it is stopped. */
async function keepRunning(first: Stack, start: () => Promise<Stack>, engine: Engine | undefined): Promise<void> {
  let stack: Stack | undefined = first
  let work: Promise<void> = Promise.resolve()
  /** One after the other, and a failure only prints its sentence: the next edit corrects it. */
  const queue = (step: () => Promise<void>) => {
    work = work.then(step).catch((error: Error) => console.error(error.message))
  }
  const watchers = first.services.slice(1).map((service, index) =>
    watchSources(service.folder, (kind) =>
      queue(async () => {
        const current = stack?.services[index + 1]
        if (kind === 'code' && stack && current) {
          await stack.reload(current)
          console.log(`${current.name}: runs the new code.`)
          return
        }
        const old = stack
        stack = undefined
        await old?.close()
        stack = await start()
        await announce(stack, engine)
        console.log(`${service.name}: started with the new serverless.yml.`)
      }),
    ),
  )
  const { promise: stopped, resolve: stop } = Promise.withResolvers<void>()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop())
  process.stdout.on('error', () => stop())
  process.stderr.on('error', () => {})
  await stopped
  for (const watcher of watchers) watcher.close()
  await work
  await stack?.close()
  await engine?.close()
}
