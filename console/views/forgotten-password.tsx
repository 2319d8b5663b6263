import { useSignal } from '@preact/signals'
import { emailProblem, useAction } from '../action.ts'
import { Field } from '../parts/field.tsx'
import { Form } from '../parts/form.tsx'
import { MailSent } from '../parts/mail-sent.tsx'
import { ProblemNote } from '../parts/problem-note.tsx'
import { ViewLink } from '../parts/view-link.tsx'
import { Welcome } from '../parts/welcome.tsx'
import { callService } from '../service.ts'
import { text } from '../text.ts'
import { viewer } from '../viewer.ts'
import { visitorEmail } from '../visitor.ts'

/** Requests a mail with a link that sets a new password. Users who are signed in may have forgotten theirs, too. */
export function ForgottenPasswordView() {
  const email = useSignal(visitorEmail.peek() || (viewer.peek()?.user.email ?? ''))
  const sentTo = useSignal('')
  const action = useAction(async () => {
    await callService('POST /auth/password/reset', { body: { email: email.value } })
    visitorEmail.value = email.value
    sentTo.value = email.value.trim()
  })
  const { title, lead, submit, sent } = text.forgottenPassword
  if (sentTo.value)
    return (
      <MailSent
        lead={sent(sentTo.value)}
        onAgain={() => {
          sentTo.value = ''
        }}
      />
    )
  return (
    <Welcome title={title} lead={lead}>
      <Form action={action}>
        <Field label={text.fields.email} value={email} problem={emailProblem(action.problem)} autocomplete="username" />
        <ProblemNote problem={action.problem} fields={['/email']} />
        <button type="submit" class="primary wide" aria-disabled={action.busy}>
          {submit}
        </button>
      </Form>
      <p class="aside">
        <ViewLink to={{ name: 'sessions' }}>{text.signIn.back}</ViewLink>
      </p>
    </Welcome>
  )
}
