import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { type Action, useAction } from '../action.ts'
import { endSentence } from '../activity-sentence.ts'
import { formatExact } from '../clock.ts'
import { showNotice } from '../notice.ts'
import { pendingReauthentication } from '../reauthentication.ts'
import { callService, changeMade, uncertainRoute } from '../service.ts'
import { type Challenge, signInByPassword } from '../sign-in.ts'
import { text } from '../text.ts'
import { interruption, recordSignOut, type Viewer } from '../viewer.ts'
import { ByPasskey } from './by-passkey.tsx'
import { Dialog } from './dialog.tsx'
import { Field } from './field.tsx'
import { PasswordField } from './password-field.tsx'
import { type Steps, useSecondFactor, useSteps } from './second-factor.tsx'

/**
 * Covers the page when the service no longer accepts its session. The page behind keeps its state, hidden, for the same user
 * to continue.
 */
export function SignInAgain({ viewer }: { viewer: Viewer }) {
  const steps = useSteps()
  const { challenge } = steps
  return challenge ? (
    <CodeDialog challenge={challenge} steps={steps} viewer={viewer} />
  ) : (
    <PasswordDialog viewer={viewer} steps={steps} />
  )
}

function PasswordDialog({ viewer, steps }: { viewer: Viewer; steps: Steps }) {
  const email = useSignal(viewer.user.email)
  const password = useSignal('')
  const action = useAction(async () => {
    const challenge = await signInByPassword(viewer.user.email, password.value)
    if (challenge) steps.begin(challenge)
    else finish(viewer.session.id, hasReason())
  })
  const { causes, changes, uncertain } = text.signInAgain
  const { title, why } = changeMade.value ? changes[changeMade.value] : causes[interruption.value]
  return (
    <CoveringDialog title={title} action={action}>
      <p>{why}</p>
      {uncertainRoute.value === 'PUT /auth/password' && <p>{uncertain.password}</p>}
      {uncertainRoute.value === 'DELETE /auth/account' && <p>{uncertain.account}</p>}
      {isFactorRoute(uncertainRoute.value) && <p>{uncertain.factors}</p>}
      <Field label={text.fields.email} value={email} autocomplete="username" isFixed />
      <PasswordField
        label={text.fields.password}
        value={password}
        autocomplete="current-password"
        problem={action.problem ? undefined : steps.expired}
        autofocus
      />
      {viewer.session.factors.includes('passkey') && (
        <ByPasskey onSignedIn={() => finish(viewer.session.id, hasReason())} />
      )}
    </CoveringDialog>
  )
}

const isFactorRoute = (route = '') => / \/auth\/(factors|passkeys)/.test(route)

function CodeDialog({ challenge, steps, viewer }: { challenge: Challenge; steps: Steps; viewer: Viewer }) {
  const { action, field, fields } = useSecondFactor(challenge, steps, {
    onSignedIn: () => finish(viewer.session.id, hasReason()),
  })
  const { title, lead } = text.secondFactor
  return (
    <CoveringDialog title={title} action={action} fields={fields}>
      <p>{lead}</p>
      {field}
    </CoveringDialog>
  )
}

interface CoveringDialogProps {
  readonly title: string
  readonly action: Action
  readonly fields?: readonly string[]
  readonly children: ComponentChildren
}

function CoveringDialog(props: CoveringDialogProps) {
  return (
    <Dialog
      {...props}
      submit={text.signIn.submit}
      covering
      extraButton={
        <button type="button" class="plain" onClick={() => recordSignOut()}>
          {text.signInAgain.otherUser}
        </button>
      }
    />
  )
}

/** @param previous the id of the session that the page has lost */
function finish(previous: string, hadReason: boolean): void {
  showNotice(text.signInAgain.done)
  if (!hadReason) tellWhy(previous).catch(() => {}) // the activity is only told if it can be read
  pendingReauthentication.value?.(true) // the sign-in also counts as the reauthentication
}

/** Whether the dialog has said why the session is gone. */
const hasReason = () => changeMade.peek() !== undefined || interruption.peek() !== 'ended'

/** Says why the previous session ended, from the activity. */
async function tellWhy(previous: string): Promise<void> {
  const { activity } = await callService('GET /auth/activity', { query: { event: 'session_expired', limit: '50' } })
  const entry = activity.find(({ sessionIds }) => sessionIds?.includes(previous))
  const { done, reason, noReason } = text.signInAgain
  showNotice(`${done} ${entry ? reason(endSentence(entry), formatExact(entry.at)) : noReason}`)
}
