import type { Problem } from '../../client/index.ts'
import { sentenceOf, useAction } from '../action.ts'
import { ask, lookProblem, trouble } from '../service.ts'
import { text } from '../text.ts'
import { signedOut } from '../viewer.ts'

/** Until the service has said who is signed in. Nothing to read unless it takes longer than it should. */
export function Starting() {
  const problem = lookProblem.value
  const startAnew = useAction(async () => {
    await ask('POST /auth/logout')
    signedOut()
  })
  return (
    <main class="welcome" aria-busy="true">
      {trouble.value && (
        <div class="card" role="status">
          <h1>{text.trouble.startingTitle}</h1>
          <p>{text.trouble.starting}</p>
          {problem && !isTransient(problem) && (
            <>
              <p class="problem">{sentenceOf(problem)}</p>
              <button type="button" onClick={startAnew.run} aria-disabled={startAnew.busy}>
                {text.trouble.startAnew}
              </button>
            </>
          )}
        </div>
      )}
    </main>
  )
}

const isTransient = ({ code, status }: Problem) =>
  code === 'unavailable' || code === 'unreachable' || status === 429 || status >= 500
