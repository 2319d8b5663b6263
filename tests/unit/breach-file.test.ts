import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { openBreachFile } from '../../lib/passwords/breach-file.ts'
import { createBreachCheck } from '../../lib/passwords/breached.ts'
import { Secret } from '../../lib/secret.ts'

const folder = mkdtempSync(join(tmpdir(), 'coatcheck-breaches-'))
afterAll(() => rmSync(folder, { recursive: true }))

const sha1 = (text: string) => createHash('sha1').update(text).digest()
const PASSWORDS = Array.from({ length: 200 }, (_, index) => `password number ${index}`)
const ENTRIES = PASSWORDS.map((password) => sha1(password).subarray(0, 6)).sort(Buffer.compare)

let files = 0
function write(...contents: Uint8Array[]): string {
  const path = join(folder, `${files++}.bin`)
  writeFileSync(path, Buffer.concat(contents))
  return path
}
const known = (password: string, ...entries: Uint8Array[]) => openBreachFile(write(...entries)).has(sha1(password))

test('knows every password of the file, and no other', () => {
  const file = openBreachFile(write(...ENTRIES))
  expect(PASSWORDS.filter((password) => !file.has(sha1(password)))).toEqual([])
  expect(PASSWORDS.filter((password) => file.has(sha1(`${password}!`)))).toEqual([])
})

test('finds the first and the last entry, and accepts a file with one entry and with repeated entries', () => {
  const [lowest, highest] = [Buffer.alloc(6), Buffer.alloc(6, 0xff)]
  const file = openBreachFile(write(lowest, ...ENTRIES, highest))
  expect([file.has(Buffer.alloc(20)), file.has(Buffer.alloc(20, 0xff))]).toEqual([true, true])
  const one = sha1('one').subarray(0, 6)
  expect([known('one', one), known('two', one), known('one', one, one, one)]).toEqual([true, false, true])
})

test('compares 48 bits of the hash', () => {
  const hash = sha1('one')
  const changed = (at: number) => hash.map((byte, index) => (index === at ? byte ^ 1 : byte)).subarray(0, 6)
  expect(Array.from({ length: 7 }, (_, at) => known('one', changed(at)))).toEqual([...Array(6).fill(false), true])
})

test('refuses to open another format, and says what is accepted', () => {
  const hex = ENTRIES.map((entry) => `${entry.toString('hex')}\n`).join('')
  const refused = [
    [write(), 'expected 6 bytes for each of 1 to 33554432 hashes, got 0 bytes'],
    [write(...ENTRIES, Buffer.alloc(1, 0xff)), 'got 1201 bytes'],
    [write(Buffer.from(hex.slice(0, 2400))), 'in ascending order, got something else'],
    [write(...ENTRIES.toReversed()), 'in ascending order, got something else'],
    [write(...ENTRIES.slice(1), Buffer.alloc(6)), 'in ascending order, got something else'],
    [join(folder, 'missing'), '(ENOENT)'],
    [folder, 'got'],
  ] as const
  for (const [path, problem] of refused)
    expect(() => openBreachFile(path)).toThrow(
      expect.objectContaining({
        name: 'ConfigError',
        problems: [expect.stringMatching(/^`PASSWORD_BREACH_FILE`: expected/)],
        message: expect.stringContaining(problem),
      }),
    )
})

test('refuses to open more than 192 MB', () => {
  const path = write(Buffer.alloc(6))
  truncateSync(path, 6 * (2 ** 25 + 1)) // a sparse file
  expect(() => openBreachFile(path)).toThrow(/got 201326598 bytes/)
})

const THIRD = new Secret(PASSWORDS[3] as string)
const URL = 'https://breaches.example.com/range/'

/** The outcome of a check with a file and a service. */
async function check(breachFile: string, password: Secret, { isCut = false, inService = false } = {}) {
  const events: string[] = []
  let asked = 0
  const request = (async () => {
    asked++
    return new Response(inService ? `${sha1(password.reveal()).toString('hex').slice(5)}:1` : '')
  }) as typeof fetch
  const breaches = createBreachCheck({ breachFile, breachUrl: URL }, request)
  if (isCut) truncateSync(breachFile, 0)
  const outcome = await breaches(password, ({ event }) => void events.push(event)).then(
    () => 'accepted',
    ({ rule }) => rule,
  )
  return [outcome, asked, events]
}

test('asks the service only for a password that the file does not know', async () => {
  const path = write(...ENTRIES)
  const other = new Secret('a password of nobody')
  expect(await check(path, THIRD)).toEqual(['breached', 0, []])
  expect(await check(path, other)).toEqual(['accepted', 1, []])
  expect(await check(path, other, { inService: true })).toEqual(['breached', 1, []])
})

test('fails open and says so if the file shrinks, and still asks the service', async () => {
  expect(await check(write(...ENTRIES), THIRD, { isCut: true })).toEqual(['accepted', 1, ['breach_check_missed']])
  expect(await check(write(...ENTRIES), THIRD, { isCut: true, inService: true })).toEqual([
    ...['breached', 1, ['breach_check_missed']],
  ])
})
