import { type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb'
import { dynamodbSessionStore, dynamodbUserStore } from '../../../lib/dynamodb/index.ts'
import { DEFAULT_POLICY, type SessionPolicy } from '../../../lib/session.ts'
import type { EpochSeconds } from '../../../lib/system.ts'
import type { Email, User, UserId } from '../../../lib/user.ts'
import { finish } from '../../../tests/races/actors.ts'
import { type Place, Scene, type Setting, soon } from '../../../tests/support/observed-scene.ts'
import { NOW, sampleUser } from '../../../tests/support/samples.ts'
import type { Schedule } from '../../model/schedules.ts'
import * as judge from './judge.ts'
import { type Fact, roleOf, type Tables } from './roles.ts'

// The stage of a schedule: the rows before it, and the checks after each step and at the end.

export interface Stage {
  readonly scene: Scene
  readonly tables: Tables
  readonly policy: SessionPolicy
  readonly clock: () => EpochSeconds
  /** Advances the clock by a second. */
  readonly advanceClock: () => void
  /** The user whose pointer a writer deletes and writes again. */
  readonly writes?: User | undefined
  readonly tell: (fact: Fact) => void
  readonly watch: () => Promise<void>
  readonly judge: (played: readonly judge.Played[]) => Promise<void>
  readonly close: () => Promise<void>
}

export interface Datastore {
  readonly client: DynamoDBClient
  readonly tables: Tables
  /** A users table for schedules that list all users. */
  readonly listed: string
}

/** The login budget of the model. */
export const SLOTS = 2
/** The policy of `expiry.ts`. */
const LIFE: SessionPolicy = { idleSeconds: 4, renewSeconds: 2, lifetimeSeconds: 8 }

type Kind = 'sessions' | 'accounts' | 'cap' | 'attempts' | 'expiry' | 'list'

export const kindOf = ({ operations }: Schedule): Kind =>
  (['accounts', 'cap', 'attempts', 'expiry', 'list'] as const).find((kind) => kind === operations) ?? 'sessions'

/** Whether the violation is left by a worker that crashes. */
export const endsInCrash = ({ why }: Schedule): boolean => why.endsWith('after a crash')

export async function openStage(schedule: Schedule, { client, tables, listed }: Datastore): Promise<Stage> {
  const kind = kindOf(schedule)
  const actors = new Set(schedule.steps.map(({ actor }) => actor))
  const isLossy = schedule.steps.some(({ step }) => /, (answer lost|late)$/.test(step))
  const stores = {
    users: dynamodbUserStore({ client, tableName: tables.users }),
    sessions: dynamodbSessionStore({ client, tableName: tables.sessions }),
  }
  const userStore = dynamodbUserStore({ client, tableName: listed })
  const place: Place = { isEngine: true, share: (orders) => orders, open: async () => () => stores }
  const policy = kind === 'expiry' ? LIFE : DEFAULT_POLICY
  const scene = await Scene.open(place, { ...settingOf(kind, actors), policy })

  let now = kind === 'expiry' ? NOW : NOW + 1000
  const clock = () => now
  const facts: Fact[] = []
  const isWritten = [...actors].some((actor) => roleOf(actor) === 'writer of')
  const others = kind === 'list' ? await writeUsers() : []
  const presented = [...actors].some((actor) => roleOf(actor).endsWith('presenting')) ? [scene.first(1).session.id] : []
  const cap = judge.judgeCap(scene, presented)
  const expiry = judge.judgeExpiry(scene, LIFE, clock, isLossy)

  return {
    scene,
    tables: kind === 'list' ? { ...tables, users: listed } : tables,
    policy,
    clock,
    advanceClock: () => void now++,
    writes: isWritten ? others[0] : undefined,
    tell(fact) {
      facts.push(fact)
      if (kind === 'expiry') expiry(fact)
    },
    async watch() {
      if (kind === 'sessions' || kind === 'accounts') await scene.watch()
      if (kind === 'sessions') await watchItems()
      if (kind === 'cap') await cap.watch()
    },
    async judge(played) {
      if (kind === 'expiry') return
      if (kind === 'attempts') return judge.judgeAttempts(scene, facts, SLOTS)
      if (kind === 'list') return judgeList()
      if (endsInCrash(schedule)) await finish()(scene, scene.storesOf(), { name: 'z', now })
      await scene.judge({ rows: isLossy || endsInCrash(schedule) })
      if (kind === 'sessions') await judge.judgeSessions(scene, played)
      if (kind === 'accounts') await judge.judgeAccounts(scene, played)
      if (kind === 'cap') await cap.judge()
    },
    async close() {
      for (const { id, email, changeId } of others) {
        await userStore.releaseEmail(email, id, soon())
        await userStore.delete(id, changeId, soon())
      }
    },
  }

  /** Writes the same users each time, in the order of the table. */
  async function writeUsers(): Promise<User[]> {
    for (const letter of 'abcd') {
      const user = sampleUser({ id: letter.repeat(21) as UserId, email: `${letter}@example.com` as Email })
      await userStore.create(user, soon())
      await userStore.claimEmail(user.email, user.id, undefined, soon())
    }
    return [...(await userStore.list({ limit: 100 }, soon())).users]
  }

  function judgeList(): void {
    judge.judgeList(
      scene,
      facts,
      others.slice(isWritten ? 1 : 0).map(({ email }) => email),
    )
  }

  /** An item of a revoked session that exists again, which a check may not see. */
  async function watchItems(): Promise<void> {
    if (scene.over.size === 0) return
    const query = new QueryCommand({
      TableName: tables.sessions,
      KeyConditionExpression: 'userId = :userId',
      ExpressionAttributeValues: { ':userId': { S: scene.user.id } },
      ConsistentRead: true,
    })
    const over: ReadonlySet<string> = scene.over
    for (const { sessionId } of (await client.send(query)).Items ?? [])
      scene.violate(over.has(sessionId?.S ?? '') && `I4: there is an item of ${sessionId?.S} again`)
  }
}

function settingOf(kind: Kind, actors: ReadonlySet<string>): Setting {
  if (kind === 'cap') return { sessions: 2, cap: 2 }
  if (kind === 'sessions') return { outdated: actors.has('login with a rehash') }
  return { sessions: kind === 'expiry' ? 1 : 0 }
}
