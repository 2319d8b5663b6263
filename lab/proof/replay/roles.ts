import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import * as signIn from '../../../lib/accounts/login.ts'
import { dynamodbAttemptStore } from '../../../lib/dynamodb/index.ts'
import { ConflictError, InvalidCredentialsError } from '../../../lib/errors.ts'
import type { UserChange } from '../../../lib/ports.ts'
import { Secret } from '../../../lib/secret.ts'
import { isRenewalDue, type SessionPolicy } from '../../../lib/session.ts'
import { createSessions } from '../../../lib/sessions/sessions.ts'
import type { EpochSeconds } from '../../../lib/system.ts'
import { createAttempts } from '../../../lib/throttling/attempts.ts'
import type { Email, User } from '../../../lib/user.ts'
import * as actors from '../../../tests/races/actors.ts'
import { type Scene, type Stores, soon } from '../../../tests/support/observed-scene.ts'
import type { Way } from './player.ts'

// The operations of the model's actors on the real code.

export interface Tables {
  readonly sessions: string
  readonly users: string
  readonly attempts: string
}

export interface Part extends Way {
  readonly scene: Scene
  readonly tables: Tables
  /** The prefix of the ids of its sessions. */
  readonly name: string
  readonly clock: () => EpochSeconds
  readonly policy: SessionPolicy
  /** The number of requests that a worker makes. */
  readonly requests: number
  readonly pepper: Secret
  readonly slots: number
  /** The user whose pointer a writer deletes and writes again. */
  readonly writes: User | undefined
  readonly tell: (fact: Fact) => void
}

/** What only the actor observes. */
export type Fact =
  | { readonly kind: 'accepted'; readonly began: EpochSeconds; readonly isRenewed: boolean }
  | { readonly kind: 'refused' }
  | { readonly kind: 'verified' }
  | { readonly kind: 'shown'; readonly emails: readonly Email[] }

export interface Props {
  readonly part: Part
  readonly client: DynamoDBClient
  readonly stores: Stores
  readonly self: { readonly name: string; readonly now: EpochSeconds }
}

type Role = (props: Props) => Promise<unknown>

const role =
  (act: (scene: Scene, stores: Stores, self: Props['self']) => Promise<unknown>): Role =>
  ({ part: { scene }, stores, self }) =>
    act(scene, stores, self)

const services = ({ stores, self }: Props) => actors.services(stores, self)

/** PATCH by an administrator who saw the first scopes: with other scopes it is a conflict, as in `set-scopes`. */
const change =
  (changes: Pick<UserChange, 'status'> & { scopes?: readonly string[] }): Role =>
  async (props) => {
    const { scene } = props.part
    const { id, scopes } = scene.user
    const check = (before: User) => {
      if (changes.scopes && `${before.scopes}` !== `${scopes}`) throw new ConflictError()
    }
    const { administration } = services(props)
    const changed = await administration.change(id, changes as UserChange, soon(), { beforeChange: check })
    await scene.revokedBelow(id, changed.user.epoch, 'a change of the user') // whichever operation began to revoke them
    return changed
  }

/** Revokes a listed session that did not exist at the beginning. */
const revokeAnother: Role = async (props) => {
  const { scene } = props.part
  const { sessions, revocations } = services(props)
  const listed = await sessions.list(scene.user, soon())
  const other = listed.find(({ id }) => !scene.held.has(id))
  if (!other) return undefined
  scene.touched.add(other.id)
  const outcome = await sessions.revoke(other.userId, other.id, soon())
  await revocations.finishPendingSweep(scene.user)
  if (outcome !== 'absent') await scene.revoked([other.id], 'a revoke')
  return outcome
}

const guess: Role = async (props) => {
  const { client, part } = props
  const { tables, clock, pepper, slots, scene, turn, tell } = part
  const limits = { windowSeconds: 900, perAccount: slots, perSource: 1_000_000, registrationsPerSource: 1 }
  const store = dynamodbAttemptStore({ client, tableName: tables.attempts })
  const attempts = createAttempts({ store, limits, pepper, clock })
  const { hasher, ...parts } = services(props)
  const verify: typeof hasher.verify = async (password, hash) => {
    await turn('verifies')
    tell({ kind: 'verified' })
    return hasher.verify(password, hash)
  }
  const request = { email: scene.user.email, password: new Secret('wrong'), presented: [], ip: '192.0.2.1' }
  const guessed = signIn.login(
    { ...parts, attempts, hasher: { ...hasher, verify } },
    { ...request, userAgent: '' },
    soon(),
  )
  return guessed.catch((error) => {
    if (!(error instanceof InvalidCredentialsError)) throw error
  })
}

/** Makes requests in sequence, and may pause between a check and its renewal. */
const worker: Role = async ({ part, stores }) => {
  const { scene, clock, policy, requests, turn, tell } = part
  const sessions = createSessions({ store: stores.sessions, clock, ...policy })
  for (let made = 0; made < requests; made++) {
    const session = await sessions.check(scene.first().token.reveal())
    const began = clock()
    if (session && isRenewalDue(session, began, policy)) await turn('renews')
    let isRenewed = true
    const served =
      session && (await sessions.renew(session, soon(), ({ event }) => (isRenewed = event !== 'renewal_missed')))
    tell(served ? { kind: 'accepted', began, isRenewed } : { kind: 'refused' })
  }
}

/** Reads the whole list in the smallest pages. */
const list: Role = async ({ part, stores }) => {
  let after: Email | undefined
  do {
    const { users, next } = await stores.users.list({ limit: 1, after }, soon())
    part.tell({ kind: 'shown', emails: users.map(({ email }) => email) })
    after = next
  } while (after !== undefined)
}

const writer: Role = async ({ part: { writes }, stores: { users } }) => {
  if (!writes) throw new Error('The stage has no user for the writer.')
  await users.releaseEmail(writes.email, writes.id, soon())
  await users.claimEmail(writes.email, writes.id, undefined, soon())
}

/** By the names of the model's actors, without numbers. */
export const ROLES: Readonly<Record<string, Role>> = {
  login: role(actors.login('old')),
  'login with a rehash': role(actors.login('old')),
  'login, presenting': role(actors.login('old', { presents: [1] })),
  renewal: role(actors.renew()),
  logout: role(actors.logout()),
  'revoke another': revokeAnother,
  reauthenticate: role(actors.reauthenticate('old')),
  'end others': role(actors.revokeOtherSessions()),
  'end all': role(actors.revokeAllSessions()),
  'set password': role(actors.setPassword('new')),
  disable: change({ status: 'disabled' }),
  enable: change({ status: 'active' }),
  'remove scope': change({ scopes: ['b'] }),
  'grant scope': change({ scopes: ['a', 'b', 'c'] }),
  delete: role(actors.deleteUser()),
  register: role(actors.register('another')),
  guess,
  'right worker': worker,
  'skewed worker': worker,
  list,
  'writer of': writer,
}

export const roleOf = (actor: string): string => actor.replace(/ \d/, '')
