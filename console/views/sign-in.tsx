import { useSignal } from '@preact/signals'
import { partOf, useAction } from '../action.ts'
import { Field } from '../parts/field.tsx'
import { PasswordField } from '../parts/password-field.tsx'
import { ProblemNote } from '../parts/problem-note.tsx'
import { Welcome } from '../parts/welcome.tsx'
import { hrefOf } from '../place.ts'
import { ask } from '../service.ts'
import { settings } from '../settings.ts'
import { text } from '../text.ts'
import { signedIn } from '../viewer.ts'

export function SignIn() {
  const email = useSignal('')
  const password = useSignal('')
  const action = useAction(async () => {
    signedIn(await ask('POST /auth/login', { body: { email: email.value, password: password.value } }))
  })
  const { title, lead, submit, noAccount, register } = text.signIn
  return (
    <Welcome title={title} lead={lead}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          action.run()
        }}
      >
        <Field
          label={text.fields.email}
          value={email}
          problem={partOf(action.problem, '/email')}
          autocomplete="username"
        />
        <PasswordField
          label={text.fields.password}
          value={password}
          autocomplete="current-password"
          problem={partOf(action.problem, '/password')}
        />
        <ProblemNote problem={action.problem} fields={['/email', '/password']} />
        <button type="submit" class="main wide" aria-disabled={action.busy}>
          {submit}
        </button>
      </form>
      {settings.registrationOpen && (
        <p class="aside">
          {noAccount} <a href={hrefOf({ name: 'register' })}>{register}</a>
        </p>
      )}
    </Welcome>
  )
}
