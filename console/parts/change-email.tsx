import { useSignal } from '@preact/signals'
import { fieldProblem, useAction } from '../action.ts'
import { showNotice } from '../notice.ts'
import { callService, refreshSession } from '../service.ts'
import { text } from '../text.ts'
import type { Viewer } from '../viewer.ts'
import { Field } from './field.tsx'
import { Form } from './form.tsx'
import { ProblemNote } from './problem-note.tsx'

/** Asks for a mail with the link that changes the user's email, and shows a change that waits for it. */
export function ChangeEmail({ viewer: { user, pendingEmail } }: { viewer: Viewer }) {
  const email = useSignal('')
  const action = useAction(async () => {
    const newEmail = email.value
    await callService('PUT /auth/email', { body: { newEmail } })
    email.value = ''
    showNotice(text.changeEmail.sent(newEmail.trim()))
    await refreshSession()
  })
  const { heading, effect, field, ask, pending } = text.changeEmail
  return (
    <section class="card">
      <h2>{heading}</h2>
      <p>{pendingEmail ? pending(pendingEmail) : effect(user.email)}</p>
      <Form action={action}>
        <Field
          label={field}
          value={email}
          problem={fieldProblem(action.problem, '/newEmail')}
          autocomplete="username"
        />
        <ProblemNote problem={action.problem} fields={['/newEmail']} />
        <div class="buttons">
          <button type="submit" class="primary" aria-disabled={action.busy}>
            {ask}
          </button>
        </div>
      </Form>
    </section>
  )
}
