import { useSignal } from '@preact/signals'
import { Problem } from '../../client/index.ts'
import { useAction } from '../action.ts'
import { goTo, linkToken } from '../navigation.ts'
import { Field } from '../parts/field.tsx'
import { Form } from '../parts/form.tsx'
import { ProblemNote } from '../parts/problem-note.tsx'
import { RequestMail } from '../parts/request-mail.tsx'
import { type Steps, useSteps } from '../parts/second-factor.tsx'
import { ViewLink } from '../parts/view-link.tsx'
import { Welcome } from '../parts/welcome.tsx'
import { callService, refreshSession } from '../service.ts'
import { signInByMailedCode } from '../sign-in.ts'
import { text } from '../text.ts'
import { visitorEmail } from '../visitor.ts'
import { SecondFactorView } from './second-factor.tsx'

/** Signs in by a mailed code: asks for the mail, then for its code. The link in the mail leads here and shows the code. */
export function LoginCodeView() {
  const code = linkToken.value
  const isAsked = useSignal(code !== '')
  const steps = useSteps()
  if (steps.challenge) return <SecondFactorView challenge={steps.challenge} steps={steps} recover={recover} />
  if (!isAsked.value)
    return (
      <RequestCode
        onAsked={() => {
          isAsked.value = true
        }}
      />
    )
  return (
    <EnterCode
      mailed={code}
      steps={steps}
      onAgain={() => {
        linkToken.value = ''
        isAsked.value = false
      }}
    />
  )
}

function RequestCode({ onAsked }: { onAsked: () => void }) {
  const action = useAction(async () => {
    await callService('POST /auth/login/code', { body: { email: visitorEmail.value } })
    onAsked()
  })
  const { title, lead, send } = text.loginCode
  return (
    <RequestMail title={title} lead={lead} submit={send} email={visitorEmail} action={action}>
      <ViewLink to={{ name: 'sessions' }}>{text.signIn.back}</ViewLink>
    </RequestMail>
  )
}

interface EnterCodeProps {
  /** The code of the link in the mail. */
  readonly mailed: string
  readonly steps: Steps
  readonly onAgain: () => void
}

function EnterCode({ mailed, steps, onAgain }: EnterCodeProps) {
  const code = useSignal(mailed)
  const { sent, codeTitle, codeLabel, linkLead, wrong, elsewhere, again } = text.loginCode
  const action = useAction(async () => {
    try {
      const challenge = await signInByMailedCode(code.value)
      if (challenge) steps.begin(challenge)
      else goTo({ name: 'sessions' })
    } catch (error) {
      if (await recover(error)) goTo({ name: 'sessions' })
      else throw error
    }
  })
  const { problem } = action
  const isVoid = problem?.code === 'challenge_expired'
  return (
    <Welcome title={codeTitle} lead={mailed === '' ? sent(visitorEmail.value.trim()) : linkLead}>
      <Form action={action}>
        <Field
          label={codeLabel}
          value={code}
          problem={problem?.code === 'wrong_code' ? wrong : isVoid ? elsewhere : undefined}
          autocomplete="one-time-code"
          takesFocus={mailed === ''}
        />
        <ProblemNote problem={problem?.code === 'wrong_code' || isVoid ? undefined : problem} />
        <button type="submit" class="primary wide" aria-disabled={action.busy}>
          {text.signIn.submit}
        </button>
        <button type="button" class="plain wide" onClick={onAgain}>
          {again}
        </button>
      </Form>
      <p class="aside">
        <ViewLink to={{ name: 'sessions' }}>{text.signIn.back}</ViewLink>
      </p>
    </Welcome>
  )
}

/** The sign-in may have set the cookie even though its response was lost. */
async function recover(error: unknown): Promise<boolean> {
  const isLost = error instanceof Problem && (error.code === 'unreachable' || error.code === 'unexpected')
  return isLost && (await refreshSession())
}
