import { once } from 'node:events'
import { Worker } from 'node:worker_threads'

interface Minted {
  readonly ids: string[]
  readonly secrets: string[]
}

/** Session ids and secrets from so many threads at once. */
export async function mintInParallel(threads: number, each: number): Promise<Minted> {
  const minted = await Promise.all(
    Array.from({ length: threads }, async (): Promise<Minted> => {
      const worker = new Worker(new URL('./minting-worker.ts', import.meta.url), { workerData: each })
      const [message] = await once(worker, 'message')
      return message
    }),
  )
  return { ids: minted.flatMap(({ ids }) => ids), secrets: minted.flatMap(({ secrets }) => secrets) }
}
