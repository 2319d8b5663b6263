import { appendFile, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { mergeHistories, openHistory, readHistory } from './history.ts'
import { instant, instantOf, type Operation } from './operation.ts'
import { startSample } from './sample.ts'

let folder: string
let files = 0
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'coatcheck-history-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))
const newPath = () => join(folder, `${files++}.jsonl`)

const me: Operation = {
  run: 'r',
  seq: 0,
  op: 'me',
  user: 'u',
  sid: 'a',
  intended: 1,
  invoked: 2,
  returned: 3,
  outcome: 'ok',
  status: 200,
}

/** Reads what stands in a file. */
async function read(text: string): Promise<Operation[]> {
  const path = newPath()
  await writeFile(path, text)
  return readHistory(path)
}
const line = (more: object = {}) => `${JSON.stringify({ ...me, ...more })}\n`

describe('a history', () => {
  test('is read as it was written, lines of all kinds', async () => {
    const { add, history, login } = startSample()
    login([0, 1], 'a', { scopes: ['x'], endsAt: 9, expiresAt: 5, principal: 'u', worker: 'w1', password: 'p\u2028"' })
    add('password-change', [2, 3], { sid: 'a', created: 'b', password: 'p', newPassword: 'q' })
    add('introspect', [4, 5], { sid: 1, target: 2, active: false, canaries: 1, valid: false })
    add('scope-removal', [4, 5], { scope: 'x', held: false, verifications: 2, account: 'y' })
    add('table-snapshot', [6, 7], {
      rows: [{ sid: 'b', epoch: 1 }, { sid: 3 }],
      epoch: 1,
      userStatus: 'active',
      sweepPending: true,
    })
    add('me', [8, 8], { sid: 'a', worker: 'w1', allowed: 2_000_000 })
    add('kill', [8, 8], { worker: 'w1' })
    const path = newPath()
    const writer = openHistory(path)
    for (const operation of history) writer.append(operation)
    writer.close()
    expect(await readHistory(path)).toEqual(history)
  })

  test('is written when it is closed or flushed, and in between at a line’s end', async () => {
    const path = newPath()
    const writer = openHistory(path)
    writer.append(me)
    expect(await readFile(path, 'utf8')).toBe('')
    writer.flush()
    expect(await readFile(path, 'utf8')).toBe(line())
    for (let seq = 0; seq < 5000; seq++) writer.append({ ...me, seq })
    const text = await readFile(path, 'utf8')
    expect([text.length > 100_000, text.endsWith('}\n')]).toEqual([true, true])
    writer.close()
    expect(await readHistory(path)).toHaveLength(5001)
  })

  test('is of one writer: another’s is not gone on with', async () => {
    const path = newPath()
    openHistory(path).close()
    expect(() => openHistory(path)).toThrow('EEXIST')
  })

  test('ends before a line that a crash tore, wherever it did', async () => {
    const path = newPath()
    const text = line() + line({ seq: 1 })
    for (let length = line().length; length < text.length; length++) {
      await writeFile(path, text)
      await truncate(path, length)
      expect(await readHistory(path)).toEqual([me])
    }
    await appendFile(path, '\n')
    expect(await readHistory(path)).toHaveLength(2)
    expect(await read('')).toEqual([])
  })

  test.each([
    ['no JSON', '{"run":\n', /:2: is no JSON/],
    ['an empty line', '\n', /:2: is no JSON/],
    ['a list', '[]\n', /:2: is no operation/],
    ['null', 'null\n', /:2: is no operation/],
    ['no operation', line({ op: 'dance' }), /:2: op is missing or wrong/],
    ['no outcome', line({ outcome: undefined }), /:2: outcome is/],
    ['an instant with a fraction', line({ invoked: 2.5 }), /:2: invoked is/],
    ['an instant as text', line({ returned: '3' }), /:2: returned is/],
    ['a return before the invocation', line({ returned: 1 }), /:2: returned before/],
    ['a field nobody knows', line({ colour: 'red' }), /:2: colour is unknown/],
    ['a field of an object’s own', line({ constructor: 1 }), /:2: constructor is unknown/],
    ['a field of another type', line({ canaries: -1 }), /:2: canaries is/],
    ['a row with more', line({ rows: [{ sid: 'a', secret: 'x' }] }), /:2: rows is/],
    ['a logout of nothing', line({ op: 'logout', sid: undefined }), /:2: logout needs sid/],
    ['a revoke of nothing', line({ op: 'revoke' }), /:2: revoke needs target/],
    ['a login that gave nothing', line({ op: 'login' }), /:2: login needs created/],
    ['a change to nothing', line({ op: 'password-change', password: 'p' }), /:2: password-change needs newPassword/],
    ['an introspection that said nothing', line({ op: 'introspect', target: 'a' }), /:2: introspect needs active/],
    ['a scope nobody named', line({ op: 'scope-grant' }), /:2: scope-grant needs scope/],
    ['a snapshot of nothing', line({ op: 'table-snapshot' }), /:2: table-snapshot needs rows/],
  ])('refuses %s, with the number of the line', async (_, text, message) => {
    await expect(read(line() + text + line())).rejects.toThrow(message)
  })

  test('a refused login needs no session', async () => {
    expect(await read(line({ op: 'login', outcome: 'deny', status: 401, sid: undefined }))).toHaveLength(1)
  })

  test('of several generators is in the order of invocation', () => {
    const at = (invoked: number, returned: number) => ({ ...me, invoked, returned })
    const [a, b, c] = [at(1, 9), at(2, 3), at(2, 4)]
    expect(mergeHistories([[c], [b, a]])).toEqual([a, b, c])
  })
})

test('instants are whole microseconds that go on, and ends of sessions are on the same clock', () => {
  const [first, second] = [instant(), instant()]
  expect([Number.isSafeInteger(first), second >= first]).toEqual([true, true])
  expect(instantOf(1_700_000_010, 1_700_000_000_000, 5_000_000)).toBe(15_000_000)
  expect(instantOf(1_700_000_000, 1_700_000_000_250, 5_000_000)).toBe(4_750_000)
})
