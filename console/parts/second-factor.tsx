import { useSignal } from '@preact/signals'
import { Problem } from '../../client/index.ts'
import { useAction } from '../action.ts'
import { type CodeKind, codeProblem } from '../code.ts'
import { type Challenge, signInByCode } from '../sign-in.ts'
import { text } from '../text.ts'
import { CodeField } from './code-field.tsx'

/** Where a sign-in stands: at the password, at the code, or back at the password. */
export interface Steps {
  readonly challenge: Challenge | undefined
  /** Whether the user comes back from the second step, and if the challenge had expired, the message that says so. */
  readonly isBack: boolean
  readonly expired: string | undefined
  begin(challenge: Challenge | undefined): void
  /** Goes back to the password. */
  leave(isExpired?: boolean): void
}

/** The state of a sign-in of two steps. */
export function useSteps(): Steps {
  const challenge = useSignal<Challenge | undefined>(undefined)
  const left = useSignal<'startedAgain' | 'expired' | undefined>(undefined)
  return {
    challenge: challenge.value,
    isBack: left.value !== undefined,
    expired: left.value === 'expired' ? text.secondFactor.expired : undefined,
    begin(next) {
      challenge.value = next
    },
    leave(isExpired = false) {
      left.value = isExpired ? 'expired' : 'startedAgain'
      challenge.value = undefined
    },
  }
}

/**
 * The second step of a sign-in: its action, and its field.
 * @param onSignedIn called after a success
 * @param recover whether a failed sign-in has signed in nevertheless
 */
export function useSecondFactor(
  challenge: Challenge,
  { leave }: Steps,
  { onSignedIn, recover }: { onSignedIn?: () => void; recover?: (error: unknown) => Promise<boolean> },
) {
  const kind = useSignal<CodeKind>('totp')
  const code = useSignal('')
  const action = useAction(async () => {
    try {
      await signInByCode(challenge, kind.value, code.value)
      onSignedIn?.()
    } catch (error) {
      if (error instanceof Problem && error.code === 'challenge_expired') leave(true)
      else if (!(await recover?.(error))) throw error
    }
  })
  const hasRecoveryCodes = challenge.methods.includes('recovery_code')
  const { useTotp, useRecoveryCode } = text.secondFactor
  const field = (
    <>
      <CodeField kind={kind.value} value={code} problem={codeProblem(kind.value, action.problem)} />
      {hasRecoveryCodes && (
        <div class="other-way">
          <button
            type="button"
            class="plain"
            onClick={() => {
              kind.value = kind.value === 'totp' ? 'recoveryCode' : 'totp'
              code.value = ''
              action.clear()
            }}
          >
            {kind.value === 'totp' ? useRecoveryCode : useTotp}
          </button>
        </div>
      )}
    </>
  )
  return { action, field, fields: [`/${kind.value}`] }
}
