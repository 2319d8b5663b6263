import { execFile, spawnSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { freePort } from '../support/free-port.ts'
import { makeStartingPlace, type Started, type StartingPlace } from '../support/starting-place.ts'

const hasCurl = spawnSync('curl', ['--version']).status === 0
describe.runIf(hasCurl)('the curl session in docs/try.md', () => {
  let place: StartingPlace
  let started: Started
  let url: string
  let blocks: string[]
  beforeAll(async () => {
    const page = await readFile('docs/try.md', 'utf8')
    blocks = [...page.matchAll(/```\w+\n([\s\S]*?)```/g)].map(([, block = '']) => block)
    place = await makeStartingPlace()
    const PORT = String(await freePort())
    url = `http://localhost:${PORT}`
    started = place.start({ PORT, BCRYPT_COST: '10' })
    await started.ready
  })
  afterAll(async () => {
    started.child.kill('SIGTERM')
    await started.exit
    await place.remove()
  })

  test('runs as written and prints the responses it describes', async () => {
    const password = started.output().match(/^Password: (.*)$/m)?.[1]
    const script = blocks
      .filter((block) => block.includes('curl'))
      .join('')
      .replace('http://localhost:4000', url)
    const options = { cwd: dirname(place.dataFolder) }
    const { stdout } = await promisify(execFile)('sh', ['-ec', `PASSWORD=${password}\n${script}`], options)
    const [asked, user, session, called, out, refused, again, ended, over, granted, held, disabled, gone, shut] = stdout
      .trim()
      .split('\n')
    expect(asked).toBe('{}')
    expect(user).toMatch(/^{"user":{.*"email":"ada@example.com"/)
    expect(session).toMatch(/^{"session":{/)
    expect(called).toMatch(/^{"session":{/)
    expect(out).toBe('204')
    expect(refused).toMatch(/"status":401,.*"code":"unauthenticated"}$/)
    expect(again).toMatch(/^{"session":{/)
    expect(ended).toBe('{"revoked":1}')
    expect(over).toMatch(/"status":401,.*"code":"unauthenticated"}$/)
    expect(granted).toMatch(/^{"user":{.*"scopes":\["notes:read"\]/)
    expect(held).toMatch(/^{"session":{.*"scopes":\["account","notes:read"\]/)
    expect(disabled).toMatch(/"status":"disabled"/)
    expect(gone).toMatch(/"status":401,.*"code":"unauthenticated"}$/)
    expect(shut).toMatch(/"status":401,.*"code":"invalid_credentials"}$/)
  })
})
