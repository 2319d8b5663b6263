import { useSignal } from '@preact/signals'
import { problemMessage, useAction } from '../action.ts'
import { codeProblem } from '../code.ts'
import { anyPasskey, hasPasskeys } from '../passkey.ts'
import { pendingReauthentication } from '../reauthentication.ts'
import { callService, refreshSession } from '../service.ts'
import { text } from '../text.ts'
import { type Viewer, viewer } from '../viewer.ts'
import { CodeField } from './code-field.tsx'
import { Dialog } from './dialog.tsx'
import { HiddenUsername } from './hidden-username.tsx'
import { OtherWays } from './other-ways.tsx'
import { PasswordField } from './password-field.tsx'

/**
 * The dialog that asks for the password again, in front of the action that requires it. A user with a second factor may
 * use that instead.
 */
export function Reauthentication() {
  const resolve = pendingReauthentication.value
  const ways = waysOf(viewer.value)
  const way = useSignal(ways[0])
  const hasChanged = useSignal(false)
  const value = useSignal('')
  const action = useAction(async () => {
    await callService('POST /auth/session/reauthenticate', { body: await factor(way.value, value.value) })
    await refreshSession()
    resolve?.(true)
  })
  const wrongPassword = action.problem?.code === 'wrong_password' ? problemMessage(action.problem) : undefined
  const { title, why, whyCode, whyPasskey, submit } = text.reauthentication
  const { useTotp, usePassword, usePasskey } = text.secondFactor
  const names = { password: usePassword, totp: useTotp, passkey: usePasskey }
  return (
    <Dialog title={title} submit={submit} action={action} onClose={() => resolve?.(false)} fields={['/totp']}>
      <p>{{ password: why, totp: whyCode, passkey: whyPasskey }[way.value]}</p>
      {way.value === 'totp' && <CodeField kind="totp" value={value} problem={codeProblem('totp', action.problem)} />}
      <HiddenUsername email={viewer.value?.user.email ?? ''} />
      {way.value === 'password' && (
        <PasswordField
          label={text.fields.password}
          value={value}
          autocomplete="current-password"
          problem={wrongPassword}
          takesFocus={hasChanged.value}
        />
      )}
      <OtherWays
        ways={ways}
        current={way.value}
        names={names}
        onChoose={(other) => {
          way.value = other
          hasChanged.value = true
          value.value = ''
          action.clear()
        }}
      />
    </Dialog>
  )
}

type Way = 'password' | 'totp' | 'passkey'

/**
 * The ways that the session shows the user to have. Every change of second factors ends all sessions: a session of two
 * factors is of a user who has a second one.
 */
function waysOf(current: Viewer | undefined): readonly [Way, ...Way[]] {
  const { factors = [], assurance = 1 } = current?.session ?? {}
  const byPasskey: Way[] = hasPasskeys && factors.includes('passkey') ? ['passkey'] : []
  if (!factors.includes('password') && byPasskey.length > 0) return ['passkey', 'password']
  const byCode: Way[] = assurance === 2 && (byPasskey.length === 0 || factors.includes('totp')) ? ['totp'] : []
  return ['password', ...byCode, ...byPasskey]
}

async function factor(way: Way, value: string) {
  if (way === 'passkey') return { passkey: await anyPasskey() }
  return way === 'totp' ? { totp: value } : { password: value }
}
