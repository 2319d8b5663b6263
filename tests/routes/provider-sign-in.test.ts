import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { nanoid } from 'nanoid'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Answer } from '../support/http.ts'
import { expectProblem } from '../support/problem.ts'
import { startTestService, type TestService } from '../support/service.ts'
import { type StandInProvider, startStandInProvider } from '../support/stand-in-provider.ts'

const TRANSACTION = '__Host-coatcheck-sign-in'
let idp: StandInProvider
let service: TestService
let folder: string
beforeAll(async () => {
  idp = await startStandInProvider()
  folder = await mkdtemp(join(tmpdir(), 'coatcheck-secrets-'))
  await writeFile(join(folder, 'secrets.json'), JSON.stringify({ idp: 'client-secret' }))
  const { issuer, clientId } = idp
  const settings = { name: 'Stand-in', issuer, clientId, algorithm: 'ES256', secretName: 'idp' }
  const providers = [
    { ...settings, id: 'idp', registration: 'open' },
    { ...settings, id: 'closed' },
    { ...settings, id: 'other', issuer: 'http://localhost:1' },
  ]
  service = await startTestService({
    PROVIDERS: JSON.stringify({ providers }),
    PROVIDER_SECRETS: join(folder, 'secrets.json'),
    TRUSTED_ORIGINS: 'https://app.example.com',
    MAILER: 'ses',
  })
})
afterAll(async () => {
  await service.close()
  await idp.close()
  await rm(folder, { recursive: true })
})
beforeEach(() => idp.be({}))

const pairOf = (answer: Answer, name: string) =>
  answer.setCookie.flatMap((line) => new RegExp(`^(${name}=[^;]+);`).exec(line)?.[1] ?? []).at(-1)
const outcomeOf = ({ headers }: Answer) => new URL(headers.location ?? '').searchParams.get('sign_in')

/** A person with an address that the provider has verified. */
function person(claims: object = {}) {
  const email = `${nanoid(10).toLowerCase()}@example.com`
  const one = { sub: nanoid(10), email, email_verified: true, ...claims }
  idp.signInAs(one)
  return one
}

async function start(query = '', provider = 'idp', cookie?: string) {
  const answer = await service.request('GET', `/auth/oidc/${provider}/start${query}`, cookie ? { cookie } : {})
  expect(answer.status).toBe(303)
  return { answer, url: answer.headers.location ?? '', transaction: pairOf(answer, TRANSACTION) ?? '' }
}

async function signIn(query = '', { provider = 'idp', session = '' } = {}) {
  const { url, transaction } = await start(query, provider)
  const response = await idp.visit(url)
  const cookie = [transaction, session].filter((each) => each !== '').join('; ')
  return service.request('GET', `/auth/oidc/${provider}/callback?${response}`, { cookie })
}

describe('a sign-in at a provider', () => {
  test('makes a user once, and a session each time', async () => {
    const { email } = person()
    const first = await signIn('?returnTo=/%23account')
    expect(first).toMatchObject({ status: 303, headers: { location: `${service.url}/#account` } })
    expect(first.setCookie.find((line) => line.startsWith(`${TRANSACTION}=`))).toContain('Max-Age=0')
    const cookie = pairOf(first, '__Host-session') ?? ''
    const seen = await service.request('GET', '/auth/session', { cookie })
    expect(seen.json).toMatchObject({
      session: { factors: ['provider'], assurance: 1 },
      user: { email, emailVerified: true },
    })
    const again = await signIn()
    const other = await service.request('GET', '/auth/session', { cookie: pairOf(again, '__Host-session') ?? '' })
    expect(other.json.user.id).toBe(seen.json.user.id)
    const { json } = await service.request('GET', '/auth/identities', { cookie })
    expect(json.identities).toMatchObject([{ provider: 'idp', issuer: idp.issuer }])
  })

  test('is refused without the browser that started it', async () => {
    person()
    const { url } = await start()
    const response = await idp.visit(url)
    const answer = await service.request('GET', `/auth/oidc/idp/callback?${response}`)
    expect(outcomeOf(answer)).toBe('no_transaction')
    expect(pairOf(answer, '__Host-session')).toBeUndefined()
  })

  test('asks for nothing at an unknown provider', async () => {
    expectProblem(await service.request('GET', '/auth/oidc/nobody/start'), 'not_found')
  })
})
