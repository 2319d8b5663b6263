import { describe, expect, test } from 'vitest'
import { parseProviders } from '../../lib/identity/parse-providers.ts'
import { returnAddress } from '../../lib/identity/return-address.ts'
import { verifiedIdentity } from '../../lib/identity/verified-identity.ts'

const LEAST = { id: 'google', name: 'Google', issuer: 'https://accounts.google.com', clientId: 'id.apps' }
const parse = (...providers: object[]) => parseProviders({ providers }, true)
const problemsOf = (...providers: object[]) => {
  try {
    parseProviders({ providers }, true, 'prod')
  } catch (error) {
    return (error as { problems: string[] }).problems
  }
  return []
}

describe("the providers' file", () => {
  test('needs four fields of a provider, and has safe defaults for the rest', () => {
    expect(parse(LEAST)).toEqual([
      {
        ...LEAST,
        kind: 'oidc',
        ...{ clientAuthentication: 'none', scopes: ['openid', 'email'], algorithm: 'RS256', registration: 'closed' },
        ...{ hosts: ['accounts.google.com'], verifiedClaim: 'email_verified', strong: { amr: [], acr: [] } },
      },
    ])
    expect(parse({ ...LEAST, secretName: 'google' })[0]).toMatchObject({ clientAuthentication: 'client_secret_basic' })
  })

  test('names every problem with its place and what is accepted', () => {
    const problems = problemsOf(
      { ...LEAST, id: 'Google!', issuer: 'http://accounts.google.com', clientId: 7, algorithm: 'HS256' },
      { ...LEAST, id: 'same', scopes: ['email'], hosts: ['https://a.example'], registration: 'everybody', extra: 1 },
      { ...LEAST, id: 'same', groups: { claim: 'groups', scopes: { staff: ['not a scope'] } }, strong: { amr: 'mfa' } },
      'google' as never,
    )
    expect(problems).toEqual(
      expect.arrayContaining([
        'providers[0].id: expected up to 32 lower-case letters, digits and -, got "Google!"',
        'providers[0].issuer: expected an https URL without query and fragment, got "http://accounts.google.com"',
        'providers[0].clientId: expected the client id that the provider has issued, got 7',
        'providers[0].algorithm: expected RS256 or PS256 or ES256 or ES384 or EdDSA, got "HS256"',
        'providers[1].scopes: expected a list with `openid`, got ["email"]',
        'providers[1].hosts: expected a list of hosts such as login.example.com, got ["https://a.example"]',
        'providers[1].registration: expected closed or open, got "everybody"',
        expect.stringMatching(/^providers\[1\]\.extra: unknown field; known are id, /),
        'providers[2].groups.scopes.staff: expected scopes such as notes:write, got ["not a scope"]',
        'providers[2].strong.amr: expected a list of values of `amr`, got "mfa"',
        'providers[2].id: expected an id that no other provider has, got "same"',
        'providers[3]: expected an object',
        'providers[3].name: expected the text of the button, the field is missing',
      ]),
    )
  })

  test.each([null, [], {}, { providers: {} }])('is refused if it is %j', (file) => {
    expect(() => parseProviders(file, true)).toThrow(/expected `{"providers"/)
  })

  test('accepts http on this machine only, and only locally', () => {
    const local = { ...LEAST, issuer: 'http://localhost:4100' }
    expect(parseProviders({ providers: [local] }, false)[0]).toMatchObject({ hosts: ['localhost:4100'] })
    expect(problemsOf(local)).toHaveLength(1)
    const remote = { ...LEAST, issuer: 'http://login.example.com' }
    expect(() => parseProviders({ providers: [remote] }, false)).toThrow(/issuer/)
  })
})

describe('a verified identity', () => {
  const [provider] = parse({
    ...LEAST,
    strong: { amr: ['mfa'], acr: ['urn:strong'] },
    groups: { claim: 'groups', scopes: { staff: ['notes:write', 'notes:read'], guests: ['notes:read'] } },
  })
  const of = (claims: object) =>
    verifiedIdentity(provider as never, { iss: 'https://accounts.google.com', sub: 'ada', iat: 1, ...claims })

  test('has an address only if the provider has verified it', () => {
    for (const email_verified of [true, 'true', 1, '1'])
      expect(of({ email: 'Ada@Example.com', email_verified }).email).toBe('ada@example.com')
    for (const email_verified of [false, 'false', 0, 'yes', null, undefined, {}, [true]])
      expect(of({ email: 'ada@example.com', email_verified })).not.toHaveProperty('email')
    expect(of({ email: 'no address', email_verified: true })).not.toHaveProperty('email')
    expect(of({ email: ['ada@example.com'], email_verified: true })).not.toHaveProperty('email')
  })

  test('counts as two factors only as the settings say', () => {
    for (const claims of [{ amr: ['pwd', 'mfa'] }, { acr: 'urn:strong' }]) expect(of(claims).assurance).toBe(2)
    for (const claims of [{}, { amr: ['pwd'] }, { amr: 'mfa' }, { acr: ['urn:strong'] }, { amr: [['mfa']] }])
      expect(of(claims).assurance).toBe(1)
  })

  test('has the scopes of all of its groups, and none of names that no setting maps', () => {
    expect(of({ groups: ['guests', 'staff', 'admins'] }).scopes).toEqual(['notes:read', 'notes:write'])
    for (const groups of [undefined, 'staff', [], ['__proto__', 'constructor']])
      expect(of({ groups }).scopes).toEqual([])
  })

  test.each(['', 'a b', 'a\n', 'é', 'x'.repeat(256)])('is refused for the subject %j', (sub) => {
    expect(() => of({ sub })).toThrow(/malformed `sub`/)
  })
})

describe('the address that a sign-in returns to', () => {
  const policy = {
    origin: 'https://auth.example.com',
    trustedOrigins: ['https://app.example.com', 'https://*.preview.example.com'],
  }

  test.each([
    ['/', 'https://auth.example.com/'],
    ['/notes?page=2#end', 'https://auth.example.com/notes?page=2#end'],
    ['/a/../b', 'https://auth.example.com/b'],
    ['https://auth.example.com/x', 'https://auth.example.com/x'],
    ['https://app.example.com/x', 'https://app.example.com/x'],
    ['https://pr-1.preview.example.com/', 'https://pr-1.preview.example.com/'],
  ])('may be %j', (text, address) => {
    expect(returnAddress(text, policy)).toBe(address)
  })

  test.each([
    ...[
      '//evil.example',
      '/\\evil.example',
      '\\\\evil.example',
      '/\t/evil.example',
      ' //evil.example',
      '///evil.example',
    ],
    ...['https://evil.example', 'https://app.example.com.evil.example/', 'https://app.example.com@evil.example/'],
    ...['https://user:pw@app.example.com/', 'http://app.example.com/', 'https://app.example.com:8443/', 'notes', ''],
    ...['javascript:alert(1)', 'data:text/html,x', 'https:app.example.com', 'https://a.b.preview.example.com/'],
    `/${'x'.repeat(1000)}`,
  ])('may not be %j', (text) => {
    expect(returnAddress(text, policy)).toBeUndefined()
  })
})
