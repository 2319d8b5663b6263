import { fork, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { startDynamodbLocal } from '../../tests/support/dynamodb-local.ts'

/** Whatever plays DynamoDB, in a process of its own. */
export interface Engine {
  readonly name: string
  readonly endpoint: string
  close(): Promise<void>
}

/** AWS's own engine where there is Java, which it needs; otherwise the embedded one. */
export async function startEngine(): Promise<Engine> {
  if (spawnSync('java', ['-version']).status !== 0) return startEmbedded()
  const { endpoint, pid, close } = await startDynamodbLocal()
  process.on('exit', () => stop(pid)) // Java would outlive a run that fails
  return { name: 'DynamoDB Local', endpoint, close }
}

/** The engine of `npm start`. */
export async function startEmbedded(): Promise<Engine> {
  const child = fork(new URL('embedded.ts', import.meta.url), { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  const [endpoint] = await once(child, 'message')
  return {
    name: 'dynalite',
    endpoint: String(endpoint),
    async close() {
      child.disconnect()
      await once(child, 'exit')
    },
  }
}

function stop(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(pid)
  } catch {
    // it has ended already
  }
}
