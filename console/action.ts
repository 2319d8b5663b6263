import { useSignal } from '@preact/signals'
import { Problem } from '../client/index.ts'
import { waitInWords } from './clock.ts'
import { say } from './notice.ts'
import { text } from './text.ts'

/** Something people start by a button: one at a time, with what became of it. */
export interface Action {
  readonly busy: boolean
  readonly problem: Problem | undefined
  run(): Promise<void>
}

/** @param isOurs whether the page does it by itself: then what happened before is still news. */
export function useAction(work: () => Promise<void>, isOurs = false): Action {
  const busy = useSignal(false)
  const problem = useSignal<Problem | undefined>(undefined)
  const run = async () => {
    if (busy.peek()) return
    busy.value = true
    if (!isOurs) say('')
    problem.value = undefined
    try {
      await work()
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      problem.value = error
    } finally {
      busy.value = false
    }
  }
  return { busy: busy.value, problem: problem.value, run }
}

/** A problem as a sentence: the service's own, but where the page can say it better. */
export function sentenceOf({ code, detail, retryAfterSeconds = 0 }: Problem): string {
  if (code === 'too_many_attempts') return text.trouble.tooMany(waitInWords(retryAfterSeconds))
  if (code === 'reauthentication_required') return text.confirm.declined
  return code === 'unreachable' || code === 'unexpected' ? text.trouble.noAnswer : detail
}

/** What is wrong with an email address, in words for people. */
export const emailProblem = (problem: Problem | undefined) => partOf(problem, '/email') && text.fields.emailInvalid

/** What the service says of one field of the body, or nothing. */
export function partOf(problem: Problem | undefined, pointer: string): string | undefined {
  return problem?.errors?.find((part) => part.pointer === pointer || part.pointer.startsWith(`${pointer}/`))?.detail
}
