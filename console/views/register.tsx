import { useSignal } from '@preact/signals'
import { emailProblem, partOf, useAction } from '../action.ts'
import { say } from '../notice.ts'
import { Field } from '../parts/field.tsx'
import { Form } from '../parts/form.tsx'
import { NewPassword } from '../parts/new-password.tsx'
import { ProblemNote } from '../parts/problem-note.tsx'
import { Welcome } from '../parts/welcome.tsx'
import { goTo, hrefOf } from '../place.ts'
import { ask } from '../service.ts'
import { text } from '../text.ts'
import { signedIn } from '../viewer.ts'

export function Register() {
  const email = useSignal('')
  const name = useSignal('')
  const password = useSignal('')
  /** The email that is registered, where the sign-in after it did not come off. */
  const registered = useSignal('')
  const action = useAction(async () => {
    const credentials = { email: email.value, password: password.value }
    const named = name.value.trim() === '' ? {} : { name: name.value }
    if (registered.value !== email.value) await ask('POST /auth/register', { body: { ...credentials, ...named } })
    registered.value = email.value
    const viewer = await ask('POST /auth/login', { body: credentials })
    goTo({ name: 'sessions' })
    signedIn(viewer)
    say(text.register.done(viewer.user.email))
  })
  const { title, lead, submit, haveAccount, signIn } = text.register
  return (
    <Welcome title={title} lead={lead}>
      <Form action={action}>
        <Field label={text.fields.email} value={email} problem={emailProblem(action.problem)} autocomplete="username" />
        <Field
          label={text.fields.nameOptional}
          value={name}
          problem={partOf(action.problem, '/name')}
          isOptional
          isProse
          autocomplete="name"
        />
        <NewPassword
          label={text.fields.password}
          value={password}
          about={{ email: email.value, name: name.value }}
          problem={action.problem}
          field="password"
        />
        <ProblemNote problem={action.problem} fields={['/email', '/name', '/password']} />
        <button type="submit" class="main wide" aria-disabled={action.busy}>
          {submit}
        </button>
      </Form>
      <p class="aside">
        {haveAccount} <a href={hrefOf({ name: 'sessions' })}>{signIn}</a>
      </p>
    </Welcome>
  )
}
