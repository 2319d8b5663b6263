import { useSignal } from '@preact/signals'
import { Problem } from '../../client/index.ts'
import { fieldProblem, useAction } from '../action.ts'
import { ByPasskey } from '../parts/by-passkey.tsx'
import { ByProvider } from '../parts/by-provider.tsx'
import { Field } from '../parts/field.tsx'
import { Form } from '../parts/form.tsx'
import { PasswordField } from '../parts/password-field.tsx'
import { ProblemNote } from '../parts/problem-note.tsx'
import { useSteps } from '../parts/second-factor.tsx'
import { ViewLink } from '../parts/view-link.tsx'
import { Welcome } from '../parts/welcome.tsx'
import { outcomeText, providerOutcome } from '../provider-outcome.ts'
import { refreshSession } from '../service.ts'
import { settings } from '../settings.ts'
import { signInByPassword } from '../sign-in.ts'
import { text } from '../text.ts'
import { visitorEmail } from '../visitor.ts'
import { ChoosePasswordView } from './choose-password.tsx'
import { SecondFactorView } from './second-factor.tsx'

export function SignInView({ lead = text.signIn.lead }: { lead?: string }) {
  const email = visitorEmail
  const password = useSignal('')
  const mustChoose = useSignal(false)
  const outcome = providerOutcome.value
  const steps = useSteps(outcome?.challenge)
  const action = useAction(async () => {
    try {
      steps.begin(await signInByPassword(email.value, password.value))
      password.value = ''
    } catch (error) {
      if (error instanceof Problem && error.code === 'password_change_required') mustChoose.value = true
      else if (!(await recover(error))) throw error
    }
  })
  if (steps.challenge) return <SecondFactorView challenge={steps.challenge} steps={steps} recover={recover} />
  if (mustChoose.value)
    return (
      <ChoosePasswordView
        email={email.value}
        password={password}
        steps={steps}
        onLeave={() => {
          mustChoose.value = false
        }}
        recover={recover}
      />
    )
  const { title, submit, forgotten, byCode, noAccount, register } = text.signIn
  return (
    <Welcome title={title} lead={lead}>
      {outcome && !outcome.challenge && (
        <p class="problem" role="alert">
          {outcomeText(outcome.code)}
        </p>
      )}
      <Form action={action}>
        <Field
          label={text.fields.email}
          value={email}
          problem={fieldProblem(action.problem, '/email')}
          autocomplete="username webauthn"
        />
        <PasswordField
          label={text.fields.password}
          value={password}
          autocomplete="current-password"
          problem={fieldProblem(action.problem, '/password') ?? (action.problem ? undefined : steps.expired)}
          takesFocus={steps.isBack}
        />
        <ProblemNote problem={action.problem} fields={['/email', '/password']} />
        <button type="submit" class="primary wide" aria-disabled={action.busy}>
          {submit}
        </button>
      </Form>
      <ByPasskey recover={recover} isSuggested />
      <ByProvider />
      {settings.sendsMail && (
        <p class="aside">
          <ViewLink to={{ name: 'forgotten-password' }}>{forgotten}</ViewLink>
        </p>
      )}
      {settings.signsInByCode && (
        <p class="aside">
          <ViewLink to={{ name: 'login-code' }}>{byCode}</ViewLink>
        </p>
      )}
      {settings.registration !== 'closed' && (
        <p class="aside">
          {noAccount} <ViewLink to={{ name: 'register' }}>{register}</ViewLink>
        </p>
      )}
    </Welcome>
  )
}

/** The sign-in may have set the cookie even though its response was lost. */
async function recover(error: unknown): Promise<boolean> {
  const isLost = error instanceof Problem && (error.code === 'unreachable' || error.code === 'unexpected')
  return isLost && (await refreshSession())
}
