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
import { visitorEmail } from '../visitor.ts'

/** Registration with `REGISTRATION=mail`: requests a mail with a link that completes it. */
export function RequestRegistrationView() {
  const sentTo = useSignal('')
  const action = useAction(async () => {
    await callService('POST /auth/register', { body: { email: visitorEmail.value } })
    sentTo.value = visitorEmail.value.trim()
  })
  const { title, haveAccount, signIn } = text.register
  const { lead, submit, sent } = text.requestRegistration
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
        <Field
          label={text.fields.email}
          value={visitorEmail}
          problem={emailProblem(action.problem)}
          autocomplete="username"
        />
        <ProblemNote problem={action.problem} fields={['/email']} />
        <button type="submit" class="primary wide" aria-disabled={action.busy}>
          {submit}
        </button>
      </Form>
      <p class="aside">
        {haveAccount} <ViewLink to={{ name: 'sessions' }}>{signIn}</ViewLink>
      </p>
    </Welcome>
  )
}
