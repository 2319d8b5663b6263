import { useSignal } from '@preact/signals'
import type { User } from '../../client/index.ts'
import { emailProblem, partOf, useAction } from '../action.ts'
import { makePassword } from '../make-password.ts'
import { say } from '../notice.ts'
import { goTo } from '../place.ts'
import { scopesIn } from '../scopes.ts'
import { ask } from '../service.ts'
import { text } from '../text.ts'
import { Dialog } from './dialog.tsx'
import { Field } from './field.tsx'
import { NewPassword } from './new-password.tsx'

const FIELDS = ['/email', '/name', '/scopes', '/password']

export function CreateUser({ onClose }: { onClose: () => void }) {
  const email = useSignal('')
  const name = useSignal('')
  const scopes = useSignal('')
  const password = useSignal('')
  const shown = useSignal(false)
  const created = useSignal<User | undefined>(undefined)
  const action = useAction(async () => {
    const optional = name.value.trim() === '' ? {} : { name: name.value }
    const { user } = await ask('POST /admin/users', {
      body: { email: email.value, password: password.value, scopes: scopesIn(scopes.value), ...optional },
    })
    created.value = user
  })
  const { problem } = action
  const { title, submit, scopesHint, make, passwordHint } = text.create
  if (created.value) return <Created user={created.value} password={password.value} onClose={onClose} />
  return (
    <Dialog title={title} submit={submit} action={action} onClose={onClose} fields={FIELDS}>
      <Field label={text.fields.email} value={email} problem={emailProblem(problem)} autocomplete="off" />
      <Field
        label={text.fields.nameOptional}
        value={name}
        problem={partOf(problem, '/name')}
        isOptional
        isProse
        autocomplete="off"
      />
      <Field
        label={text.fields.scopes}
        value={scopes}
        hint={scopesHint}
        problem={partOf(problem, '/scopes')}
        isOptional
        autocomplete="off"
      />
      <NewPassword
        label={text.create.password}
        value={password}
        about={{ email: email.value, name: name.value }}
        problem={problem}
        field="password"
        hint={passwordHint}
        shown={shown}
      />
      <div class="buttons start">
        <button
          type="button"
          onClick={() => {
            password.value = makePassword()
            shown.value = true
          }}
        >
          {make}
        </button>
      </div>
    </Dialog>
  )
}

/** The one sight of a password that somebody is to be told. */
function Created({ user, password, onClose }: { user: User; password: string; onClose: () => void }) {
  const done = useAction(async () => {
    onClose()
    goTo({ name: 'person', userId: user.id })
    say(text.create.done(user.email))
  })
  const { doneTitle, doneWill, doneSubmit } = text.create
  return (
    <Dialog key="created" title={doneTitle(user.email)} submit={doneSubmit} action={done}>
      <p>{doneWill}</p>
      <p class="code shown-once">{password}</p>
    </Dialog>
  )
}
