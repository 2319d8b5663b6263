import { useSignal } from '@preact/signals'
import { useAction } from '../action.ts'
import { MailSent } from '../parts/mail-sent.tsx'
import { RequestMail } from '../parts/request-mail.tsx'
import { ViewLink } from '../parts/view-link.tsx'
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
    <RequestMail title={title} lead={lead} submit={submit} email={visitorEmail} action={action}>
      {haveAccount} <ViewLink to={{ name: 'sessions' }}>{signIn}</ViewLink>
    </RequestMail>
  )
}
