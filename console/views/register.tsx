import { useSignal } from '@preact/signals'
import { fieldProblem, useAction } from '../action.ts'
import { goTo } from '../navigation.ts'
import { showNotice } from '../notice.ts'
import { Field } from '../parts/field.tsx'
import { Form } from '../parts/form.tsx'
import { NewPassword } from '../parts/new-password.tsx'
import { OptionalName } from '../parts/optional-name.tsx'
import { ProblemNote } from '../parts/problem-note.tsx'
import { ViewLink } from '../parts/view-link.tsx'
import { Welcome } from '../parts/welcome.tsx'
import { callService } from '../service.ts'
import { text } from '../text.ts'
import { recordSignIn } from '../viewer.ts'
import { visitorEmail } from '../visitor.ts'

export function RegisterView() {
  const email = visitorEmail
  const name = useSignal('')
  const password = useSignal('')
  /** Set if the registration succeeded but the sign-in after it failed: a retry must not register again. */
  const registered = useSignal('')
  const action = useAction(async () => {
    const credentials = { email: email.value, password: password.value }
    const named = name.value.trim() === '' ? {} : { name: name.value }
    if (registered.value !== email.value)
      await callService('POST /auth/register', { body: { ...credentials, ...named } })
    registered.value = email.value
    const viewer = await callService('POST /auth/login', { body: credentials })
    goTo({ name: 'sessions' })
    recordSignIn(viewer)
    showNotice(text.register.done(viewer.user.email))
  })
  const { title, lead, submit, haveAccount, signIn } = text.register
  return (
    <Welcome title={title} lead={lead}>
      <Form action={action}>
        <Field
          label={text.fields.email}
          value={email}
          problem={fieldProblem(action.problem, '/email')}
          autocomplete="username"
        />
        <OptionalName value={name} problem={action.problem} isOwn />
        <NewPassword
          label={text.fields.password}
          value={password}
          about={{ email: email.value, name: name.value }}
          problem={action.problem}
          field="password"
        />
        <ProblemNote problem={action.problem} fields={['/email', '/name', '/password']} />
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
