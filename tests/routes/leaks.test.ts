import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import { tableVariables } from '../../local/table-settings.ts'
import { freePort } from '../support/free-port.ts'
import { request } from '../support/http.ts'
import { type Fault, startProxy } from '../support/proxy.ts'
import { makeStartingPlace, type StartingPlace } from '../support/starting-place.ts'
import { createTestTables } from '../support/tables.ts'

// I6: no table, log line, error, list or administrator's response holds a usable credential.

let place: StartingPlace
beforeEach(async () => {
  place = await makeStartingPlace()
})
afterEach(() => place.remove())

test('tables, logs and responses hold no password, token, secret or pepper, even after failures [LG-01]', async () => {
  const tables = await createTestTables()
  const proxy = await startProxy(inject('endpoint'))
  const PORT = String(await freePort())
  const started = place.start({
    PORT,
    REGISTRATION: 'open',
    DYNAMODB_ENDPOINT: proxy.endpoint,
    ...tableVariables(tables),
    BCRYPT_COST: '10',
    DATASTORE_TIMEOUT_MS: '200',
  })
  await started.ready
  const url = `http://localhost:${PORT}`
  const password = 'canary password number one'
  const email = 'leaks@example.com'
  const answers: string[] = []
  const ask = async (method: string, path: string, options: object = {}) => {
    const answer = await request(url, method, path, options)
    answers.push(answer.text, JSON.stringify({ ...answer.headers, 'set-cookie': undefined }))
    return answer
  }

  await ask('POST', '/auth/register', { body: { email, password, name: 'Leaks' } })
  const login = await request(url, 'POST', '/auth/login', { body: { email, password, credential: 'bearer' } })
  const token: string = login.json.token
  const administrator = { email: 'admin@localhost', password: started.output().match(/^Password: (.*)$/m)?.[1] }
  const admin = await request(url, 'POST', '/auth/login', { body: { ...administrator, credential: 'bearer' } })
  const userId = login.json.user.id
  const asAdmin = { bearer: admin.json.token }
  const wrong = `${password}, not quite`
  const own = { email: password, password } // people type passwords into every field

  const everything = async () => {
    for (const path of [
      '/auth/session',
      '/auth/sessions',
      `/auth/session?access_token=${token}`,
      `/${token}`,
      `/auth/sessions/${token}`,
    ])
      await ask('GET', path, { bearer: token })
    await ask('DELETE', `/auth/sessions/${token}`, { bearer: token })
    await ask('GET', '/auth/session', { cookie: `__Host-session=${token}; __Host-session=${token}` })
    for (const path of [`/admin/users?email=${email}`, `/admin/users/${userId}`, `/admin/users/${userId}/sessions`])
      await ask('GET', path, { bearer: admin.json.token })
    await ask('GET', '/admin/users', { bearer: token })
    await ask('POST', '/auth/session/reauthenticate', { bearer: token, body: { password: wrong } })
    for (const currentPassword of [wrong, password])
      await ask('PUT', '/auth/password', { bearer: token, body: { currentPassword, newPassword: `${email}${email}` } })
    for (const body of [own, { ...own, email: 'made@example.com', name: 'Made' }, { email, password: email }])
      await ask('POST', '/admin/users', { ...asAdmin, body })
    for (const body of [{ passwordHash: password }, { name: 'Ada', status: 'active' }, { scopes: [password] }])
      await ask('PATCH', `/admin/users/${userId}`, { ...asAdmin, body })
    for (const cursor of ['', password, token])
      await ask('GET', `/admin/users?cursor=${encodeURIComponent(cursor)}`, asAdmin)
    for (const body of [
      { email: password, password },
      { email: 'x@y', password: { password } },
      { email: 'x@y', password, label: 5 },
      `{"email":"x@y","password":"${password}`,
      `{"email":"x@y","password":"${password}","password":"${password}"}`,
      `{"email":"x@y","password":"${token}"}}`,
    ])
      for (const path of ['/auth/login', '/auth/register']) await ask('POST', path, { body, origin: url })
    // A response names the invalid field to its sender; the log does not.
    await request(url, 'POST', '/auth/login', { body: { [password]: password }, origin: url })
    const headers = { 'content-type': 'text/plain' }
    await ask('POST', '/auth/login', { body: password, headers, origin: url })
    await ask('POST', '/auth/login', { body: { email, password: `${password}!` }, origin: url })
    await ask('POST', '/auth/login', { body: { email: `${password}@x`.replaceAll(' ', '.'), password }, origin: url })
    await ask('POST', '/auth/session/reauthenticate', { bearer: token, body: { password: `${password}!` } })
    const change = { currentPassword: `${password}!`, newPassword: `${password} anew` }
    await ask('PUT', '/auth/password', { bearer: token, body: change })
    await ask('PUT', '/auth/password', { bearer: token, body: { currentPassword: password, newPassword: email } })
    await ask('POST', '/admin/users', { bearer: admin.json.token, body: { email, password } })
    await ask('PATCH', `/admin/users/${userId}`, { bearer: admin.json.token, body: { scopes: [token] } })
    await ask('POST', '/auth/logout', { bearer: `${token.slice(0, -1)}_` })
  }
  await everything()
  for (const fault of ['throttled', 'failed', 'refused', 'silent', 'empty', 'foreign'] as Fault[]) {
    proxy.fault = () => fault
    await Promise.all([
      ask('GET', '/auth/session', { bearer: token }),
      ask('POST', '/auth/login', { body: { email, password, credential: 'bearer' } }),
      ask('POST', '/auth/register', { body: { email: 'b@example.com', password } }),
      ask('POST', '/auth/logout', { bearer: token }),
      ask('POST', '/auth/session/reauthenticate', { bearer: token, body: { password } }),
      ask('PUT', '/auth/password', { bearer: token, body: { currentPassword: password, newPassword: wrong } }),
      ask('POST', '/admin/users', { ...asAdmin, body: { email: 'b@example.com', password } }),
      ask('DELETE', `/admin/users/${userId}`, asAdmin),
    ])
  }
  proxy.fault = undefined
  const activity = await tables.scan(tables.activity)
  expect(activity.length).toBeGreaterThan(7)
  const attempts = JSON.stringify([await tables.scan(tables.attempts), activity])
  const dump = JSON.stringify([await tables.scan(tables.sessions), await tables.scan(tables.users)]) + attempts
  const pepper = (await readFile(join(place.dataFolder, 'pepper'), 'utf8')).trim()
  started.child.kill('SIGTERM')
  await started.exit
  await proxy.close()

  const secret = token.slice(-43)
  const adminSecret = admin.json.token.slice(-43)
  const encodings = (text: string) => [
    text,
    Buffer.from(text).toString('base64'),
    Buffer.from(text).toString('hex'),
    encodeURIComponent(text),
  ]
  const output = started.output().replace(/^Password: .*$/m, '')
  expect(output).toContain('"event":"unavailable"') // the failure was logged
  expect(answers.length).toBeGreaterThan(95)
  for (const canary of [
    password,
    password.replaceAll(' ', '.'),
    secret,
    adminSecret,
    pepper,
    administrator.password as string,
  ].flatMap(encodings)) {
    expect(dump).not.toContain(canary)
    expect(output).not.toContain(canary)
    for (const answer of answers) expect(answer).not.toContain(canary)
  }
  expect(output).not.toContain(email)
  expect(attempts).toContain('"taken"')
  for (const canary of encodings(email)) expect(attempts).not.toContain(canary) // counted but not stored
})
