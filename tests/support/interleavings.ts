/** Waits until it is this operation's turn to make its next datastore call. */
export type Turn = () => Promise<void>

type Play = (turns: Turn[]) => Promise<unknown>[]

/**
 * Plays operations side by side in every order that their datastore calls can take. `play` starts them afresh for each
 * order: it gets a turnstile for each operation, and resolves when all have come to their end.
 * @returns how many orders there were
 */
export async function everyInterleaving(
  operations: number,
  play: Play,
  check: (order: string) => Promise<void>,
): Promise<number> {
  let choices: number[] = []
  for (let orders = 1; ; orders++) {
    const made = await playOnce(operations, play, (step) => choices[step] ?? 0)
    await check(made.map(({ chosen }) => chosen).join(''))
    // The next order in lexicographic sequence: the last choice that had an alternative takes it.
    let last = made.length - 1
    while (last >= 0 && !made[last]?.higher) last--
    if (last < 0) return orders
    choices = [...made.slice(0, last).map(({ index }) => index), (made[last]?.index ?? 0) + 1]
  }
}

/** The same in so many orders drawn at random, for where all of them would take too long; a seed makes them the same again. */
export async function someInterleavings(
  { orders, seed }: { orders: number; seed: number },
  operations: number,
  play: Play,
  check: (order: string) => Promise<void>,
): Promise<void> {
  let state = seed
  const draw = (_: number, ready: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0 // Numerical Recipes' generator: any will do
    return Math.floor((state / 2 ** 32) * ready)
  }
  for (let order = 0; order < orders; order++) {
    const made = await playOnce(operations, play, draw)
    await check(made.map(({ chosen }) => chosen).join(''))
  }
}

interface Choice {
  readonly index: number
  readonly chosen: number
  readonly higher: boolean
}

async function playOnce(
  operations: number,
  play: Play,
  choose: (step: number, ready: number) => number,
): Promise<Choice[]> {
  const waiting = new Map<number, () => void>()
  const running = new Set(Array.from({ length: operations }, (_, i) => i))
  let settled = Promise.withResolvers<void>()
  const changed = () => settled.resolve()
  const turns = Array.from({ length: operations }, (_, i) => () => {
    const { promise, resolve } = Promise.withResolvers<void>()
    waiting.set(i, resolve)
    changed()
    return promise
  })
  for (const [i, operation] of play(turns).entries())
    operation
      .catch(() => {}) // a refusal is an outcome; what it means is the check's to say
      .finally(() => {
        running.delete(i)
        changed()
      })

  const made: Choice[] = []
  for (;;) {
    while ([...running].some((i) => !waiting.has(i))) {
      await settled.promise
      settled = Promise.withResolvers()
    }
    const ready = [...waiting.keys()].sort()
    if (ready.length === 0) return made
    const index = Math.min(choose(made.length, ready.length), ready.length - 1)
    const chosen = ready[index] as number
    made.push({ index, chosen, higher: index < ready.length - 1 })
    const go = waiting.get(chosen)
    waiting.delete(chosen)
    go?.()
  }
}
