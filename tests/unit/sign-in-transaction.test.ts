import { describe, expect, test } from 'vitest'
import { startDeadline } from '../../lib/deadline.ts'
import {
  endedTransactionCookie,
  readTransaction,
  type SignInTransaction,
  transactionCookie,
} from '../../lib/http/sign-in-transaction.ts'
import type { Provider } from '../../lib/identity/provider.ts'
import { createProviderSecrets } from '../../lib/identity/provider-secrets.ts'

const NOW = 1_800_000_000
const [state, nonce, verifier] = ['s'.repeat(43), 'n'.repeat(43), 'v'.repeat(43)] as const
const transaction: SignInTransaction = {
  ...{
    provider: 'google',
    purpose: 'sign_in',
    state,
    nonce,
    verifier,
    returnTo: 'https://app.example.com/ü?a=1',
    startedAt: NOW,
  },
}
const pairOf = (cookie: string) => cookie.split(';')[0] ?? ''
const read = (pairs: string[], provider = 'google', now = NOW) => readTransaction({ cookies: pairs }, provider, now)

describe('the cookie of a sign-in at a provider', () => {
  test('keeps what the callback needs, for ten minutes, out of reach of scripts and other hosts', () => {
    const cookie = transactionCookie(transaction)
    expect(cookie).toMatch(/^__Host-coatcheck-sign-in=[\w-]+; Max-Age=600; Path=\/; HttpOnly; Secure; SameSite=Lax$/)
    expect(read(['other=1', pairOf(cookie)])).toEqual(transaction)
    expect(endedTransactionCookie()).toMatch(/^__Host-coatcheck-sign-in=; Max-Age=0; .*SameSite=Lax$/)
    const asked = { ...transaction, maxAge: 0 }
    expect(read([pairOf(transactionCookie(asked))])).toEqual(asked)
  })

  test('counts for one provider, once, and in time', () => {
    const pair = pairOf(transactionCookie(transaction))
    expect(read([pair], 'apple')).toBeUndefined()
    expect(read([pair, pair])).toBeUndefined()
    expect(read([])).toBeUndefined()
    expect(read([pair], 'google', NOW + 600)).toBeDefined()
    expect(read([pair], 'google', NOW + 601)).toBeUndefined()
    expect(read([pair], 'google', NOW - 1)).toBeUndefined()
  })

  test.each([
    '',
    'e30',
    'bnVsbA',
    '%%%',
    Buffer.from('[1,2,3,4,5,6,7,8]').toString('base64url'),
    ...[
      { state: 'short' },
      { purpose: 'admin' },
      { nonce: 7 },
      { verifier: null },
      { returnTo: undefined },
      { startedAt: -1 },
      { startedAt: '1' },
    ].map((changes) => pairOf(transactionCookie({ ...transaction, ...(changes as object) })).split('=')[1] ?? ''),
  ])('is ignored if its value is %s', (value) => {
    expect(read([`__Host-coatcheck-sign-in=${value}`])).toBeUndefined()
  })
})

describe('the secrets of providers', () => {
  const soon = startDeadline()
  const provider = (secretName?: string) => ({ id: 'idp', ...(secretName && { secretName }) }) as Provider
  const OUTAGE = { code: 'provider_unavailable' }

  test('are read when they are needed, and again after five minutes', async () => {
    let [reads, at] = [0, 0]
    const secretOf = createProviderSecrets(
      async () => JSON.stringify({ idp: `secret ${++reads}\n` }),
      () => ({ monotonic: at, wall: at }),
    )
    expect(await secretOf(provider(), soon)).toBeUndefined()
    expect(reads).toBe(0)
    for (const [time, secret] of [
      [0, 'secret 1'],
      [299_999, 'secret 1'],
      [300_000, 'secret 2'],
    ] as const) {
      at = time
      expect((await secretOf(provider('idp'), soon))?.reveal()).toBe(secret)
    }
  })

  test('that cannot be read are an outage, and read again by the next', async () => {
    const texts = [undefined, '{"idp": "good"}']
    const secretOf = createProviderSecrets(async () => texts.shift() ?? Promise.reject(new Error('down')))
    await expect(secretOf(provider('idp'), soon)).rejects.toMatchObject(OUTAGE)
    expect((await secretOf(provider('idp'), soon))?.reveal()).toBe('good')
  })

  test.each([
    '',
    'a secret in clear',
    '[]',
    'null',
    '{"other": "x"}',
    '{"idp": 7}',
    '{"idp": " "}',
    '{"__proto__": "x"}',
  ])('of the text %j are an outage, without the text in the error', async (text) => {
    const error = await createProviderSecrets(async () => text)(provider('idp'), soon).catch((thrown) => thrown)
    expect(error).toMatchObject(OUTAGE)
    expect(`${error.stack} ${error.cause}`).not.toContain('in clear')
  })
})
