// Explores a model: every state that can be reached from its first one, each once.

/** One step, by whom it is made. Where it is a datastore call, its label begins with the operation and the table. */
export interface Step {
  readonly actor: string
  readonly step: string
}

export interface Move<State> extends Step {
  readonly state: State
}

/** States are plain data; two with the same key are the same. */
export interface Model<State> {
  readonly start: State
  next(state: State): Move<State>[]
  key(state: State): string
  /** The promise that a state breaks, if any. */
  violation(state: State): string | undefined
}

export interface Violation {
  readonly why: string
  readonly trace: readonly Step[]
}

export interface Exploration {
  readonly states: number
  readonly transitions: number
  readonly violation?: Violation
}

// A Set holds 2^24 entries. A model that comes near is to be given a smaller budget, not half an exploration.
const MOST_STATES = 16_000_000

/** Depth first, to the end or to the first violation; the path to it, which is seldom the shortest, is its trace. */
export function explore<State>(model: Model<State>): Exploration {
  const known = new Set([model.key(model.start)])
  const path = [{ moves: model.next(model.start), at: 0 }]
  let transitions = 0
  for (let frame = path.at(-1); frame; frame = path.at(-1)) {
    const move = frame.moves[frame.at++]
    if (!move) {
      path.pop()
      continue
    }
    transitions++
    const before = known.size
    if (known.add(model.key(move.state)).size === before) continue
    if (before === MOST_STATES) throw new RangeError(`more than ${MOST_STATES} states`)
    const why = model.violation(move.state)
    if (why !== undefined) {
      const trace = path.flatMap(({ moves, at }) => moves[at - 1] ?? []).map(({ actor, step }) => ({ actor, step }))
      return { states: known.size, transitions, violation: { why, trace } }
    }
    path.push({ moves: model.next(move.state), at: 0 })
  }
  return { states: known.size, transitions }
}

interface Reached<State> {
  readonly state: State
  readonly last?: Step
  readonly from?: Reached<State>
}

/** Breadth first: the shortest way to a violation. It remembers every way, so it is for models that have one. */
export function shortestViolation<State>(model: Model<State>): Violation | undefined {
  const known = new Set([model.key(model.start)])
  let reached: Reached<State>[] = [{ state: model.start }]
  while (reached.length > 0) {
    const further: Reached<State>[] = []
    for (const from of reached)
      for (const { actor, step, state } of model.next(from.state)) {
        const before = known.size
        if (known.add(model.key(state)).size === before) continue
        const node: Reached<State> = { state, last: { actor, step }, from }
        const why = model.violation(state)
        if (why !== undefined) return { why, trace: traceOf(node) }
        further.push(node)
      }
    reached = further
  }
  return undefined
}

function traceOf<State>(end: Reached<State>): Step[] {
  const trace: Step[] = []
  for (let node: Reached<State> | undefined = end; node?.last; node = node.from) trace.unshift(node.last)
  return trace
}
