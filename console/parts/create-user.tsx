import { useSignal } from '@preact/signals'
import type { User } from '../../client/index.ts'
import { emailProblem, fieldProblem, useAction } from '../action.ts'
import { generatePassword } from '../generate-password.ts'
import { goTo } from '../navigation.ts'
import { showNotice } from '../notice.ts'
import { parseScopes } from '../scopes.ts'
import { callService } from '../service.ts'
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
    const { user } = await callService('POST /admin/users', {
      body: { email: email.value, password: password.value, scopes: parseScopes(scopes.value), ...optional },
    })
    created.value = user
  })
  const { problem } = action
  const { title, submit, scopesHint, generate, passwordHint } = text.createUser
  if (created.value) return <Created user={created.value} password={password.value} onClose={onClose} />
  return (
    <Dialog title={title} submit={submit} action={action} onClose={onClose} fields={FIELDS}>
      <Field label={text.fields.email} value={email} problem={emailProblem(problem)} autocomplete="off" />
      <Field
        label={text.fields.nameOptional}
        value={name}
        problem={fieldProblem(problem, '/name')}
        isOptional
        isProse
        autocomplete="off"
      />
      <Field
        label={text.fields.scopes}
        value={scopes}
        hint={scopesHint}
        problem={fieldProblem(problem, '/scopes')}
        isOptional
        autocomplete="off"
      />
      <NewPassword
        label={text.createUser.password}
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
            password.value = generatePassword()
            shown.value = true
          }}
        >
          {generate}
        </button>
      </div>
    </Dialog>
  )
}

/** Shows the new user's password, once. */
function Created({ user, password, onClose }: { user: User; password: string; onClose: () => void }) {
  const close = useAction(async () => {
    onClose()
    goTo({ name: 'user', userId: user.id })
    showNotice(text.createUser.done(user.email))
  })
  const { doneTitle, doneEffect, doneSubmit } = text.createUser
  return (
    <Dialog key="created" title={doneTitle(user.email)} submit={doneSubmit} action={close}>
      <p>{doneEffect}</p>
      <p class="code shown-once">{password}</p>
    </Dialog>
  )
}
