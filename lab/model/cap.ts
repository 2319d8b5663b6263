import type { Model } from './explorer.ts'
import { type Change, DONE, modelOf, type Nature, type Operation, START, type Stage } from './operation.ts'
import { allRules, type Rules } from './rules.ts'

// The cap on a user's sessions (`lib/sessions/session-cap.ts`, `createWithinCap` of `lib/accounts/login.ts`), with nothing else around.

const CAP = 2
const TRIES = 2
/** Sessions 0 and 1 live when the story begins, at these instants; the first login is at 2 or later. */
const BEGINNING = [0, 1]
const NOW = 2
const LAST = 4
const idOf = (actor: number, tries: number): number => BEGINNING.length + actor * TRIES + tries

interface Memory {
  step: string
  repeated: number
  id: number
  tries: number
  /** Sessions over the cap, as the Query found them. */
  ended: number[]
}

interface World extends Stage {
  now: number
  /** By session: when it was created, if it ever was, and whether it still lives. */
  readonly rows: { createdAt: number; live: number }[]
  readonly actors: Memory[]
  readonly late: []
  /** Sessions that a login was answered with, and sessions that ended for one that presented them. */
  held: number[]
  replaced: number[]
  wrong: string
}

/**
 * Logins side by side; one more after all of these, if they are to come to rest.
 * @param presents which of them present the session 1
 */
export function capModel(
  logins: number,
  presents: readonly number[],
  crash: number,
  rules: Rules = allRules,
): Model<World> {
  const further = logins
  const newer = ({ rows }: World, a: number, b: number) =>
    (rows[a]?.createdAt ?? 0) - (rows[b]?.createdAt ?? 0) || a - b

  function login(actor: number): Operation<World> {
    const isPresenting = presents.includes(actor)
    /** The sessions that must go for this number of places. */
    function overCap(world: World, seen: (id: number) => boolean, room: number): number[] {
      const isLeaving = (id: number) => isPresenting && id === 1
      const live = [...world.rows.keys()].filter((id) => world.rows[id]?.live && seen(id))
      const counted = live.filter((id) => !isLeaving(id) || !rules('leavingApart'))
      const ordered = counted.sort((a, b) => (rules('capOldestFirst') ? newer(world, a, b) : a % 2 || b - a))
      const ended = ordered.slice(0, Math.max(0, ordered.length - room))
      for (const id of ended) {
        const kept = live.filter((other) => !isLeaving(other) && newer(world, other, id) > 0)
        if (kept.length < room) world.wrong = `session ${id} gave way to fewer than the cap`
      }
      return ended
    }
    const query: Operation<World>['steps'][string] = (turn) => {
      const room = rules('capAfterPut') ? CAP : CAP - 1
      const found =
        (seen: (id: number, me: Memory) => boolean): Change<World> =>
        (world, me) => {
          me.ended = overCap(world, (id) => seen(id, me), room)
          return next(world, me)
        }
      turn.call(
        'Query sessions',
        found(() => true),
      )
      // The answer of a replica that lags behind.
      if (!rules('strongCap'))
        turn.call(
          'Query sessions: stale',
          found((id, me) => id < 2 || id === me.id),
        )
    }
    const next: Change<World> = (world, me) => {
      if (me.ended.length > 0) return 'end'
      if (!rules('capAfterPut') && me.id === 0) return 'put'
      return afterCap(world, me)
    }
    const afterCap: Change<World> = (world, me) => {
      if (isPresenting) return 'revoke'
      world.held.push(me.id)
      return DONE
    }
    const put: Operation<World>['steps'][string] = (turn) => {
      turn.call('PutItem sessions', (world, me) => {
        me.id = idOf(actor, me.tries++)
        world.rows[me.id] = { createdAt: world.now, live: 1 }
        return rules('capAfterPut') ? 'query' : afterCap(world, me)
      })
    }
    const begin = rules('capAfterPut') ? put : query
    return {
      name: actor === further ? 'one more login' : isPresenting ? `login ${actor}, presenting` : `login ${actor}`,
      steps: {
        [START](turn) {
          const isFirst = actor !== further
          if (isFirst || turn.world.actors.every(({ step }, other) => other === further || step === DONE)) begin(turn)
        },
        put,
        query,
        end(turn) {
          turn.call('DeleteItem sessions', (world, me) => {
            const [id = 0, ...rest] = me.ended
            const row = world.rows[id]
            if (row) row.live = 0
            me.ended = rest
            if (id === me.id) me.repeated = 1 // one's own fell out
            if (rest.length > 0) return 'end'
            if (me.repeated === 0) return next(world, me)
            me.repeated = 0
            return me.tries < TRIES ? 'pause' : DONE
          })
        },
        pause(turn) {
          if (turn.world.now > (turn.world.rows[turn.me.id]?.createdAt ?? 0)) put(turn)
        },
        revoke(turn) {
          turn.call('DeleteItem sessions: presented', (world, me) => {
            const row = world.rows[1]
            if (row) row.live = 0
            world.replaced.push(1)
            world.held.push(me.id)
            return DONE
          })
        },
      },
    }
  }

  const nature: Nature<World> = {
    copy: (world) => ({
      ...world,
      rows: world.rows.map((row) => ({ ...row })),
      actors: world.actors.map((actor) => ({ ...actor })),
      held: world.held.slice(),
      replaced: world.replaced.slice(),
    }),
    land: () => false,
    forget(me) {
      Object.assign(me, { step: DONE, repeated: 0, id: 0, tries: 0, ended: [] })
    },
    key: (world) => JSON.stringify(world),
    violation(world) {
      const { rows, actors, held, replaced, wrong } = world
      if (wrong) return wrong
      for (const id of held) {
        const later = rows.filter(({ createdAt }, other) => createdAt >= 0 && newer(world, other, id) > 0)
        if (!rows[id]?.live && !replaced.includes(id) && later.length < CAP)
          return `I2: session ${id} gave way to nothing`
      }
      const isAtRest = actors.every(({ step }, actor) => actor === further || step === DONE)
      const hasCrashed = world.crash < crash
      const one = actors[further]?.step
      const live = rows.filter(({ live }) => live).length
      if (isAtRest && live > CAP && (one === DONE || (one === START && !hasCrashed))) return `${live} sessions are left`
      return undefined
    },
  }
  const ids = BEGINNING.length + (logins + 1) * TRIES
  const start: World = {
    now: NOW,
    rows: Array.from({ length: ids }, (_, id) => ({ createdAt: BEGINNING[id] ?? -1, live: id < 2 ? 1 : 0 })),
    actors: Array.from({ length: logins + 1 }, () => ({ step: START, repeated: 0, id: 0, tries: 0, ended: [] })),
    late: [],
    retry: 0,
    crash,
    held: [...BEGINNING.keys()],
    replaced: [],
    wrong: '',
  }
  const operations = Array.from({ length: logins + 1 }, (_, actor) => login(actor))
  const model = modelOf(start, operations, nature)
  return {
    ...model,
    next: (world) => [
      // If the last login crashes, no later login can repair the cap.
      ...model.next(world).filter(({ actor, step }) => step !== 'crashes' || actor !== 'one more login'),
      ...(world.now < LAST
        ? [{ actor: 'time', step: 'passes', state: { ...nature.copy(world), now: world.now + 1 } }]
        : []),
    ],
  }
}
