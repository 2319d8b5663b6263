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

// Measures `coatcheck users import` on the embedded engine, first into an empty table, then with the same file again:
//   node scripts/measure-import.ts [users, 100000 when left out]

const users = Number(process.argv[2] ?? 100_000)
const SPENT = `process.on('exit',()=>{const{maxRSS,userCPUTime:u,systemCPUTime:s}=process.resourceUsage();process.stderr.write('spent '+Math.round(maxRSS/1024)+' MB, '+Math.round((u+s)/1e6)+' s of CPU')})`

const folder = await mkdtemp(join(tmpdir(), 'coatcheck-measure-'))
const file = join(folder, 'users.jsonl')
const stream = createWriteStream(file)
for (let index = 0; index < users; index++) {
  const hash = `$2b$10$${String(index).padStart(53, 'a')}`
  const line = { email: `user-${index}@example.com`, email_verified: true, passwordHash: hash, name: `User ${index}` }
  if (!stream.write(`${JSON.stringify(line)}\n`)) await once(stream, 'drain')
}
stream.end()
await finished(stream)

const engine = await startEmbeddedEngine(folder)
try {
  const client = createClient({ endpoint: engine.endpoint, timeoutMs: 5000 })
  await createMissingTables(client, (await readService('.', { stage: 'local' })).resources)
  console.log(`${users} lines, ${(await stat(file)).size} bytes, Node ${process.version}`)
  for (const run of ['into an empty table', 'again']) {
    const { stdout, spent, seconds } = await importFile()
    console.log(`${run}: ${seconds.toFixed(1)} s, ${Math.round(users / seconds)} a second, ${spent}: ${stdout}`)
  }
} finally {
  await engine.close()
  await rm(folder, { recursive: true })
}

async function importFile() {
  const begun = performance.now()
  const args = ['--import', `data:text/javascript,${encodeURIComponent(SPENT)}`, 'cli/coatcheck.ts']
  const child = spawn(process.execPath, [...args, 'users', 'import', file], {
    env: { DYNAMODB_ENDPOINT: engine.endpoint },
  })
  let [stdout, stderr] = ['', '']
  child.stdout.on('data', (chunk) => {
    stdout += chunk
  })
  child.stderr.on('data', (chunk) => {
    stderr += chunk
  })
  await new Promise((resolve) => child.on('close', resolve))
  const spent = /spent (.*)$/.exec(stderr)?.[1] ?? stderr
  return { stdout: stdout.trim(), spent: `at most ${spent}`, seconds: (performance.now() - begun) / 1000 }
}
