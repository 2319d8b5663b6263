import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { freePort } from '../support/free-port.ts'
import { request } from '../support/http.ts'
import { makeStartingPlace, type Started, type StartingPlace } from '../support/starting-place.ts'
import { coatcheck } from './process.ts'

// The command line without configuration, in the folder of a running `npm start`.

let place: StartingPlace
let started: Started
let url: string
let cwd: string
beforeAll(async () => {
  place = await makeStartingPlace()
  cwd = dirname(place.dataFolder)
  const PORT = String(await freePort())
  url = `http://localhost:${PORT}`
  started = place.start({ PORT, LOGIN_ATTEMPTS_PER_ACCOUNT: '2' })
  await started.ready
})
afterAll(() => place.remove())

const here = (...args: string[]) => coatcheck(args, {}, [], { cwd })
const login = (email: string, password: string) =>
  request(url, 'POST', '/auth/login', { body: { email, password, credential: 'bearer' } })

test('the command line finds the tables and the pepper of a running npm start', async () => {
  const { code, lines, stderr } = await here('users', 'create', 'ann@example.com', '--scopes', 'notes:read', '--json')
  expect([code, stderr]).toEqual([0, ''])
  const { user, password } = JSON.parse(lines.join('\n'))
  const { status, json } = await login('ann@example.com', password)
  expect([status, json.user]).toEqual([200, expect.objectContaining({ id: user.id, scopes: ['notes:read'] })])
  const list = await here('users', 'list')
  expect(list.lines.map((line) => line.split(/ +/)[1]).toSorted()).toEqual([
    'EMAIL',
    'admin@localhost',
    'ann@example.com',
  ])
  expect((await here('doctor')).code).toBe(0)
})

test('npm start leaves no file that other users of the machine can read', async () => {
  for (const entry of await readdir(place.dataFolder, { recursive: true })) {
    const { mode } = await stat(join(place.dataFolder, entry))
    expect(mode & 0o077, entry).toBe(0)
  }
})

test('users unlock lets a rate-limited user sign in', async () => {
  const { lines } = await here('users', 'create', 'ben@example.com', '--json')
  const { password } = JSON.parse(lines.join('\n'))
  for (const status of [401, 401, 429]) expect((await login('ben@example.com', 'a wrong one')).status).toBe(status)
  expect((await login('ben@example.com', password)).status).toBe(429)
  expect((await here('users', 'unlock', 'ben@example.com')).code).toBe(0)
  expect((await login('ben@example.com', password)).status).toBe(200)
})

test('the command line says what to do after npm start has stopped', async () => {
  started.child.kill('SIGTERM')
  expect(await started.exit).toBe(0)
  expect((await readdir(place.dataFolder)).toSorted()).toEqual([
    'factor-key',
    'pepper',
    'stream-positions.json',
    'streams.jsonl',
    'tables',
  ])
  const { code, stderr } = await here('users', 'list')
  expect([code, stderr]).toEqual([
    2,
    'No local stack runs in this folder. Start one with `npm start`, set DYNAMODB_ENDPOINT, or name a deployed stage with --stage <stage>.\n',
  ])
})

test('the command line ignores an endpoint file whose address has no engine', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'coatcheck-stale-'))
  const other = createServer((_, response) => response.end('another service'))
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
  onTestFinished(async () => {
    other.close()
    await rm(folder, { recursive: true })
  })
  const { port } = other.address() as AddressInfo
  await mkdir(join(folder, '.coatcheck'))
  for (const stale of [`http://127.0.0.1:${await freePort()}`, `http://127.0.0.1:${port}`, 'https://example.com', '']) {
    await writeFile(join(folder, '.coatcheck', 'endpoint'), stale)
    const { code, stderr } = await coatcheck(['users', 'list'], {}, [], { cwd: folder })
    expect([code, stderr], stale).toEqual([2, expect.stringMatching(/^No local stack runs in this folder/)])
  }
})
