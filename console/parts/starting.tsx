import type { Problem } from '../../client/index.ts'
import { problemMessage, useAction } from '../action.ts'
import { callService, outage, sessionCheckProblem } from '../service.ts'
import { text } from '../text.ts'
import { recordSignOut } from '../viewer.ts'

/** The page before the first session check has succeeded: its outline after a moment, or what is wrong. */
export function Starting() {
  const problem = sessionCheckProblem.value
  const startOver = useAction(async () => {
    await callService('POST /auth/logout')
    recordSignOut()
  })
  if (!outage.value)
    return (
      <main class="skeleton" aria-busy="true">
        <p class="visually-hidden">{text.errors.slow}</p>
        <div />
        <div />
        <div />
      </main>
    )
  return (
    <main class="welcome" aria-busy="true">
      <div class="card" role="status">
        <h1>{text.errors.startingTitle}</h1>
        <p>{text.errors.starting}</p>
        {problem && !isTransient(problem) && (
          <>
            <p class="problem">{problemMessage(problem)}</p>
            <button type="button" onClick={startOver.run} aria-disabled={startOver.busy}>
              {text.errors.startOver}
            </button>
          </>
        )}
      </div>
    </main>
  )
}

const isTransient = ({ code, status }: Problem) =>
  code === 'unavailable' || code === 'unreachable' || status === 429 || status >= 500
