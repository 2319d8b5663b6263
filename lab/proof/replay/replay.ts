import { createHmac } from 'node:crypto'
import { nanoid } from 'nanoid'
import { createClient } from '../../../lib/dynamodb/index.ts'
import { Secret } from '../../../lib/secret.ts'
import { readService } from '../../../local/service.ts'
import { createMissingTables } from '../../../local/tables.ts'
import type { Step } from '../../model/explorer.ts'
import type { Rule } from '../../model/rules.ts'
import { dangerousSchedules, type Schedule } from '../../model/schedules.ts'
import { perform as real } from './actors.ts'
import { conduct, type Departure } from './conductor.ts'
import type { Played } from './judge.ts'
import { Player } from './player.ts'
import { type Datastore, endsInCrash, kindOf, openStage, SLOTS, type Stage } from './stage.ts'

// For each rule of the model, forces the schedule that breaks the promise without it on the real code: each actor runs the
// service's code with an SDK client of its own, whose every call waits until the schedule lets it through.

export interface Replayed {
  readonly rule: Rule
  readonly protects: string
  /** The violation that the model predicts without the rule. */
  readonly why: string
  readonly violations: readonly string[]
  readonly held: boolean
  /** Departures from the schedule, the most significant first. */
  readonly departures: readonly Departure[]
  readonly diverged: string
}

export interface Replay {
  /** @param perform the actors, by default of the unchanged code */
  play(schedule: Schedule, perform?: typeof real): Promise<Replayed>
  close(): void
}

const PEPPER = new Secret('p'.repeat(32))

export async function replaySchedules(engine: string): Promise<Replayed[]> {
  const replay = await openReplay(engine)
  try {
    const replayed: Replayed[] = []
    for (const schedule of dangerousSchedules()) replayed.push(await replay.play(schedule))
    return replayed
  } finally {
    replay.close()
  }
}

/** Opens a replay with tables of its own. */
export async function openReplay(engine: string): Promise<Replay> {
  const datastore = await createTables(engine)
  return {
    play: (schedule, perform = real) => play(engine, datastore, schedule, perform),
    close: () => datastore.client.destroy(),
  }
}

async function createTables(engine: string): Promise<Datastore> {
  const client = createClient({ endpoint: engine, timeoutMs: 10_000 })
  const [prefix, listed] = [`r${nanoid(8)}`, `l${nanoid(8)}`]
  const named = (prefix: string) => ({
    sessions: `${prefix}-sessions`,
    users: `${prefix}-users`,
    attempts: `${prefix}-attempts`,
  })
  for (const { sessions, users, attempts } of [named(prefix), named(listed)]) {
    const params = { sessionsTable: sessions, usersTable: users, attemptsTable: attempts }
    await createMissingTables(client, (await readService('.', { stage: 'local', params })).resources)
  }
  return { client, tables: named(prefix), listed: named(listed).users }
}

async function play(engine: string, datastore: Datastore, schedule: Schedule, perform: typeof real): Promise<Replayed> {
  const stage = await openStage(schedule, datastore)
  const { scene } = stage
  const { rule, protects, why } = schedule
  const steps = stepsOf(schedule)
  const played: Played[] = []
  const players = playersOf(steps, stage, perform, played)
  const first = new Set<string>(scene.held.keys())
  const account = createHmac('sha256', PEPPER.reveal()).update(JSON.stringify(['account', scene.user.email]))
  try {
    const departures = await conduct(steps, {
      engine,
      players,
      marks: { first, account: account.digest('base64url') },
      watch: stage.watch,
      advanceClock: stage.advanceClock,
      outdated: (actor, body) => outdated(body, first, letterOf([...players.keys()].indexOf(actor))),
      crashes: endsInCrash(schedule),
    })
    await stage.judge(played)
    const violations = [...new Set(scene.violations)]
    return {
      rule,
      protects,
      why,
      violations,
      held: violations.length === 0,
      departures,
      diverged: describe(departures),
    }
  } finally {
    for (const player of players.values()) await player.close()
    await stage.close()
  }
}

function playersOf(steps: readonly Step[], stage: Stage, perform: typeof real, played: Played[]): Map<string, Player> {
  const { scene, tables, clock, policy, writes, tell } = stage
  const names = [...new Set(steps.map(({ actor }) => actor))].filter((name) => name !== 'time')
  const first = [...scene.held.keys()][0]
  const requestsOf = (actor: string) =>
    steps.filter((each) => each.actor === actor && each.step === 'GetItem sessions').length
  return new Map(
    names.map((actor, index) => [
      actor,
      new Player(actor, async (way) => {
        const beforeEnd = first !== undefined && !scene.over.has(first)
        const outcome = await perform(actor, {
          ...way,
          ...{ scene, tables, clock, policy, writes, tell },
          name: letterOf(index),
          requests: requestsOf(actor),
          pepper: PEPPER,
          slots: SLOTS,
        })
        played.push({ actor, beforeEnd, ...outcome })
      }),
    ]),
  )
}

const letterOf = (index: number) => 'abcdefgh'.charAt(index)

/** In the model a worker reads its clock as it writes a renewal; in the real code it may pause in between. */
function stepsOf(schedule: Schedule): Step[] {
  if (kindOf(schedule) !== 'expiry') return [...schedule.steps]
  return schedule.steps.flatMap(({ actor, step }) => {
    const isRenewal = step.startsWith('UpdateItem sessions') && !step.endsWith('lands late')
    return isRenewal
      ? [
          { actor, step: 'renews' },
          { actor, step },
        ]
      : [{ actor, step }]
  })
}

/** The response of a replica that has seen the first rows, all deletes, and the puts of the actor itself. */
function outdated(body: string, first: ReadonlySet<string>, letter: string): string {
  const answer = JSON.parse(body)
  const isSeen = ({ sessionId: { S: id } }: { sessionId: { S: string } }) =>
    first.has(id) || id.startsWith(`${letter}-`)
  const Items = answer.Items.filter(isSeen)
  return JSON.stringify({ ...answer, Items, Count: Items.length })
}

const WORDS: Readonly<Record<Departure['kind'], string>> = {
  refused: 'refused by its condition',
  'not made': 'not made',
  'reads strongly': 'reads strongly consistent',
  'one more': 'as the schedule, but first',
  'one more at the end': 'as the schedule, and then',
}

/** The most significant departure. Additional reads are not significant: each model omits some. */
function describe(departures: readonly Departure[]): string {
  const first = departures.find(({ kind, call }) => !kind.startsWith('one more') || !/GetItem|Scan/.test(call))
  return first
    ? `${WORDS[first.kind]}: ${first.call} (${first.actor})`
    : 'as the schedule, with other conditions or values'
}
