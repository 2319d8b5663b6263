import type { Problem, ProblemCode } from '../../client/index.ts'
import { sentenceOf } from '../action.ts'

/** By the whole page, and at the password that it is about. */
const SAID_ELSEWHERE = new Set<ProblemCode>(['unauthenticated', 'password_rejected', 'wrong_password'])

/** What the service refused, and why; read out at once. Those about single fields stand at the fields. */
export function ProblemNote({ problem, fields = [] }: { problem: Problem | undefined; fields?: readonly string[] }) {
  const isSaid = problem && SAID_ELSEWHERE.has(problem.code)
  const elsewhere = problem?.errors?.some(({ pointer }) => fields.some((field) => pointer.startsWith(field)))
  return (
    <div role="alert" class="problem-place">
      {problem && !isSaid && !elsewhere && <p class="problem">{sentenceOf(problem)}</p>}
    </div>
  )
}
