import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { finished } from 'node:stream/promises'
import { createClient } from '../lib/dynamodb/index.ts'
import { startEmbeddedEngine } from '../local/engine.ts'
import { readService } from '../local/service.ts'
import { createMissingTables } from '../local/tables.ts'

// What the scripts that try large imports have in common: a file, an engine, and the command as a process.

const SPENT = `process.on('exit',()=>{const{maxRSS,userCPUTime:u,systemCPUTime:s}=process.resourceUsage();process.stderr.write('spent '+Math.round(maxRSS/1024)+' MB, '+Math.round((u+s)/1e6)+' s of CPU')})`

export interface ImportRun {
  readonly stdout: string
  readonly stderr: string
  readonly spent: string
  readonly seconds: number
}

/** Opens an embedded engine with empty tables, and writes a file of users with hashes. */
export async function openImportTrial(users: number) {
  const folder = await mkdtemp(join(tmpdir(), 'coatcheck-import-'))
  const file = join(folder, 'users.jsonl')
  await writeUsers(file, users)
  const engine = await startEmbeddedEngine(folder)
  const client = createClient({ endpoint: engine.endpoint, timeoutMs: 5000 })
  await createMissingTables(client, (await readService('.', { stage: 'local' })).resources)
  return {
    client,
    bytes: (await stat(file)).size,
    /** Imports the file. @param onLines receives the number of lines that the command has printed; `kill` ends it at once */
    run: (args: readonly string[] = [], onLines: (lines: number, kill: () => void) => void = () => {}) =>
      runImport(['users', 'import', file, ...args], engine.endpoint, onLines),
    async close() {
      client.destroy()
      await engine.close()
      await rm(folder, { recursive: true })
    },
  }
}

/** The email of the user in this line of the file. */
export const emailOf = (index: number) => `user-${index}@example.com`

async function writeUsers(file: string, users: number): Promise<void> {
  const stream = createWriteStream(file)
  for (let index = 0; index < users; index++) {
    const passwordHash = `$2b$10$${String(index).padStart(53, 'a')}`
    const line = { email: emailOf(index), email_verified: true, passwordHash, name: `User ${index}` }
    if (!stream.write(`${JSON.stringify(line)}\n`)) await once(stream, 'drain')
  }
  stream.end()
  await finished(stream)
}

async function runImport(
  command: readonly string[],
  endpoint: string,
  onLines: (lines: number, kill: () => void) => void,
): Promise<ImportRun> {
  const begun = performance.now()
  const args = ['--import', `data:text/javascript,${encodeURIComponent(SPENT)}`, 'cli/coatcheck.ts', ...command]
  const child = spawn(process.execPath, args, { env: { DYNAMODB_ENDPOINT: endpoint } })
  let [stdout, stderr, lines] = ['', '', 0]
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk
    for (const byte of chunk) if (byte === 0x0a) lines++
    onLines(lines, () => child.kill('SIGKILL'))
  })
  child.stderr.on('data', (chunk) => {
    stderr += chunk
  })
  await new Promise((resolve) => child.on('close', resolve))
  const spent = /spent (.*)$/.exec(stderr)?.[1] ?? stderr
  return { stdout: stdout.trim(), stderr, spent: `at most ${spent}`, seconds: (performance.now() - begun) / 1000 }
}
