import { useSignal } from '@preact/signals'
import { Problem } from '../client/index.ts'
import { formatWait } from './clock.ts'
import { clearNotice } from './notice.ts'
import { text } from './text.ts'

/** An operation behind a button: it runs once at a time and keeps the problem of its latest run. */
export interface Action {
  readonly busy: boolean
  readonly problem: Problem | undefined
  run(): Promise<void>
  /** Forgets the problem, which is about an input that is not shown any more. */
  clear(): void
}

/** @param keepNotice for an operation that the page starts by itself: a notice of the user's last action stays. */
export function useAction(work: () => Promise<void>, keepNotice = false): Action {
  const busy = useSignal(false)
  const problem = useSignal<Problem | undefined>(undefined)
  const run = async () => {
    if (busy.peek()) return
    busy.value = true
    if (!keepNotice) clearNotice()
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
  const clear = () => {
    problem.value = undefined
  }
  return { busy: busy.value, problem: problem.value, run, clear }
}

/** The message to show for a problem: the service's own `detail`, or a better one where the console has it. */
export function problemMessage({ code, detail, retryAfterSeconds = 0 }: Problem): string {
  if (code === 'too_many_attempts') return text.errors.tooMany(formatWait(retryAfterSeconds))
  if (code === 'reauthentication_required') return text.reauthentication.declined
  if (code === 'unreachable' || code === 'unexpected') return text.errors.noAnswer
  return text.problems[code] ?? detail
}

/** The message about one field of the request body, if the service found it invalid. */
export function fieldProblem(problem: Problem | undefined, pointer: string): string | undefined {
  const part = problem?.errors?.find((part) => part.pointer === pointer || part.pointer.startsWith(`${pointer}/`))
  return part && (fieldMessages()[pointer] ?? problem?.detail)
}

const fieldMessages = (): Readonly<Record<string, string>> => {
  const { emailInvalid, scopesInvalid, nameInvalid, codeInvalid, passwordInvalid } = text.fields
  return {
    ...{ '/email': emailInvalid, '/newEmail': emailInvalid, '/scopes': scopesInvalid, '/name': nameInvalid },
    ...{ '/label': nameInvalid, '/totp': codeInvalid, '/recoveryCode': codeInvalid, '/code': codeInvalid },
    ...{ '/password': passwordInvalid, '/newPassword': passwordInvalid, '/currentPassword': passwordInvalid },
  }
}

/** The message about a new password that the service has rejected. */
export function rejectionMessage({ rule = '', detail }: Problem): string {
  const sentences: Readonly<Record<string, string>> = text.rules.rejected
  return (Object.hasOwn(sentences, rule) && sentences[rule]) || (text.problems.password_rejected ?? detail)
}
