import { generateKeyPair, jwtVerify, SignJWT } from 'jose'
import { createGuest, createTables, type Guest, openCoatcheck } from '../coatcheck.ts'
import { ratioOf } from '../rounds.ts'
import { dataOf, figure, type Part, spread, timesOf } from '../section.ts'
import { blocksOf, takeTurns } from '../turns.ts'

const WARM = 'Coatcheck: a check with maxStalenessSeconds 60, warm'
const JWT = 'jose: jwtVerify, ES256'
const LIMIT = 20
const BLOCK_MS = 5

/** A check with a staleness of one minute, beside a JWT that is valid until it expires. */
export const measure: Part = async ({ endpoint, quick }, progress) => {
  const { sessions, ...coatcheck } = openCoatcheck(endpoint, await createTables(endpoint, 'staleness'))
  const guest = await createGuest({ sessions, ...coatcheck })
  const verify = await jsonWebToken(guest)
  const check = () => sessions.check(guest.token, { maxStalenessSeconds: 60 })
  const lanes = [
    { name: WARM, run: check, calls: await callsIn(BLOCK_MS, check) },
    { name: JWT, run: verify },
  ]
  const turns = quick ? { rounds: 40, calls: 40, warmUp: 20 } : { rounds: 600, calls: 50, warmUp: 100 }
  const measured = await takeTurns(lanes, turns, progress)
  const faster = ratioOf(blocksOf(measured, JWT), blocksOf(measured, WARM))
  return {
    title: 'A check that may be a minute old',
    findings: [
      {
        what: 'a warm check with `maxStalenessSeconds: 60` against `jose` verifying ES256',
        target: `at least ${LIMIT} times faster`,
        result: `${figure(faster.median)} times (${figure(faster.low)}–${figure(faster.high)})`,
        met: faster.median >= LIMIT,
      },
    ],
    text: `The same facts in both: user, session, scopes, and when it was created and ends. \`jose\` has its key imported, and checks issuer and audience as well as the signature. Neither reads anything: this is processor time alone. ${spread(ratioOf(blocksOf(measured, WARM), blocksOf(measured, JWT)), 4)} of the time, the other way round.\n\n${timesOf(measured)}`,
    data: dataOf(measured),
  }
}

/** How many calls fill a block of so many milliseconds, warm. */
async function callsIn(milliseconds: number, run: () => unknown): Promise<number> {
  const tries = 50
  for (let call = 0; call < tries; call++) await run()
  const begun = performance.now()
  for (let call = 0; call < tries; call++) await run()
  return Math.max(1, Math.round((milliseconds * tries) / (performance.now() - begun)))
}

async function jsonWebToken({ session }: Guest) {
  const { privateKey, publicKey } = await generateKeyPair('ES256')
  const expected = { issuer: 'https://auth.example.com', audience: 'https://app.example.com' }
  const token = await new SignJWT({ sid: session.id, scope: session.scopes.join(' '), auth_time: session.createdAt })
    .setProtectedHeader({ alg: 'ES256', kid: '1' })
    .setSubject(session.userId)
    .setIssuer(expected.issuer)
    .setAudience(expected.audience)
    .setIssuedAt(session.createdAt)
    .setExpirationTime(session.expiresAt)
    .sign(privateKey)
  return () => jwtVerify(token, publicKey, expected)
}
