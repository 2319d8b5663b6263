import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ListTablesCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createClient } from '../../lib/dynamodb/index.ts'
import { protectDataFolder } from '../../local/data-folder.ts'
import { type Engine, startEmbeddedEngine } from '../../local/engine.ts'
import { bodyOf, exchange, removeFolders, requestText, statusOf, temporaryFolder } from './support.ts'

// The embedded engine behind its guard, and the folder of its data.

let folder: string
let engine: Engine
let url: URL
beforeAll(async () => {
  folder = await temporaryFolder({ endpoint: 'left behind by a killed process' })
  await chmod(join(folder, 'endpoint'), 0o644)
  engine = await startEmbeddedEngine(folder)
  url = new URL(engine.endpoint)
})
afterAll(async () => {
  await engine.close()
  await removeFolders()
})

const list = (endpoint: string) => {
  const client = createClient({ endpoint, timeoutMs: 10_000 })
  return client.send(new ListTablesCommand({})).finally(() => client.destroy())
}
const AUTHORIZATION = `Authorization: AWS4-HMAC-SHA256 Credential=local/20261129/local/dynamodb/aws4_request, SignedHeaders=host;x-amz-date, Signature=${'0'.repeat(64)}`
const HEADERS = ['Content-Type: application/x-amz-json-1.0', 'X-Amz-Date: 20261129T000000Z', 'Content-Length: 2']
const call = (headers: string[]) =>
  exchange(
    Number(url.port),
    requestText('POST /', [...HEADERS, 'X-Amz-Target: DynamoDB_20120810.ListTables', ...headers], '{}'),
  )

describe('the embedded engine', () => {
  test('answers calls signed with the secret of its endpoint', async () => {
    expect(url.password).toMatch(/^[\w-]{43}$/)
    expect(await list(engine.endpoint)).toMatchObject({ TableNames: [] })
    expect(await readFile(join(folder, 'endpoint'), 'utf8')).toBe(engine.endpoint)
  })

  test('refuses calls with another secret, with the fixed credentials, with a forged signature and without one', async () => {
    for (const userinfo of [`local:${'x'.repeat(43)}@`, `other:${url.password}@`, ''])
      await expect(list(`http://${userinfo}${url.host}`)).rejects.toThrow('not signed with the secret of this engine')
    for (const headers of [[], [AUTHORIZATION], ['Authorization: Bearer x']])
      expect(bodyOf(await call(headers))).toContain('UnrecognizedClientException')
  })

  test('refuses every request of a web page and every request for another host', async () => {
    const { port } = url
    for (const method of ['GET', 'POST', 'OPTIONS']) {
      const answer = await exchange(Number(port), requestText(`${method} /`, ['Origin: https://evil.example']))
      expect([statusOf(answer), answer.toLowerCase().includes('access-control')]).toEqual([400, false])
      const rebound = `${method} / HTTP/1.1\r\nHost: evil.example:${port}\r\nConnection: close\r\n\r\n`
      expect(statusOf(await exchange(Number(port), rebound))).toBe(400)
    }
  })

  test('also refuses web pages if its data is in memory, and needs no secret then', async () => {
    const open = await startEmbeddedEngine()
    expect(await list(open.endpoint)).toMatchObject({ TableNames: [] })
    const { port } = new URL(open.endpoint)
    const origin = requestText('GET /', ['Origin: http://localhost:4000'])
    expect(statusOf(await exchange(Number(port), origin))).toBe(400)
    await open.close()
  })
})

describe('the data folder', () => {
  const modesIn = async (path: string) =>
    Promise.all(
      (await readdir(path, { recursive: true, withFileTypes: true })).map(async (entry) => {
        const { mode } = await stat(join(entry.parentPath, entry.name))
        return [entry.isDirectory() ? 'folder' : 'file', (mode & 0o777).toString(8)].join(' ')
      }),
    )

  test('is accessible only to its owner, with everything in it, whatever the modes were', async () => {
    const path = await temporaryFolder()
    await mkdir(join(path, 'tables'), { mode: 0o755 })
    for (const file of ['pepper', 'jar', join('tables', '000001.log')])
      await writeFile(join(path, file), '', { mode: 0o666 })
    for (const wide of [path, join(path, 'tables')]) await chmod(wide, 0o755)
    await protectDataFolder(path)
    expect(((await stat(path)).mode & 0o777).toString(8)).toBe('700')
    expect((await modesIn(path)).toSorted()).toEqual(['file 600', 'file 600', 'file 600', 'folder 700'])
  })

  test('has an endpoint file that only its owner can read, also over one of another mode', async () => {
    expect((await stat(join(folder, 'endpoint'))).mode & 0o777).toBe(0o600)
    expect((await stat(folder)).mode & 0o777).toBe(0o700)
  })

  test('is reported in one sentence if it cannot be created', async () => {
    const file = join(await temporaryFolder({ taken: '' }), 'taken')
    await expect(protectDataFolder(join(file, 'data'))).rejects.toThrow(/^Cannot create or protect the data folder .*$/)
  })
})
