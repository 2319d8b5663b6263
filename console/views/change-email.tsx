import { useAction } from '../action.ts'
import { goTo, hrefOf, linkToken } from '../navigation.ts'
import { showNotice } from '../notice.ts'
import { Form } from '../parts/form.tsx'
import { Heading } from '../parts/heading.tsx'
import { ProblemNote } from '../parts/problem-note.tsx'
import { callService, refreshSession } from '../service.ts'
import { text } from '../text.ts'
import type { Viewer } from '../viewer.ts'

/** Changes the email of the signed-in user with the secret of a mailed link. Only the button uses the link. */
export function ChangeEmailView({ viewer: { user, pendingEmail } }: { viewer: Viewer }) {
  const token = linkToken.value
  const action = useAction(async () => {
    const changed = await callService('POST /auth/email/complete', { body: { token } })
    await refreshSession()
    goTo({ name: 'account' })
    showNotice(text.changeEmail.done(changed.user.email))
  })
  const { title, lead, submit, otherAccount, toAccount } = text.changeEmail
  // A link's secret starts with the id of its user.
  const isOther = token !== '' && !token.startsWith(user.id)
  const isVoid = action.problem?.code === 'invalid_link'
  return (
    <>
      <Heading>{title}</Heading>
      <section class="card">
        {isOther ? (
          <p>{otherAccount(user.email)}</p>
        ) : token === '' || isVoid ? (
          <>
            <p role={isVoid ? 'alert' : undefined}>{isVoid ? text.voidLink.used : text.voidLink.lost}</p>
            <p>
              <a href={hrefOf({ name: 'account' })}>{toAccount}</a>
            </p>
          </>
        ) : (
          <Form action={action}>
            <p>{lead(user.email, pendingEmail)}</p>
            <ProblemNote problem={action.problem} />
            <div class="buttons start">
              <button type="submit" class="primary" aria-disabled={action.busy}>
                {submit}
              </button>
            </div>
          </Form>
        )}
      </section>
    </>
  )
}
