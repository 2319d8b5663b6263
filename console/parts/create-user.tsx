import { useSignal } from '@preact/signals'
import type { User } from '../../client/index.ts'
import { fieldProblem, useAction } from '../action.ts'
import { deskText } from '../desk-text.ts'
import { goTo } from '../navigation.ts'
import { showNotice } from '../notice.ts'
import { parseScopes } from '../scopes.ts'
import { callService } from '../service.ts'
import { text } from '../text.ts'
import { Dialog } from './dialog.tsx'
import { Field } from './field.tsx'
import { GeneratePassword } from './generate-password.tsx'
import { NewPassword } from './new-password.tsx'
import { OptionalName } from './optional-name.tsx'
import { ScopeChips } from './scope-chips.tsx'
import { ShownPassword } from './shown-password.tsx'

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
  const { title, submit, scopesHint, passwordHint, doneTitle, doneEffect } = deskText.createUser
  if (created.value) {
    const { id: userId, email } = created.value
    const finish = () => {
      onClose()
      goTo({ name: 'user', userId })
      showNotice(deskText.createUser.done(email))
    }
    return (
      <ShownPassword
        key="created"
        title={doneTitle(email)}
        effect={doneEffect}
        password={password.value}
        onDone={finish}
      />
    )
  }
  return (
    <Dialog title={title} submit={submit} action={action} onClose={onClose} fields={FIELDS}>
      <Field label={text.fields.email} value={email} problem={fieldProblem(problem, '/email')} autocomplete="off" />
      <OptionalName value={name} problem={problem} />
      <Field
        label={text.fields.scopes}
        value={scopes}
        hint={scopesHint}
        problem={fieldProblem(problem, '/scopes')}
        isOptional
        autocomplete="off"
      />
      <ScopeChips value={scopes} />
      <NewPassword
        label={deskText.createUser.password}
        value={password}
        about={{ email: email.value, name: name.value }}
        problem={problem}
        field="password"
        hint={passwordHint}
        shown={shown}
      />
      <GeneratePassword value={password} shown={shown} />
    </Dialog>
  )
}
