import { afterAll, beforeAll, expect, test } from 'vitest'
import { hashOneTimeSecret } from '../../lib/one-time-secret.ts'
import { Secret } from '../../lib/secret.ts'
import { openPostOffice, tokenIn } from '../../tests/support/post-office.ts'
import { startTestService, type TestService } from '../../tests/support/service.ts'
import { type Clause, check } from './checker/checker.ts'
import { createGenerator } from './generator.ts'
import { instant, type Operation } from './history/operation.ts'
import { SIGN_INS } from './races/scenarios-sign-in.ts'
import { SCOPES, type System } from './system.ts'

// The scenarios of passkeys, mailed codes and invitations do what they are named after, on the service in this process.

let service: TestService
let system: System
beforeAll(async () => {
  service = await startTestService({
    ...{ REGISTRATION: 'open', MAILER: 'ses', LOGIN_CODE: 'on', FACTOR_KEY: 'f'.repeat(32) },
    ...{ MAILS_PER_SOURCE: '100000', LINKS_PER_SOURCE: '100000', PASSKEYS_PER_SOURCE: '100000' },
  })
  const { tables, url } = service
  const office = openPostOffice(tables, undefined, service.pepper)
  const mailTo = async (email: string, isWanted: (item: Record<string, { S?: string }>) => boolean) => {
    for (const item of (await tables.scan(tables.outbox)) as Record<string, { S?: string }>[])
      if (isWanted(item)) await office.deliver(item.id?.S ?? '')
    return office.sent.findLast(({ to }) => to === email)
  }
  system = {
    url,
    async createUser(scopes: readonly string[] = [...SCOPES.kept, SCOPES.removed]) {
      const user = await service.user(scopes)
      const key = { pk: { S: `user#${user.id}` } }
      await tables.put(tables.users, {
        ...(await tables.get(tables.users, key)),
        ...key,
        emailVerified: { BOOL: true },
      })
      return { ...user, emailVerified: true }
    },
    rows: async (userId: string) =>
      (await tables.scan(tables.sessions)).filter((row) => row.userId?.S === userId) as never,
    item: async (userId: string) => (await tables.get(tables.users, { pk: { S: `user#${userId}` } })) as never,
    async linkTo(email: string, wanted: string) {
      const mail = await mailTo(email, ({ kind, email: to }) => kind?.S === wanted && to?.S === email)
      return mail && { token: tokenIn(mail), given: instant() }
    },
    async codeOf(email: string, browser: string) {
      const challenge = hashOneTimeSecret(new Secret(browser))
      const mail = await mailTo(email, (item) => item.challenge?.S === challenge)
      return mail && { code: tokenIn(mail), given: instant() }
    },
  } as unknown as System
})
afterAll(() => service.close())

/** The clauses that each scenario gives an occasion to. */
const EXPECTED: Readonly<Record<string, readonly Clause[]>> = {
  'a passkey added in parallel to logins, and a challenge of it twice': ['K3 revoke-all', 'K9 once'],
  'removal of a passkey in parallel to sign-ins with it': ['K3 revoke-all'],
  'a mailed code in two browsers, and after a revoke-all': ['K3 revoke-all', 'K9 once', 'K9 browser', 'K9 void'],
  'an invitation accepted twice, and after the account is deleted': ['K9 once'],
}

test.each(SIGN_INS)('the scenario "$name" tries what it is named after, without a violation', async ({ name, run }) => {
  const history: Operation[] = []
  const draws = [1, 1, 1, 1]
  const random = () => draws.shift() ?? 0.7
  const generator = createGenerator(system, name, (each) => history.push(each), random)
  const [admin, inspector] = [
    await generator.login(await system.createUser(['admin:read', 'admin:write', 'admin:revoke'])),
    await generator.login(await system.createUser(['sessions:introspect'])),
  ]
  if (!admin || !inspector) throw new Error('unreachable')
  await run({ system, generator, history, admin, service: inspector, random })
  generator.close()
  const { violations, counts } = check(history)
  expect(violations.map(({ sentence }) => sentence)).toEqual([])
  const tried = (EXPECTED[name] ?? []).filter((clause) => counts[clause].trials > 0)
  expect(tried).toEqual(EXPECTED[name])
  expect(history.filter(({ op, outcome }) => /passkey|code|accept/.test(op) && outcome === 'ok')).not.toEqual([])
})
