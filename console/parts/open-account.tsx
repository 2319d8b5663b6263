import { useSignal } from '@preact/signals'
import { useAction } from '../action.ts'
import { goTo, linkToken, type View } from '../navigation.ts'
import { showNotice } from '../notice.ts'
import { callService } from '../service.ts'
import { text } from '../text.ts'
import { visitorEmail } from '../visitor.ts'
import { Form } from './form.tsx'
import { GeneratePassword } from './generate-password.tsx'
import { NewPassword } from './new-password.tsx'
import { OptionalName } from './optional-name.tsx'
import { ProblemNote } from './problem-note.tsx'
import { VoidLink } from './void-link.tsx'
import { Welcome } from './welcome.tsx'

interface OpenAccountProps {
  readonly route: 'POST /auth/register/complete' | 'POST /auth/invitations/accept'
  readonly words: typeof text.completeRegistration | typeof text.acceptInvitation
  /** The view to go on with if the link is void. */
  readonly again: View
}

/** Creates an account with the secret of a mailed link, which knows the email. */
export function OpenAccount({ route, words, again }: OpenAccountProps) {
  const token = linkToken.value
  const name = useSignal('')
  const password = useSignal('')
  const shown = useSignal(false)
  const action = useAction(async () => {
    const named = name.value.trim() === '' ? {} : { name: name.value }
    const { user } = await callService(route, { body: { token, password: password.value, ...named } })
    goTo({ name: 'sessions' })
    visitorEmail.value = user.email
    showNotice(words.done(user.email))
  })
  const { title, lead, submit, uncertain } = words
  if (token === '' || action.problem?.code === 'invalid_link')
    return (
      <VoidLink
        isLost={token === ''}
        again={{ label: words.again, view: again }}
        uncertain={{ route, sentence: uncertain }}
      />
    )
  return (
    <Welcome title={title} lead={lead}>
      <Form action={action}>
        <OptionalName value={name} problem={action.problem} isOwn />
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
