import type { Model, Move } from '../explorer.ts'
import type { Rules } from '../rules.ts'
import { type Actor, type Answer, type Call, labelOf, type Play, type Steps } from './call.ts'
import { applyWrite, isSpent, own } from './datastore.ts'
import type { Store } from './item.ts'
import type { Seen } from './seen.ts'
import { textOf, textOfAnswer, textOfSeen } from './text.ts'

// Operations that are generators, as a model: an operation is run again from its beginning with the answers it was
// given, to learn its next call. The faults are those of `../operation.ts`: answers that are lost, writes that land late
// or never. A crash is no step: an actor that stops dead is one that is not seen again.

/** What an operation knows beside its answers. */
export interface Context {
  readonly name: string
  readonly rules: Rules
  /** A random text that was never used before. */
  fresh(label: string): string
  /** Tells the observer what happened in the step that was just made. */
  tell(change: (seen: Seen, play: Play) => void): void
}

export interface Operation {
  readonly name: string
  /** Whether the operation may begin. */
  readonly ready?: (play: Play) => boolean
  run(context: Context): Steps<string>
}

export interface Judge {
  /** The promise that a state breaks, if any. */
  always(play: Play): string | undefined
  /** The same, where no more operations are under way than may have stopped dead. */
  atRest(play: Play, underWay: number): string | undefined
}

export interface Budget {
  readonly retry: number
  readonly crash: number
}

/** These operations side by side. */
export function playModel(
  operations: readonly Operation[],
  start: Pick<Play, 'store' | 'seen'>,
  judge: Judge,
  budget: Budget,
  rules: Rules,
): Model<Play> {
  const numbers = new Map<string, string>()
  /** Texts that recur in states are long: each gets a number. */
  function short(text: string): string {
    let number = numbers.get(text)
    if (number !== undefined) return number
    number = numbers.size.toString(36)
    numbers.set(text, number)
    return number
  }

  function textOfStore(store: Store): string {
    let text = ''
    for (const key of Object.keys(store).sort()) text += `${short(key)}=${short(textOf(store[key]))};`
    return short(text)
  }

  /** Runs an operation up to its next call; `play` is the state that its last answer has made. */
  function resume({ name, run }: Operation, answers: readonly Answer[], play?: Play): Call | undefined {
    let made = 0
    let isNow = false
    const steps = run({
      name,
      rules,
      fresh: (label) => `${label}.${name}${made++ ? `.${made}` : ''}`,
      tell: (change) => {
        if (isNow && play) change(own(play), play)
      },
    })
    let result = steps.next()
    for (const [at, answer] of answers.entries()) {
      isNow = at === answers.length - 1
      result = steps.next(answer)
    }
    return result.done ? undefined : result.value
  }

  const fork = (play: Play): Play => ({ ...play, actors: play.actors.slice() })

  function answered(play: Play, index: number, answer: Answer): void {
    const operation = operations[index] as Operation
    const actor = play.actors[index] as Actor
    const answers = [...actor.answers, answer]
    const call = resume(operation, answers, play)
    const text = call ? short(`${actor.text}/${textOfAnswer(answer)}`) : ''
    play.actors[index] = { answers: call ? answers : [], text, isRepeat: false, call }
  }

  function movesOf(play: Play, index: number): Move<Play>[] {
    const { name, ready } = operations[index] as Operation
    const { call, isRepeat, answers } = play.actors[index] as Actor
    if (!call || (answers.length === 0 && !isRepeat && ready && !ready(play))) return []
    const label = labelOf(call)
    const state = fork(play)
    const moves = [{ actor: name, step: isRepeat ? `${label}, again` : label, state }]
    if (call.kind === 'get') {
      const saw = call.look?.(state)
      answered(state, index, { item: state.store[call.key], ...(saw && { saw }) })
      return moves
    }
    if (call.kind === 'step') {
      own(state)
      state.storeText = ''
      answered(state, index, { saw: call.change(state) })
      return moves
    }
    const answer = applyWrite(state, call)
    answered(state, index, isRepeat ? { ...answer, repeated: true } : answer)
    if (play.retry === 0 || isRepeat) return moves
    for (const how of ['answer lost', 'late']) {
      const lost = fork(play)
      lost.retry--
      if (how === 'late') lost.late = [...lost.late, { actor: name, write: call }]
      else applyWrite(lost, call)
      if (call.once) answered(lost, index, { lost: true })
      else lost.actors[index] = { ...(lost.actors[index] as Actor), isRepeat: true }
      moves.push({ actor: name, step: `${label}, ${how}`, state: lost })
    }
    return moves
  }

  return {
    start: {
      ...start,
      storeText: '',
      seenText: '',
      actors: operations.map((operation) => ({ answers: [], text: '', isRepeat: false, call: resume(operation, []) })),
      late: [],
      retry: budget.retry,
    },
    next(play) {
      const moves = operations.flatMap((_, index) => movesOf(play, index))
      for (const [index, { actor, write }] of play.late.entries()) {
        const state = fork(play)
        state.late = play.late.filter((_, other) => other !== index)
        applyWrite(state, write)
        moves.push({ actor, step: `${labelOf(write)}, lands late`, state })
      }
      for (const { state } of moves) state.late = state.late.filter(({ write }) => !isSpent(state, write))
      return moves
    },
    key(play) {
      const { actors, late, retry } = play
      play.storeText ||= textOfStore(play.store)
      play.seenText ||= short(textOfSeen(play.seen))
      let text = `${play.storeText}#${play.seenText}#${retry}`
      for (const { call, text: answers, isRepeat } of actors) text += `|${call ? answers : '.'}${isRepeat ? '!' : ''}`
      for (const { actor, write } of late) text += `~${actor}${short(textOf(write))}`
      return text
    },
    violation(play) {
      const why = play.seen.wrong ?? judge.always(play)
      if (why) return why
      const underWay = play.actors.filter(({ call, answers, isRepeat }) => call && (answers.length > 0 || isRepeat))
      return underWay.length <= budget.crash ? judge.atRest(play, underWay.length) : undefined
    },
  }
}
