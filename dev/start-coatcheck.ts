import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startEmbeddedEngine } from '../local/engine.ts'
import { startStack } from '../local/stack.ts'
import { assertNode } from './assert-node.ts'
import { environmentOf } from './environment.ts'
import { freePort } from './free-port.ts'
import { SERVICE_FOLDER } from './service-folder.ts'
import { signIn } from './sign-in.ts'
import type { RunningCoatcheck, SignedInUser, StartOptions } from './types.ts'
import { type CreatedUser, createUsersOf } from './users.ts'

/** A suite is one source of many requests, and hashes no passwords that matter. */
const TEST_SETTINGS = {
  BCRYPT_COST: '10',
  LOGIN_ATTEMPTS_PER_SOURCE: '100000',
  REGISTRATIONS_PER_SOURCE: '100000',
  MAILS_PER_SOURCE: '100000',
  LINKS_PER_SOURCE: '100000',
  PASSKEYS_PER_SOURCE: '100000',
  DATASTORE_TIMEOUT_MS: '10000', // a busy machine makes no call fail
}

/**
 * Starts Coatcheck with tables in memory, creates users and signs them in. Resolves when every request is answered.
 * @throws Error in one sentence if the port is in use, or if a setting is invalid
 * @example
 * ```ts
 * import { startCoatcheck } from 'coatcheck-dev'
 *
 * const coatcheck = await startCoatcheck({ users: { ann: { scopes: ['notes:read'] } } })
 * const response = await fetch(`${coatcheck.url}/auth/session`, { headers: { cookie: coatcheck.users.ann.cookie } })
 * console.log(response.status) // 200
 * await coatcheck.stop()
 * ```
 */
export async function startCoatcheck<Names extends string = never>(
  options: StartOptions<Names> = {},
): Promise<RunningCoatcheck<Names>> {
  const { users = {} as Record<Names, never>, port = await freePort(), services = [], log = () => {} } = options
  assertNode()
  const dataFolder = await mkdtemp(join(tmpdir(), 'coatcheck-dev-'))
  const started: (() => Promise<void>)[] = [() => rm(dataFolder, { recursive: true, force: true })]
  const stop = async () => {
    for (const end of started.splice(0).reverse()) await end()
  }
  try {
    const engine = await startEmbeddedEngine(undefined, { hasSecret: true })
    started.push(engine.close)
    let created = new Map<string, CreatedUser>()
    const stack = await startStack({
      environment: { ...TEST_SETTINGS, ...options.environment, PORT: String(port) },
      dataFolder,
      services: [SERVICE_FOLDER, ...services],
      engine,
      sdkSettings: true,
      cookieTwins: true,
      createsAdministrator: false,
      log,
      prepare: async (given) => {
        created = await createUsersOf(users, given)
      },
    })
    started.push(stack.close)
    const signedIn: [string, SignedInUser][] = []
    for (const [name, user] of created) signedIn.push([name, await signIn(stack.url, user)])
    return {
      url: stack.url,
      endpoint: stack.endpoint,
      environment: environmentOf(stack),
      users: Object.fromEntries(signedIn) as Record<Names, SignedInUser>,
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}
