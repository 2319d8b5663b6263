import { findPublicPatterns } from '../build/trusted-origins.ts'
import { createUsers } from '../lib/accounts/users.ts'
import { type Config, parseConfig } from '../lib/config.ts'
import { ConfigError } from '../lib/config-error.ts'
import { defined } from '../lib/defined.ts'
import { createClient, type DynamoDBClient, dynamodbUserStore } from '../lib/dynamodb/index.ts'
import { bcryptHasher } from '../lib/passwords/password-hasher.ts'
import type { PasswordHasher } from '../lib/ports.ts'
import { Secret } from '../lib/secret.ts'
import { type Administrator, createAdministrator } from './administrator.ts'
import { startAwsServices } from './aws-services.ts'
import { type Engine, startEmbeddedEngine } from './engine.ts'
import { type FrontOptions, startFront } from './front.ts'
import { readOrCreateFactorKey, readOrCreatePepper, readOrCreateTokenKey } from './pepper.ts'
import type { Pool } from './pool.ts'
import { startProviders } from './provider/providers.ts'
import { sdkVariables } from './sdk-variables.ts'
import { pick, present, SECRETS, withSecrets } from './secrets.ts'
import { readService, type Service } from './service.ts'
import { type ExpiryOptions, expiringTables, playExpiry } from './streams/expiry.ts'
import { openPositions } from './streams/positions.ts'
import { embeddedStreams, engineStreams, type Streams, streamTables } from './streams/streams.ts'
import { tableParams } from './table-settings.ts'
import { createMissingTables } from './tables.ts'

export interface StackOptions {
  /** Environment variables of the configuration, with `PORT` and `DYNAMODB_ENDPOINT`. */
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Contains the tables and the pepper. */
  readonly dataFolder: string
  /** Folders with a serverless.yml; the first one is Coatcheck's own. */
  readonly services: readonly string[]
  readonly workers?: FrontOptions['workers']
  readonly bundle?: FrontOptions['bundle']
  /** Whether to log what each request has done. */
  readonly watch?: boolean
  /** As of `startFront`. */
  readonly cookieTwins?: boolean
  /** Whether a provider of identities stands in for real ones. Default: false. */
  readonly standInProvider?: boolean
  /** Whether to call functions for the streams of tables. Default: true. */
  readonly playsStreams?: boolean
  /** How soon items are deleted whose time to live is over. */
  readonly expiry?: Pick<ExpiryOptions, 'intervalMs' | 'delaySeconds'>
  readonly log?: (line: string) => void
  /** Runs already and is not closed with the stack. Default: one with its data in the folder, or `DYNAMODB_ENDPOINT`. */
  readonly engine?: Engine | undefined
  /** Whether functions get the settings of the AWS SDK for the engine, as in `sdkVariables`. */
  readonly sdkSettings?: boolean
  /** Creates what belongs there before the first request is answered. */
  readonly prepare?: (given: Preparation) => Promise<void>
  /** Default: true. */
  readonly createsAdministrator?: boolean
  /** Shows the first administrator before it is created; if it returns `false`, none is created. */
  readonly showAdministrator?: (administrator: Administrator) => Promise<boolean>
}

/** What is there before the first request is answered. */
export interface Preparation {
  readonly config: Config
  readonly client: DynamoDBClient
  readonly hasher: PasswordHasher
}

export interface Stack {
  readonly url: string
  /** Endpoint of the engine, embedded or given. */
  readonly endpoint: string
  readonly config: Config
  /** In the order of the folders. */
  readonly services: readonly Service[]
  /** Runs the new code of a service from the next event on. @throws Error if it cannot be bundled; the old code stays */
  reload(service: Service): Promise<void>
  /** Process ids of the workers, if they are processes. */
  pids: Pool['pids']
  close(): Promise<void>
}

