import type { Problem } from '../../client/index.ts'
import { sentenceOf } from '../action.ts'

/** What the service refused, and why; read out at once. Those about single fields stand at the fields. */
export function ProblemNote({ problem, fields = [] }: { problem: Problem | undefined; fields?: readonly string[] }) {
  const isSigningIn = problem?.code === 'unauthenticated' // the whole page says so
  const elsewhere = problem?.errors?.some(({ pointer }) => fields.some((field) => pointer.startsWith(field)))
  return (
    <div role="alert" class="problem-place">
      {problem && !isSigningIn && !elsewhere && <p class="problem">{sentenceOf(problem)}</p>}
    </div>
  )
}
