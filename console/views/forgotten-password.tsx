import { useSignal } from '@preact/signals'
import { useAction } from '../action.ts'
import { MailSent } from '../parts/mail-sent.tsx'
import { RequestMail } from '../parts/request-mail.tsx'
import { ViewLink } from '../parts/view-link.tsx'
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
    <RequestMail title={title} lead={lead} submit={submit} email={email} action={action}>
      <ViewLink to={{ name: 'sessions' }}>{text.signIn.back}</ViewLink>
    </RequestMail>
  )
}
