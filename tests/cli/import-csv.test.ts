import { Readable } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { readCsvLines } from '../../cli/import/csv-lines.ts'
import { readUserLine } from '../../cli/import/user-line.ts'
import { importFile } from '../../cli/users/import.ts'
import { stackOfTest } from './stack.ts'

const HASH = '$2b$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy'

async function linesOf(text: string | Uint8Array, chunkLength = 3) {
  const bytes = Buffer.from(text as string)
  const chunks = Array.from({ length: Math.ceil(bytes.length / chunkLength) }, (_, index) =>
    bytes.subarray(index * chunkLength, (index + 1) * chunkLength),
  )
  const lines = []
  for await (const line of readCsvLines(Readable.from(chunks))) lines.push(line)
  return lines.map(({ number, text: json, fault }) => [number, json === undefined ? fault : JSON.parse(json)])
}

describe('readCsvLines', () => {
  test('names the fields of a record by the first line, past a byte order mark, with any line end', async () => {
    expect(await linesOf('\ufeffemail,name\r\na@example.com,Ann\n\nb@example.com,"Lee, ""Ben"""')).toEqual([
      [2, { email: 'a@example.com', name: 'Ann' }],
      [4, { email: 'b@example.com', name: 'Lee, "Ben"' }],
    ])
  })

  test('numbers a record with line breaks by its first line, and the next one after its last', async () => {
    const text = 'email,"the\nname"\r\na@example.com,"A\r\nB\nC"\r\nb@example.com,\r\n\r\n"c@example.com","\n"\n'
    expect((await linesOf(text)).map(([number]) => number)).toEqual([3, 6, 8])
  })

  test('marks a record with another number of columns, or that is not UTF-8, as invalid', async () => {
    const text = Buffer.concat([
      Buffer.from('email,name\na@example.com\nb@example.com,Ben,\nc@example.com,'),
      Buffer.from([0xc3, 0x28]),
      Buffer.from('\nd@example.com,Dée\n'),
    ])
    expect(await linesOf(text)).toEqual([
      [2, 'expected 2 columns as in the first line, found 1'],
      [3, 'expected 2 columns as in the first line, found 3'],
      [4, 'not UTF-8'],
      [5, { email: 'd@example.com', name: 'Dée' }],
    ])
  })

  test('splits scopes at spaces and commas', async () => {
    expect(await linesOf('email,Scopes\na@example.com,"notes:read, notes:write"\nb@example.com,\n')).toEqual([
      [2, { email: 'a@example.com', Scopes: ['notes:read', 'notes:write'] }],
      [3, { email: 'b@example.com', Scopes: [] }],
    ])
  })

  test.each([
    [
      'a quote within a field',
      'email,hash\na@example.com,x"hidden\n',
      /misplaced or unclosed quote at or before line 2/,
    ],
    [
      'text after a quoted field',
      'email,hash\na@example.com,"hidden"x\n',
      /misplaced or unclosed quote at or before line 2/,
    ],
    ['an unclosed quote', 'email,hash\na@example.com,"hidden\nb@example.com,x\n', /quote at or before line/],
    [
      'an unclosed quote in a long file',
      `email,hash\n"hidden\n${'b@example.com,x\n'.repeat(5000)}`,
      /of more than 65536 bytes/,
    ],
    ['no header', 'a@example.com,hidden\n', /has no column email/],
    ['another separator', 'email;hash\na@example.com;hidden\n', /has no column email/],
    ['two columns of the same name', 'email,name,Name\n', /two columns "Name"/],
  ])('stops at %s without repeating what it read', async (_, text, why) => {
    await expect(linesOf(text, 4096)).rejects.toThrow(why)
    await expect(linesOf(text, 4096)).rejects.toThrow(/^(?!.*hidden)/s)
  })

  test('returns no lines for an empty file and for a header alone', async () => {
    expect([...(await linesOf('')), ...(await linesOf('email,name\n'))]).toEqual([])
  })
})

test('a CSV export of a database is read with empty, t, f and JSON columns', async () => {
  const header =
    'id,email,encrypted_password,email_confirmed_at,confirmed_at,phone_confirmed_at,banned_until,raw_app_meta_data,is_sso'
  const [first, second] = await linesOf(
    `${header}\n1,a@example.com,${HASH},2020-01-01 00:00:00+00,,,,"{""provider"":""email""}",f\n2,b@example.com,,,,,,"{""banned"":true}",t\n`,
  )
  const rules = { bcryptCost: 12, pepperVersions: [1] }
  expect(readUserLine(JSON.stringify(first?.[1]), rules).user).toEqual({
    email: 'a@example.com',
    emailVerified: true,
    passwordHash: HASH,
    scopes: [],
    status: 'active',
  })
  expect(() => readUserLine(JSON.stringify(second?.[1]), rules)).toThrow(
    /^raw_app_meta_data\.banned: .*looks like a lock/,
  )
})

test('users import reads CSV with --format csv and rejects other formats', async () => {
  const stack = await stackOfTest()
  const input = `email,password_digest,scopes\nann@example.com,${HASH},notes:read\nben@example.com,\n`
  const { code, lines } = await stack.invoke(importFile, ['-', { format: 'csv' }], { input })
  expect([code, lines[0], lines[1]]).toEqual([
    1,
    'line 3: expected 3 columns as in the first line, found 2',
    expect.stringMatching(/^1 created, 0 existing, 1 refused/),
  ])
  expect(await stack.find('ann@example.com')).toMatchObject({ passwordHash: HASH, scopes: ['notes:read'] })
  const unknown = await stack.invoke(importFile, ['-', { format: 'xml' }], { input })
  expect([unknown.code, unknown.complaints]).toEqual([2, ['Unknown format "xml". Expected jsonl or csv.']])
  const broken = await stack.invoke(importFile, ['-', { format: 'csv' }], { input: 'email\n"x"y\n' })
  expect([broken.code, broken.complaints.at(-1)]).toEqual([1, expect.stringMatching(/^The CSV file has a misplaced/)])
})
