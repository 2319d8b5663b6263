import { useSignal } from '@preact/signals'
import { useRef } from 'preact/hooks'
import { fieldProblem, useAction } from '../action.ts'
import { deskText } from '../desk-text.ts'
import { knownScopes } from '../directory.ts'
import { showNotice } from '../notice.ts'
import { parseScopes } from '../scopes.ts'
import { callService } from '../service.ts'
import { text } from '../text.ts'
import { Dialog } from './dialog.tsx'
import { Field } from './field.tsx'
import { ScopeChips } from './scope-chips.tsx'
import type { UserActionProps } from './user-action.ts'

/** Edits name and scopes and says what saving will do. Sends only the differences, to keep concurrent changes. */
export function EditUser({ user: latest, isSelf, sessions, onClose, onStart, onDone }: UserActionProps) {
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
  const unknown = added.filter((scope) => !knownScopes.value.includes(scope))
  // The service refuses it: an administrator must not lock themselves out.
  const isRefused = isSelf && user.scopes.includes('admin:write') && removed.length > 0
  const effects = [
    unknown.length > 0 && deskText.user.unknownScope(unknown.join(' ')),
    isRefused && deskText.user.ownScopes,
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
      isBlocked={isRefused}
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
      <ScopeChips value={scopes} />
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
