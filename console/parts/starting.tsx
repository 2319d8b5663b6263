import type { Problem } from '../../client/index.ts'
import { problemMessage, useAction } from '../action.ts'
import { callService, outage, sessionCheckProblem } from '../service.ts'
import { text } from '../text.ts'
import { recordSignOut } from '../viewer.ts'

/** The page before the first session check has succeeded. It stays empty unless the service has an outage. */
export function Starting() {
  const problem = sessionCheckProblem.value
  const startOver = useAction(async () => {
    await callService('POST /auth/logout')
    recordSignOut()
  })
  return (
    <main class="welcome" aria-busy="true">
      {outage.value && (
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
      )}
    </main>
  )
}

const isTransient = ({ code, status }: Problem) =>
  code === 'unavailable' || code === 'unreachable' || status === 429 || status >= 500
