import { useSignal } from '@preact/signals'
import { Problem } from '../../client/index.ts'
import { useAction } from '../action.ts'
import { type CodeKind, codeProblem } from '../code.ts'
import { hasPasskeys } from '../passkey.ts'
import { type Challenge, continueByPasskey, signInByCode } from '../sign-in.ts'
import { text } from '../text.ts'
import { CodeField } from './code-field.tsx'
import { OtherWays } from './other-ways.tsx'

/** How a sign-in can be continued. */
type Way = CodeKind | 'passkey'

/** The ways that the user has and the browser knows, the quickest first. */
function waysOf({ methods }: Challenge): readonly [Way, ...Way[]] {
  const ways: Way[] = []
  if (methods.includes('passkey') && hasPasskeys) ways.push('passkey')
  if (methods.includes('totp')) ways.push('totp')
  if (methods.includes('recovery_code')) ways.push('recoveryCode')
  const [first = 'totp', ...others] = ways
  return [first, ...others]
}

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

/** The state of a sign-in of two steps. @param begun a sign-in that waits for its second step already */
export function useSteps(begun?: Challenge): Steps {
  const challenge = useSignal<Challenge | undefined>(begun)
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
  const ways = waysOf(challenge)
  const way = useSignal(ways[0])
  const code = useSignal('')
  const action = useAction(async () => {
    try {
      await (way.value === 'passkey' ? continueByPasskey(challenge) : signInByCode(challenge, way.value, code.value))
      onSignedIn?.()
    } catch (error) {
      if (error instanceof Problem && error.code === 'challenge_expired') leave(true)
      else if (!(await recover?.(error))) throw error
    }
  })
  const { useTotp, useRecoveryCode, usePasskey } = text.secondFactor
  const names = { totp: useTotp, recoveryCode: useRecoveryCode, passkey: usePasskey }
  const field = (
    <>
      {way.value === 'passkey' ? (
        <p>{text.secondFactor.passkey}</p>
      ) : (
        <CodeField kind={way.value} value={code} problem={codeProblem(way.value, action.problem)} />
      )}
      <OtherWays
        ways={ways}
        current={way.value}
        names={names}
        onChoose={(other) => {
          way.value = other
          code.value = ''
          action.clear()
        }}
      />
    </>
  )
  return { action, field, fields: [`/${way.value}`] }
}
