import { readdir, rm, truncate } from 'node:fs/promises'
import { createServer as createHttpServer } from 'node:http'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { freePort } from '../support/free-port.ts'
import { request } from '../support/http.ts'
import { makeStartingPlace, type Started, type StartingPlace } from '../support/starting-place.ts'

// `npm start` as a process: its output and the files that it leaves.

let place: StartingPlace
beforeAll(async () => {
  place = await makeStartingPlace()
})
afterAll(() => place.remove())
const start = (environment: Record<string, string>) => place.start(environment)
/** Sign-ins succeed on a busy machine too: slow calls are not repeated, and a password hash is cheap. */
const BUSY_MACHINE = { DATASTORE_TIMEOUT_MS: '10000', BCRYPT_COST: '10' }

async function fails(environment: Record<string, string>): Promise<string> {
  const { exit, output } = start(environment)
  expect(await exit).toBe(1)
  expect(output()).not.toMatch(/^\s+at /m) // no stack trace
  return output()
}

const line = (output: string, start: string) => output.match(new RegExp(`^${start}(.*)$`, 'm'))?.[1] ?? ''

describe('npm start, in the order of these tests in one folder', () => {
  let PORT: string
  let url: string
  let first: Started
  let password: string
  const signIn = () =>
    request(url, 'POST', '/auth/login', { body: { email: 'admin@localhost', password, credential: 'bearer' } })
  beforeAll(async () => {
    PORT = String(await freePort())
    url = `http://localhost:${PORT}`
  })

  test('reports a port in use in one sentence and creates no administrator', async () => {
    const taken = createServer()
    await new Promise<void>((done) => taken.listen(Number(PORT), 'localhost', done))
    const said = await fails({ PORT })
    expect(said).toContain(`Port ${PORT} is in use`)
    expect(said).not.toContain('Password')
    await new Promise((done) => taken.close(done))
  })

  test('creates no administrator whose password cannot be printed, and exits with 1', async () => {
    const { exit, output } = place.start({ PORT, ...BUSY_MACHINE }, { output: '/dev/full' })
    expect([await exit, output()]).toEqual([1, expect.stringMatching(/ENOSPC/)])
    // The next test gets the administrator, so there is none.
  })

  test('creates no administrator whose password nobody would see, and runs', async () => {
    const { child, exit, output } = place.start({ PORT, ...BUSY_MACHINE }, { output: '/dev/null' })
    while (!output().includes('no administrator was created') && child.exitCode === null) await sleep(20)
    while ((await request(url, 'GET', '/health').catch(() => undefined))?.status !== 200) await sleep(20)
    child.kill('SIGTERM')
    expect(await exit).toBe(0)
  })

  test('stops when the reader of its output closes it', async () => {
    const closed = place.start({ PORT, ...BUSY_MACHINE })
    closed.child.stdout?.destroy()
    expect([await closed.exit, closed.output()]).toEqual([
      1,
      expect.stringMatching(/Standard output cannot be written/),
    ])
  })

  test('prints its address, the first administrator and a curl command', async () => {
    first = start({ PORT, ...BUSY_MACHINE })
    await first.ready
    expect(first.output()).toContain(`Coatcheck listens at ${url}`)
    expect(first.output()).toContain(`curl -i ${url}/health`)
    expect(line(first.output(), 'Administrator: ')).toBe('admin@localhost')
    password = line(first.output(), 'Password: ')
    expect(password).toMatch(/^[A-Za-z0-9]{24}$/)
    expect((await request(url, 'GET', '/health')).json).toEqual({ status: 'ok' })
  })

  test('reports a data folder that is in use in one sentence', async () => {
    expect(await fails({ PORT: String(await freePort()) })).toMatch(/are in use by another Coatcheck: stop it/)
  })

  test('keeps users and sessions over a restart, and prints the first password once', async () => {
    const login = await signIn()
    expect(login.status, first.output()).toBe(200)
    expect(login.json.user.scopes).toEqual(['admin:read', 'admin:write', 'admin:revoke'])
    first.child.kill('SIGINT')
    first.child.kill('SIGINT') // npm and the terminal both send one
    expect(await first.exit).toBe(0)
    expect(await readdir(place.temporary)).toEqual([])
    await expect(request(url, 'GET', '/health')).rejects.toThrow()

    const second = start({ PORT, ...BUSY_MACHINE })
    await second.ready
    expect(second.output()).not.toMatch(/Administrator|Password/)
    expect((await signIn()).status, second.output()).toBe(200)
    expect((await request(url, 'GET', '/auth/session', { bearer: login.json.token })).status).toBe(200)
    second.child.kill('SIGTERM')
    expect(await second.exit).toBe(0)

    const printed = first.output() + second.output()
    expect(printed.split(password)).toHaveLength(2)
    expect(printed).not.toContain(login.json.token)
  })

  test('reports a missing or incomplete pepper in one sentence if users exist', async () => {
    const pepper = join(place.dataFolder, 'pepper')
    await truncate(pepper, 10)
    expect(await fails({})).toMatch(/The pepper in \.coatcheck\/pepper is incomplete: restore it/)
    await rm(pepper)
    expect(await fails({})).toMatch(/The table coatcheck-local-users has users, but the pepper in \S+ is missing/)
  })
})

describe('npm start', () => {
  test('leaves no files or processes when it is interrupted during the start', async () => {
    const { temporary, start, remove } = await makeStartingPlace()
    onTestFinished(remove)
    const { child, exit } = start({ PORT: String(await freePort()) })
    while ((await readdir(temporary)).length === 0 && child.exitCode === null) await sleep(5)
    child.kill('SIGHUP') // the other signals are in the tests above
    expect(await exit).toBe(0)
    expect(await readdir(temporary)).toEqual([])
  })

  test('reports an endpoint that does not answer in one sentence', async () => {
    const said = await fails({
      PORT: String(await freePort()),
      DYNAMODB_ENDPOINT: `http://127.0.0.1:${await freePort()}`,
    })
    expect(said).toMatch(/DynamoDB does not answer at http:\/\/127\.0\.0\.1:\d+/)
  })

  test('rejects another stage than local', async () => {
    expect(await fails({ STAGE: 'prod' })).toContain('npm start runs only the stage local, and STAGE is prod')
  })

  test('reports an endpoint that is not DynamoDB in one sentence', async () => {
    const other = createHttpServer((_, response) => response.writeHead(404).end('<html>\nnot here'))
    await new Promise<void>((done) => other.listen(0, '127.0.0.1', done))
    const { port } = other.address() as { port: number }
    const said = await fails({ DYNAMODB_ENDPOINT: `http://127.0.0.1:${port}` })
    expect(said.trim()).toMatch(/^DynamoDB does not answer at .*$/)
    await new Promise((done) => other.close(done))
  })

  test('reports all problems of an invalid configuration at once', async () => {
    const said = await fails({
      PORT: 'four',
      BCRYPT_COST: '4',
      SESSION_IDLE_SECONDS: '1d',
      ORIGIN: 'http://localhost:4000/',
    })
    for (const name of ['PORT', 'BCRYPT_COST', 'SESSION_IDLE_SECONDS', 'ORIGIN']) expect(said).toContain(`\`${name}\``)
  })
})
