import { mkdir, rm, writeFile } from 'node:fs/promises'
import type { Server } from 'node:http'
import { join } from 'node:path'
import { ClassicLevel } from 'classic-level'
import dynalite from 'dynalite'
import { systemRandomText } from '../lib/system.ts'
import { protectDataFolder } from './data-folder.ts'
import { guardEngine } from './engine-guard.ts'
import type { Observer } from './streams/observed-writes.ts'

const SECRET_LENGTH = 43

export interface Engine {
  readonly endpoint: string
  /** Shows every further call to this observer; replaces an earlier one. */
  observe(observer: Observer): void
  close(): Promise<void>
}

/**
 * Starts dynalite in this process, with its data in a folder or in memory; web pages cannot reach it. With a secret (with
 * a folder always), its endpoint contains one that is new with each start, which every call must be signed with. While it runs, the file
 * `endpoint` in the folder contains that endpoint, for the command line.
 * @throws Error if another process has the folder open
 */
export async function startEmbeddedEngine(folder?: string, { hasSecret = folder !== undefined } = {}): Promise<Engine> {
  const path = folder && join(folder, 'tables')
  if (folder) await protectDataFolder(folder)
  if (path) await assertFree(path)
  const server: Server = dynalite({ createTableMs: 0, deleteTableMs: 0, ...(path && { path }) })
  server.keepAliveTimeout = 0 // or a busy client uses a connection that has just been closed
  const secret = hasSecret && systemRandomText(SECRET_LENGTH)
  let observer: Observer | undefined
  guardEngine(server, secret ? { accessKeyId: 'local', secretAccessKey: secret } : undefined, () => observer)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as { port: number }
  const endpoint = `http://${secret ? `local:${secret}@` : ''}127.0.0.1:${port}`
  const endpointFile = folder && join(folder, 'endpoint')
  if (endpointFile) {
    await rm(endpointFile, { force: true }) // a killed process leaves it behind, perhaps with a wider mode
    await writeFile(endpointFile, endpoint, { flag: 'wx', mode: 0o600 })
  }
  return {
    endpoint,
    observe(next) {
      observer = next
    },
    async close() {
      if (endpointFile) await rm(endpointFile, { force: true })
      await new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      })
    },
  }
}

/** Opens the folder before dynalite does, whose error could not be caught. */
async function assertFree(path: string): Promise<void> {
  await mkdir(path, { recursive: true }).catch((error: Error) => {
    throw new Error(`Cannot create the data folder ${path} (${error.message}).`)
  })
  const probe = new ClassicLevel(path)
  try {
    await probe.open()
  } catch (error) {
    const reason = ((error as Error).cause ?? error) as Error & { code?: string }
    if (reason.code === 'LEVEL_LOCKED')
      throw new Error(
        `The tables in ${path} are in use by another Coatcheck: stop it, or set DYNAMODB_ENDPOINT to another engine.`,
      )
    throw new Error(`Cannot open the tables in ${path} (${reason.message}).`)
  }
  await probe.close()
}
