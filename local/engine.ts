import { mkdir, rm, writeFile } from 'node:fs/promises'
import type { Server } from 'node:http'
import { join } from 'node:path'
import { ClassicLevel } from 'classic-level'
import dynalite from 'dynalite'

export interface Engine {
  readonly endpoint: string
  close(): Promise<void>
}

/**
 * DynamoDB as dynalite plays it, in this process, kept in a folder, or in memory without one. While it runs the folder's
 * file `endpoint` says where: the command line beside it reads that.
 * @throws Error in one sentence when another process has the folder open.
 */
export async function startEmbeddedEngine(folder?: string): Promise<Engine> {
  const path = folder && join(folder, 'tables')
  if (path) await assertFree(path)
  const server: Server = dynalite({ createTableMs: 0, deleteTableMs: 0, ...(path && { path }) })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as { port: number }
  const endpoint = `http://127.0.0.1:${port}`
  const note = folder && join(folder, 'endpoint')
  if (note) await writeFile(note, endpoint)
  return {
    endpoint,
    async close() {
      if (note) await rm(note, { force: true })
      await new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      })
    },
  }
}

/** Dynalite opens the folder late and throws where nobody can catch it: a look before it does. */
async function assertFree(path: string): Promise<void> {
  await mkdir(path, { recursive: true }).catch((error: Error) => {
    throw new Error(`The data folder cannot be used (${error.message}).`)
  })
  const probe = new ClassicLevel(path)
  try {
    await probe.open()
  } catch (error) {
    const reason = ((error as Error).cause ?? error) as Error & { code?: string }
    if (reason.code === 'LEVEL_LOCKED')
      throw new Error(`The tables in ${path} are open in another Coatcheck: stop it, or set DYNAMODB_ENDPOINT.`)
    throw new Error(`The tables in ${path} cannot be opened (${reason.message}).`)
  }
  await probe.close()
}
