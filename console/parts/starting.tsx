import { trouble } from '../service.ts'
import { text } from '../text.ts'

/** Until the service has said who is signed in. Nothing to read unless it takes longer than it should. */
export function Starting() {
  return (
    <main class="welcome" aria-busy="true">
      {trouble.value && (
        <div class="card" role="status">
          <h1>{text.trouble.startingTitle}</h1>
          <p>{text.trouble.starting}</p>
        </div>
      )}
    </main>
  )
}