/**
 * Starts engine, tables, first administrator and front. Resolves when the front answers.
 * @throws Error in one sentence if a part cannot start, after stopping the others
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const {
    environment,
    dataFolder,
    services,
    workers,
    bundle,
    watch = false,
    cookieTwins = false,
    playsStreams = true,
    standInProvider = false,
    expiry,
    log = console.log,
    engine,
    sdkSettings = false,
    prepare = async () => {},
    createsAdministrator = true,
    showAdministrator = async () => true,
  } = options
  const { STAGE } = environment
  if (STAGE && STAGE !== 'local')
    throw new Error(
      `npm start runs only the stage local, and STAGE is ${STAGE}: unset it, or deploy with npx serverless deploy --stage ${STAGE}.`,
    )
  const config = parseConfig(environment)
  assertPrivatePatterns([environment.TRUSTED_ORIGINS])
  const started: { close(): Promise<void> }[] = []
  const close = async () => {
    for (const part of started.splice(0).reverse()) await part.close()
  }
  try {
    const embedded = config.endpoint ? undefined : (engine ?? (await startEmbeddedEngine(dataFolder)))
    if (embedded && embedded !== engine) started.push(embedded)
    const endpoint = embedded?.endpoint ?? (config.endpoint as string)
    // Not the functions' limit: an engine that has just started takes seconds for its first table.
    const client = createClient({ endpoint, timeoutMs: 5_000 })
    const params = tableParams(config.tables)
    const read = await Promise.all(services.map((folder) => readService(folder, { stage: 'local', params })))
    assertPrivatePatterns(read.flatMap(({ functions }) => functions.map((each) => each.environment.TRUSTED_ORIGINS)))
    for (const service of read) await createMissingTables(client, service.resources, { streams: playsStreams })
    const streams = playsStreams ? await openStreams(embedded, endpoint, read, dataFolder) : undefined
    if (streams) started.push({ close: async () => streams.close() })
    const pepper =
      config.password.pepper?.reveal() ?? (await readOrCreatePepper(dataFolder, client, config.tables.users))

    // The front before the administrator: a port in use must not cost the only sight of a password.
    const factorKey = config.factorKeys?.current.reveal() ?? (await readOrCreateFactorKey(dataFolder))
    const { TOKEN_KEYS, TOKEN_AUDIENCES } = environment
    const tokenKeys = TOKEN_KEYS || (TOKEN_AUDIENCES ? await readOrCreateTokenKey(dataFolder) : undefined)
    const keys = { PASSWORD_PEPPER: pepper, FACTOR_KEY: factorKey, TOKEN_KEYS: tokenKeys }
    const secrets = { ...pick(environment, SECRETS), ...keys }
    const region = read[0]?.region ?? ''
    const given = { environment, config, endpoint, region, dataFolder, log, watch }
    const aws = playsStreams ? await startAwsServices(given) : undefined
    if (aws) started.push(aws)
    const providers = standInProvider ? await startProviders(config, log) : undefined
    if (providers) started.push(providers)
    const PROVIDERS = providers?.text ?? environment.PROVIDERS
    const settings = {
      ...environment,
      PROVIDERS,
      ORIGIN: config.origin,
      DYNAMODB_ENDPOINT: endpoint,
      ...aws?.environment,
      ...(sdkSettings && sdkVariables(endpoint)),
    }
    const ready = Promise.withResolvers<void>()
    const served = withSecrets(read, present(secrets))
    const front = await startFront({
      services: served,
      environment: present({ ...settings, ...pick({}, SECRETS) }),
      port: config.port,
      hosts: [new URL(config.origin).hostname],
      ...defined({ workers, bundle, watch, cookieTwins }),
      ...(streams && { streams: { openStream: streams.open, positions: await openPositions(dataFolder) } }),
      pages: aws?.mailbox?.page,
      ready: ready.promise,
      log,
    })
    started.push(front)
    aws?.bridge.deliverTo(front.deliver)
    if (playsStreams) {
      const expiryClient = createClient({ endpoint, timeoutMs: 5_000 })
      const playing = playExpiry({ client: expiryClient, tables: read.flatMap(expiringTables), log, ...expiry })
      started.push({ close: () => playing.stop().finally(() => expiryClient.destroy()) })
    }
    const hasher = bcryptHasher({
      cost: config.password.bcryptCost,
      pepper: new Secret(pepper),
      pepperVersion: config.password.pepperVersion,
    })
    await prepare({ config, client, hasher })
    const users = createUsers({ store: dynamodbUserStore({ client, tableName: config.tables.users }) })
    if (createsAdministrator) await createAdministrator(users, hasher, showAdministrator)
    ready.resolve()
    client.destroy()
    return { url: front.url, endpoint, config, services: served, reload: front.reload, pids: front.pids, close }
  } catch (error) {
    await close()
    throw error
  }
}

async function openStreams(
  embedded: Engine | undefined,
  endpoint: string,
  services: readonly Service[],
  folder: string,
): Promise<Streams> {
  if (!embedded) return engineStreams(endpoint, services.flatMap(expiringTables))
  return embeddedStreams(embedded, services.flatMap(streamTables), { region: services[0]?.region ?? '', folder })
}

/** The same check as when a service is packaged. */
function assertPrivatePatterns(lists: readonly (string | undefined)[]): void {
  const problems = [...new Set(lists.flatMap((list) => findPublicPatterns(list ?? '')))]
  if (problems.length > 0) throw new ConfigError(problems)
}
