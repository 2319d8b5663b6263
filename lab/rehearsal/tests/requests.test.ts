import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { importsOf } from '../service/rehearse-service.ts'
import { readRequests } from '../service/requests.ts'
import { createResolver } from '../template/resolve.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'coatcheck-requests-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const read = async (value: unknown) => {
  await writeFile(join(folder, 'rehearsal.json'), JSON.stringify(value))
  return await readRequests(folder)
}

test('the example’s requests are valid, and a folder without the file has none', async () => {
  expect(await readRequests('examples/notes-api')).toHaveLength(5)
  expect(await readRequests('examples/greeting')).toBeUndefined()
  expect(await read([{ function: 'cleanup', event: null, expect: 'response' }])).toHaveLength(1)
})

test.each([
  [[{ route: '/notes', expect: 200 }], 'expected a method and a path'],
  [[{ route: 'GET /notes' }], 'expect'],
  [[{ route: 'GET /notes', expect: 200, scope: ['a'] }], 'scope'],
  [[{ function: 'cleanup', event: {}, expect: 200 }], 'expect'],
  [{}, 'the file'],
])('%j is refused with the name of the file', async (value, part) => {
  const refused = read(value)
  await expect(refused).rejects.toThrow(`${folder}/rehearsal.json: `)
  await expect(refused).rejects.toThrow(part)
})

test('imports of Coatcheck’s stack are known, others must be given', () => {
  const template = {
    Resources: {
      A: { Type: 'x', Properties: { table: { 'Fn::ImportValue': 'coatcheck-prod-sessions-table' } } },
      B: { Type: 'x', Properties: { bus: { 'Fn::ImportValue': 'other-bus' } } },
    },
  }
  const resolve = (given: Record<string, string>, name: string) =>
    createResolver(template, importsOf(template, given)).text({ 'Fn::ImportValue': name })
  expect(resolve({}, 'coatcheck-prod-sessions-table')).toBe('coatcheck-prod-sessions')
  expect(resolve({ 'other-bus': 'bus' }, 'other-bus')).toBe('bus')
  expect(() => resolve({}, 'other-bus')).toThrow('pass --import other-bus=<value>')
})
