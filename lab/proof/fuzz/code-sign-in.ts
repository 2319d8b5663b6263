import type { CodeChallenge } from '../../../lib/accounts/login-code.ts'
import { createLoginCodes } from '../../../lib/accounts/login-codes.ts'
import { startDeadline } from '../../../lib/deadline.ts'
import { numberAttribute } from '../../../lib/dynamodb/attribute.ts'
import { Secret } from '../../../lib/secret.ts'
import type { RandomText } from '../../../lib/system.ts'
import type { User } from '../../../lib/user.ts'

/** A sign-in by a mailed code that waits for the code: what the browser has, the mail, and the attempts table. */
export async function makeCodeSignIn(user: User, pepper: string, randomText: RandomText) {
  let kept: CodeChallenge | undefined
  const store = {
    put: async (_: Secret, challenge: CodeChallenge) => {
      kept = challenge
    },
    get: async () => kept,
    takeTry: async () => kept,
    use: async () => true,
  }
  const users = { findByEmail: async () => user }
  const codes = createLoginCodes({ store, users, pepper: new Secret(pepper), randomText })
  const { secret, challenge } = await codes.begin(user.email, startDeadline(10))
  const armed = await codes.arm(challenge, startDeadline(10))
  if (!armed || !kept) throw new Error('unreachable')
  return {
    secret: secret.reveal(),
    code: armed.code.reveal(),
    item: {
      key: { S: `code#${challenge}` },
      ...{ email: { S: kept.email }, salt: { S: kept.salt }, tries: numberAttribute(0) },
      expiresAt: numberAttribute(kept.expiresAt),
    },
  }
}
