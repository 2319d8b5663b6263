import { useEffect, useRef } from 'preact/hooks'
import { useAction } from '../action.ts'
import { anyPasskey, hasPasskeys, signInByPasskey, suggestedPasskey } from '../passkey.ts'
import { text } from '../text.ts'
import { ProblemNote } from './problem-note.tsx'

interface ByPasskeyProps {
  readonly onSignedIn?: () => void
  /** Whether a failed sign-in has signed in nevertheless. */
  readonly recover?: (error: unknown) => Promise<boolean>
  /** Whether passkeys are also suggested in the email field. */
  readonly isSuggested?: boolean
}

/** A sign-in with a passkey alone, by a button or by a suggestion in the email field. */
export function ByPasskey({ onSignedIn, recover, isSuggested = false }: ByPasskeyProps) {
  const suggested = useRef<AuthenticationResponseJSON | undefined>(undefined)
  const action = useAction(async () => {
    const answer = suggested.current
    suggested.current = undefined
    try {
      await signInByPasskey(answer ?? (await anyPasskey()))
      onSignedIn?.()
    } catch (error) {
      if (!(await recover?.(error))) throw error
    }
  })
  useEffect(() => {
    if (!isSuggested) return
    const leaving = new AbortController()
    suggestedPasskey(leaving.signal).then((answer) => {
      if (!answer || leaving.signal.aborted) return
      suggested.current = answer
      action.run()
    })
    return () => leaving.abort()
  }, [])
  if (!hasPasskeys) return null
  return (
    <div class="by-passkey">
      <ProblemNote problem={action.problem} />
      <button type="button" class="wide" onClick={action.run} aria-disabled={action.busy}>
        {text.signIn.byPasskey}
      </button>
    </div>
  )
}
