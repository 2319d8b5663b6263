import type { Model } from './explorer.ts'
import { DONE, modelOf, type Nature, type Operation, START, type Stage } from './operation.ts'
import type { Rules } from './rules.ts'

// A table that is read page by page while rows come and go: `lib/dynamodb/user-list.ts`, and the Query of a sweep.

/** Places in the table's order. At these there is a pointer from the beginning to the end. */
const THROUGHOUT = [2, 5]
/** At these others delete and add, a user's item among them, which a page holds and the filter drops. */
const CHANGING = [1, 4]
const DROPPED = 3
const PLACES = [1, 2, 3, 4, 5, 6]
/** The smallest that there are: one user a page of the list, two items a page of the Scan. */
const LIMIT = 1
const PAGE = 2

interface Memory {
  step: string
  repeated: number
}

interface World extends Stage {
  readonly actors: Memory[]
  readonly late: []
  rows: number[]
  /** Read and not shown yet, each with the cursor that goes on after it. */
  pointers: { readonly row: number; readonly at: number }[]
  shown: number[]
  /** Where the next Scan goes on. */
  from: number
  isAtEnd: number
}

/** One reader of the whole list, and two writers. */
export function listModel(rules: Rules): Model<World> {
  const last = (read: World['pointers']) => read.at(-1)?.at ?? 0
  const reader: Operation<World> = {
    name: 'list',
    steps: {
      [START](turn) {
        turn.call('Scan users', (world, me) => {
          const all = world.rows.map((row, index) => ({ row, at: rules('keyCursor') ? row : index + 1 }))
          const page = all.filter(({ at }) => at > world.from).slice(0, PAGE)
          world.pointers = [...world.pointers, ...page.filter(({ row }) => row !== DROPPED)]
          world.from = last(page)
          world.isAtEnd = page.length < PAGE ? 1 : 0
          if (!world.isAtEnd && world.pointers.length <= LIMIT) return me.step
          return show(world)
        })
      },
    },
  }
  /** One page of the list; the next one begins anew, from its cursor. */
  function show(world: World): string {
    const consumed = world.pointers.slice(0, LIMIT)
    world.shown = [...world.shown, ...consumed.map(({ row }) => row)]
    const isLast = world.pointers.length <= LIMIT
    world.from = last(rules('cursorOfLast') ? consumed : world.pointers)
    world.pointers = []
    return isLast ? DONE : START
  }
  const writer = (row: number): Operation<World> => ({
    name: `writer of ${row}`,
    steps: {
      [START](turn) {
        turn.call('DeleteItem users', (world) => {
          world.rows = world.rows.filter((other) => other !== row)
          return 'add'
        })
      },
      add(turn) {
        turn.call('PutItem users', (world) => {
          world.rows = [...world.rows, row].sort((a, b) => a - b)
          return DONE
        })
      },
    },
  })
  const nature: Nature<World> = {
    copy: (world) => ({ ...world, actors: world.actors.map((actor) => ({ ...actor })) }),
    land: () => false,
    forget: () => {},
    key: (world) => JSON.stringify(world),
    violation({ actors: [list], shown }) {
      for (const row of THROUGHOUT) {
        const times = shown.filter((other) => other === row).length
        if (times > 1) return 'a row that was there throughout is shown twice'
        if (times === 0 && list?.step === DONE) return 'a row that was there throughout is not shown'
      }
      return undefined
    },
  }
  const start: World = {
    actors: [0, 1, 2].map(() => ({ step: START, repeated: 0 })),
    late: [],
    retry: 0,
    crash: 0,
    rows: PLACES,
    pointers: [],
    shown: [],
    from: 0,
    isAtEnd: 0,
  }
  return modelOf(start, [reader, ...CHANGING.map(writer)], nature)
}
