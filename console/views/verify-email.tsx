import { useAction } from '../action.ts'
import { goTo, hrefOf, linkToken } from '../navigation.ts'
import { showNotice } from '../notice.ts'
import { Form } from '../parts/form.tsx'
import { Heading } from '../parts/heading.tsx'
import { ProblemNote } from '../parts/problem-note.tsx'
import { SendVerification } from '../parts/send-verification.tsx'
import { callService, refreshSession } from '../service.ts'
import { text } from '../text.ts'
import type { Viewer } from '../viewer.ts'

/** Proves the email of the signed-in user with the secret of a mailed link. */
export function VerifyEmailView({ viewer: { user } }: { viewer: Viewer }) {
  const token = linkToken.value
  const action = useAction(async () => {
    await callService('POST /auth/email/verify', { body: { token } })
    await refreshSession()
    goTo({ name: 'account' })
    showNotice(text.verifyEmail.done(user.email))
  })
  const { title, lead, submit, already, toAccount, otherAccount } = text.verifyEmail
  // A link's secret starts with the id of its user.
  const isOther = token !== '' && !token.startsWith(user.id)
  const isVoid = action.problem?.code === 'invalid_link'
  return (
    <>
      <Heading>{title}</Heading>
      <section class="card">
        {isOther ? (
          <p>{otherAccount(user.email)}</p>
        ) : user.emailVerified ? (
          <>
            <p>{already(user.email)}</p>
            <p>
              <a href={hrefOf({ name: 'account' })}>{toAccount}</a>
            </p>
          </>
        ) : token === '' || isVoid ? (
          <>
            <p role={isVoid ? 'alert' : undefined}>{isVoid ? text.voidLink.used : text.voidLink.lost}</p>
            <SendVerification user={user} atStart />
          </>
        ) : (
          <Form action={action}>
            <p>{lead}</p>
            <ProblemNote problem={action.problem} />
            <div class="buttons start">
              <button type="submit" class="primary" aria-disabled={action.busy}>
                {submit(user.email)}
              </button>
            </div>
          </Form>
        )}
      </section>
    </>
  )
}
