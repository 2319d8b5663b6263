import { useSignal } from '@preact/signals'
import { fieldProblem, useAction } from '../action.ts'
import { goTo, linkToken } from '../navigation.ts'
import { showNotice } from '../notice.ts'
import { Field } from '../parts/field.tsx'
import { Form } from '../parts/form.tsx'
import { GeneratePassword } from '../parts/generate-password.tsx'
import { NewPassword } from '../parts/new-password.tsx'
import { ProblemNote } from '../parts/problem-note.tsx'
import { VoidLink } from '../parts/void-link.tsx'
import { Welcome } from '../parts/welcome.tsx'
import { callService } from '../service.ts'
import { text } from '../text.ts'
import { visitorEmail } from '../visitor.ts'

const ROUTE = 'POST /auth/register/complete'

/** Creates an account with the secret of a mailed link, which knows the email. */
export function CompleteRegistrationView() {
  const token = linkToken.value
  const name = useSignal('')
  const password = useSignal('')
  const shown = useSignal(false)
  const action = useAction(async () => {
    const named = name.value.trim() === '' ? {} : { name: name.value }
    const { user } = await callService(ROUTE, { body: { token, password: password.value, ...named } })
    goTo({ name: 'sessions' })
    visitorEmail.value = user.email
    showNotice(text.completeRegistration.done(user.email))
  })
  const { title, lead, submit, again, uncertain } = text.completeRegistration
  if (token === '' || action.problem?.code === 'invalid_link')
    return (
      <VoidLink
        isLost={token === ''}
        again={{ label: again, view: { name: 'register' } }}
        uncertain={{ route: ROUTE, sentence: uncertain }}
      />
    )
  return (
    <Welcome title={title} lead={lead}>
      <Form action={action}>
        <Field
          label={text.fields.nameOptional}
          value={name}
          problem={fieldProblem(action.problem, '/name')}
          isOptional
          isProse
          autocomplete="name"
        />
        <NewPassword
          label={text.fields.password}
          value={password}
          about={{ email: undefined, name: name.value }}
          problem={action.problem}
          field="password"
          shown={shown}
        />
        <GeneratePassword value={password} shown={shown} />
        <ProblemNote problem={action.problem} fields={['/name', '/password']} />
        <button type="submit" class="primary wide" aria-disabled={action.busy}>
          {submit}
        </button>
      </Form>
    </Welcome>
  )
}
