import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PutItemCommand } from '@aws-sdk/client-dynamodb'
import { nanoid } from 'nanoid'
import { createClient } from '../../../lib/dynamodb/index.ts'
import type { Item } from '../../../lib/dynamodb/item.ts'
import type { FrontOptions } from '../../../local/front.ts'
import { readOrCreateTokenKey } from '../../../local/pepper.ts'
import { readService } from '../../../local/service.ts'
import { tableNames, tableParams, tableVariables } from '../../../local/table-settings.ts'
import { createMissingTables } from '../../../local/tables.ts'
import type { WireCall, WireResponse } from '../../../tests/support/relay.ts'
import { startFaultProxy } from '../faults/fault-proxy.ts'
import { type Cast, keyOf, keyText, makeCast, PEPPER } from './cast.ts'
import { FACTOR_KEY } from './dot.ts'
import { openFunctions } from './functions.ts'
import { ORIGIN, TRUSTED } from './origins.ts'

/** One invocation of one function, with the context of Lambda unless `none`. */
export interface Case {
  readonly name: string
  readonly event: unknown
  readonly context?: 'none'
}

/** A datastore call of a case, and the response that the service received. */
export interface Exchange {
  readonly call: WireCall
  readonly asked: Record<string, never> & { TableName?: string }
  readonly answer: WireResponse
  readonly spoilt: boolean
}

/** Changes the response to the n-th call of a case. */
export type Spoiling = (exchange: Omit<Exchange, 'spoilt'>, index: number) => WireResponse | undefined

export interface Outcome {
  readonly result?: unknown
  readonly thrown?: unknown
  readonly requestId: string
  readonly log: readonly string[]
  readonly exchanges: readonly Exchange[]
  /** Uncaught exceptions and unhandled rejections. */
  readonly uncaught: readonly unknown[]
  readonly ms: number
}

export type Bench = Awaited<ReturnType<typeof openBench>>

export interface BenchOptions {
  /** The endpoint of a running engine. */
  readonly engine: string
  readonly seed: number
  /** By default the functions are bundled from the source. */
  readonly bundle?: FrontOptions['bundle']
  /** The only function to open; by default all. */
  readonly only?: string
}

/** With a provider that nothing answers for: what providers answer, tests of their own play. */
const PROVIDERS_FILE = JSON.stringify({
  providers: [{ id: 'idp', name: 'Nobody', issuer: 'http://127.0.0.1:1', clientId: 'coatcheck' }],
})

/** All functions in this process, connected to an engine by a proxy, and the users and sessions of the cast. */
export async function openBench({ engine, seed, bundle, only }: BenchOptions) {
  const proxy = await startFaultProxy(engine, seed)
  const client = createClient({ endpoint: engine, timeoutMs: 10_000 })
  const tables = tableNames(`fuzz-${nanoid(8)}`)
  const service = await readService('.', { stage: 'local', params: tableParams(tables) })
  await createMissingTables(client, service.resources)
  const cast: Cast = await makeCast(seed, tables)
  await cast.write(client)
  const folder = await mkdtemp(join(tmpdir(), 'coatcheck-fuzz-'))
  const own = process.env
  process.env = {
    NODE_ENV: 'test',
    BCRYPT_COST: '4',
    PASSWORD_PEPPER: PEPPER,
    ORIGIN,
    TRUSTED_ORIGINS: TRUSTED,
    DYNAMODB_ENDPOINT: proxy.endpoint,
    DATASTORE_TIMEOUT_MS: '1000',
    ...tableVariables(tables),
    EVENTS_BUS: 'fuzz',
    MAILER: 'ses',
    LOGIN_CODE: 'on',
    REGISTRATION: 'open',
    PROVIDERS: PROVIDERS_FILE,
    FACTOR_KEY,
    TOKEN_KEYS: await readOrCreateTokenKey(folder),
    TOKEN_AUDIENCES: 'orders',
  }
  const functions = await openFunctions(service, folder, bundle, only)

  let log: string[] = []
  const uncaught: unknown[] = []
  const note = (error: unknown) => void uncaught.push(error)
  process.on('unhandledRejection', note)
  process.on('uncaughtException', note)
  const write = process.stdout.write.bind(process.stdout)
  process.stdout.write = (chunk: string | Uint8Array, ...rest: unknown[]) => {
    if (!String(chunk).startsWith('{')) return write(chunk as string, ...(rest as [])) // progress of the proof
    log.push(String(chunk).trimEnd())
    return true
  }

  return {
    cast,
    client,
    engine,

    /** Writes items directly. @returns false if the engine rejects one */
    async store(stored: readonly (readonly [table: string, item: Item])[]): Promise<boolean> {
      try {
        for (const [TableName, Item] of stored) await client.send(new PutItemCommand({ TableName, Item }))
        return true
      } catch {
        return false
      }
    },

    /** Runs a case, then restores the tables; `stored` are the items that replace those of the cast. */
    async run(
      { name, event, context }: Case,
      { spoil, stored = [] }: { spoil?: Spoiling; stored?: readonly (readonly [table: string, item: Item])[] } = {},
    ): Promise<Outcome> {
      const handler = functions.get(name)
      if (!handler) throw new Error(`The service has no function "${name}".`)
      const exchanges: Exchange[] = []
      const written = new Map(
        stored.map(([table, item]) => [keyText(table, item), [table, keyOf(item)] as [string, Item]]),
      )
      proxy.onResponse = (call, answer) => {
        const asked = call.input
        for (const [table, key] of writtenBy(asked, call)) written.set(keyText(table, key), [table, key])
        const spoilt = spoil?.({ call, asked, answer }, exchanges.length)
        exchanges.push({ call, asked, answer: spoilt ?? answer, spoilt: spoilt !== undefined })
        return spoilt ?? answer
      }
      log = []
      uncaught.length = 0
      const requestId = randomUUID()
      // Lambda passes parsed JSON.
      const text = JSON.stringify(event) ?? 'null'
      const began = performance.now()
      const answered: { result?: unknown; thrown?: unknown } = await handler(
        JSON.parse(text),
        context === 'none' ? undefined : lambdaContext(name, requestId),
      ).then(
        (result) => ({ result: JSON.parse(JSON.stringify(result) ?? 'null') }),
        (thrown) => ({ thrown }),
      )
      const ms = performance.now() - began
      if (written.size > 0) await cast.undo(client, written)
      return { ...answered, requestId, log, exchanges, uncaught: [...uncaught], ms }
    },

    async close() {
      process.stdout.write = write
      process.env = own
      process.off('unhandledRejection', note)
      process.off('uncaughtException', note)
      await proxy.close()
      client.destroy()
      await rm(folder, { recursive: true })
    },
  }
}

const lambdaContext = (functionName: string, awsRequestId: string) => ({
  functionName,
  functionVersion: '$LATEST',
  awsRequestId,
  memoryLimitInMB: '512',
  callbackWaitsForEmptyEventLoop: true,
  getRemainingTimeInMillis: () => 5000,
})

/** The keys that a call writes. */
function* writtenBy(asked: Record<string, never>, { operation }: WireCall): Generator<[table: string, key: Item]> {
  if (/^(Put|Update|Delete)Item$/.test(operation)) yield [asked.TableName ?? '', keyOf(asked.Item ?? asked.Key ?? {})]
  if (operation !== 'BatchWriteItem') return
  const batches = (asked.RequestItems ?? {}) as Record<string, { DeleteRequest: { Key: Item } }[]>
  for (const [table, writes] of Object.entries(batches))
    for (const { DeleteRequest } of writes) yield [table, keyOf(DeleteRequest.Key)]
}
