import { useSignal } from '@preact/signals'
import { useAction } from '../action.ts'
import { codeProblem } from '../code.ts'
import { pendingReauthentication } from '../reauthentication.ts'
import { callService, refreshSession } from '../service.ts'
import { text } from '../text.ts'
import { viewer } from '../viewer.ts'
import { CodeField } from './code-field.tsx'
import { Dialog } from './dialog.tsx'
import { PasswordField } from './password-field.tsx'

/**
 * The dialog that asks for the password again, in front of the action that requires it. A user with an authenticator app
 * may enter a code instead.
 */
export function Reauthentication() {
  const resolve = pendingReauthentication.value
  const kind = useSignal<'password' | 'totp'>('password')
  const hasChanged = useSignal(false)
  const value = useSignal('')
  const isByCode = kind.value === 'totp'
  const action = useAction(async () => {
    const body = isByCode ? { totp: value.value } : { password: value.value }
    await callService('POST /auth/session/reauthenticate', { body })
    await refreshSession()
    resolve?.(true)
  })
  const wrongPassword = action.problem?.code === 'wrong_password' ? action.problem.detail : undefined
  const { title, why, whyCode, submit } = text.reauthentication
  const { useTotp, usePassword } = text.secondFactor
  // Every change of second factors ends all sessions: a session of two factors is of a user who has a second one.
  const hasSecondFactor = viewer.value?.session.assurance === 2
  return (
    <Dialog title={title} submit={submit} action={action} onClose={() => resolve?.(false)} fields={['/totp']}>
      <p>{isByCode ? whyCode : why}</p>
      {isByCode ? (
        <CodeField kind="totp" value={value} problem={codeProblem('totp', action.problem)} />
      ) : (
        <PasswordField
          label={text.fields.password}
          value={value}
          autocomplete="current-password"
          problem={wrongPassword}
          takesFocus={hasChanged.value}
        />
      )}
      {hasSecondFactor && (
        <div class="other-way">
          <button
            type="button"
            class="plain"
            onClick={() => {
              kind.value = isByCode ? 'password' : 'totp'
              hasChanged.value = true
              value.value = ''
              action.clear()
            }}
          >
            {isByCode ? usePassword : useTotp}
          </button>
        </div>
      )}
    </Dialog>
  )
}
