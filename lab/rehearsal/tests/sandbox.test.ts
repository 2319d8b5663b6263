import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, test } from 'vitest'
import { Sandbox } from '../machine/sandbox.ts'

// On a stand-in for AWS's runtime client, which `npm run rehearse` uses.

const sandboxes: Sandbox[] = []
afterEach(async () => {
  for (const sandbox of sandboxes.splice(0)) await sandbox.stop()
})

function open(environment: Record<string, string> = {}, timeoutSeconds = 60): Sandbox {
  let keys = 0
  const definition = {
    name: 'list',
    lambdaName: 'shop-prod-list',
    arn: 'arn:aws:lambda:eu-central-1:123456789012:function:shop-prod-list',
    handler: 'list.handler',
    folder: import.meta.dirname,
    environment,
    timeoutSeconds,
    memoryMB: 128,
    runtime: 'nodejs24.x',
    logFormat: 'Text',
    logLevel: undefined,
    roleId: undefined,
  }
  const sandbox = new Sandbox(definition, {
    runtimeClient: fileURLToPath(new URL('./runtime-client.mjs', import.meta.url)),
    authorityFile: '',
    credentials: () => ({ accessKeyId: `key-${++keys}`, secretAccessKey: '', sessionToken: '' }),
  })
  sandboxes.push(sandbox)
  return sandbox
}

const stateOf = async (pid: number) => /^State:\s+(\S)/m.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1]

test('one process answers one event after another', async () => {
  const sandbox = open()
  const outcomes = [await sandbox.invoke(1), await sandbox.invoke(null), await sandbox.invoke('fail')]
  expect(outcomes.map(({ kind, body }) => [kind, JSON.parse(body)])).toMatchObject([
    ['response', { event: 1, key: 'key-1', handler: 'list.handler' }],
    ['response', { event: null, key: 'key-1' }],
    ['error', { event: 'fail', key: 'key-1' }],
  ])
  for (let index = 0; index < 200; index++) expect((await sandbox.invoke(index)).kind).toBe('response')
  expect(sandbox.initMs).toHaveLength(1)
  expect(sandbox.output).toBe('started\n')
})

test('events at the same time wait for one another', async () => {
  const sandbox = open()
  const outcomes = await Promise.all([1, 2, 3].map((event) => sandbox.invoke(event)))
  expect(outcomes.map(({ body }) => JSON.parse(body).event)).toEqual([1, 2, 3])
  expect(sandbox.initMs).toHaveLength(1)
})

test.runIf(process.platform === 'linux')('the process is frozen while it waits for an event', async () => {
  const sandbox = open()
  const { pid } = JSON.parse((await sandbox.invoke(1)).body)
  while ((await stateOf(pid)) !== 'T') await sleep(5)
  expect((await sandbox.invoke(2)).kind).toBe('response')
})

test('a process that exceeds the timeout is killed, and the next event gets another one with other credentials', async () => {
  const sandbox = open({}, 1)
  expect(await sandbox.invoke('hang')).toMatchObject({
    kind: 'timeout',
    body: expect.stringContaining('after 1.00 seconds'),
  })
  const patient = sandbox.copy({}, 60)
  sandboxes.push(patient)
  expect(JSON.parse((await patient.invoke(1)).body)).toMatchObject({ event: 1, key: 'key-2' })
  expect(sandbox.initMs).toHaveLength(1)
})

test('a process that exits in an invocation ends it', async () => {
  const sandbox = open()
  expect(await sandbox.invoke('exit')).toMatchObject({ kind: 'exit' })
  expect((await sandbox.invoke(1)).kind).toBe('response')
})

test.each([
  ['throws', 'The configuration has a problem.'],
  ['exits', 'exit 3'],
])('a process that %s while it starts is an init error', async (BROKEN, message) => {
  const outcome = await open({ BROKEN }).invoke(1)
  expect(outcome.kind).toBe('init-error')
  expect(outcome.body).toContain(message)
})
