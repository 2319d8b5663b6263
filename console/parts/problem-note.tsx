import type { Problem, ProblemCode } from '../../client/index.ts'
import { problemMessage } from '../action.ts'

/** Codes that the whole page, or the field of a password or code shows. */
const SHOWN_ELSEWHERE = new Set<ProblemCode>(['unauthenticated', 'password_rejected', 'wrong_password', 'wrong_code'])

/** The problem of an action, announced by screen readers. Problems of single fields are shown at the fields instead. */
export function ProblemNote({ problem, fields = [] }: { problem: Problem | undefined; fields?: readonly string[] }) {
  const isShownElsewhere = problem && SHOWN_ELSEWHERE.has(problem.code)
  const isAboutField = problem?.errors?.some(({ pointer }) => fields.some((field) => pointer.startsWith(field)))
  return (
    <div role="alert" class="problem-place">
      {problem && !isShownElsewhere && !isAboutField && <p class="problem">{problemMessage(problem)}</p>}
    </div>
  )
}
