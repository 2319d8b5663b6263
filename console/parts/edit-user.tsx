import { useSignal } from '@preact/signals'
import { useRef } from 'preact/hooks'
import { fieldProblem, useAction } from '../action.ts'
import { deskText } from '../desk-text.ts'
import { showNotice } from '../notice.ts'
import { parseScopes } from '../scopes.ts'
import { callService } from '../service.ts'
import { text } from '../text.ts'
import { Dialog } from './dialog.tsx'
import { Field } from './field.tsx'
import type { UserActionProps } from './user-action.ts'

/** Edits name and scopes and says what saving will do. Sends only the differences, to keep concurrent changes. */
export function EditUser({ user: latest, sessions, onClose, onStart, onDone }: UserActionProps) {
  // As it was when the dialog opened: a later change by another administrator is not a difference.
  const user = useRef(latest).current
  const name = useSignal(user.name ?? '')
  const scopes = useSignal(user.scopes.join(' '))
  const wanted = parseScopes(scopes.value)
  const removed = user.scopes.filter((scope) => !wanted.includes(scope))
  const added = wanted.filter((scope) => !user.scopes.includes(scope))
  const isRenamed = name.value !== (user.name ?? '')
  const scopesChanged = removed.length + added.length > 0
  const action = useAction(async () => {
    if (isRenamed || scopesChanged) {
      const kept = latest.scopes.filter((scope) => !removed.includes(scope))
      const scopes = [...new Set([...kept, ...added])]
      const body = { ...(isRenamed ? { name: name.value } : {}), ...(scopesChanged ? { scopes } : {}) }
      if (removed.length > 0) onStart()
      await callService('PATCH /admin/users/{userId}', { params: { userId: user.id }, body })
      showNotice((removed.length > 0 ? deskText.user.savedRevoked : deskText.user.saved)(user.email))
    }
    await onDone()
  })
  const effects = [
    isRenamed && deskText.user.nameChanges,
    added.length > 0 && deskText.user.adds(added.join(' ')),
    removed.length > 0 && deskText.user.removes(removed.join(' '), sessions),
  ].filter((sentence) => sentence !== false)
  return (
    <Dialog
      title={deskText.user.editTitle(user.email)}
      submit={deskText.user.save}
      action={action}
      onClose={onClose}
      danger={removed.length > 0}
      fields={['/name', '/scopes']}
    >
      <Field
        label={text.fields.name}
        value={name}
        problem={fieldProblem(action.problem, '/name')}
        isOptional
        isProse
        autocomplete="off"
      />
      <Field
        label={text.fields.scopes}
        value={scopes}
        hint={deskText.createUser.scopesHint}
        problem={fieldProblem(action.problem, '/scopes')}
        isOptional
        autocomplete="off"
      />
      <div class="effects" aria-live="polite">
        {effects.length === 0 ? (
          <p>{deskText.user.nothingChanges}</p>
        ) : (
          effects.map((sentence) => <p key={sentence}>{sentence}</p>)
        )}
      </div>
    </Dialog>
  )
}
