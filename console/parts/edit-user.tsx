import { useSignal } from '@preact/signals'
import { useRef } from 'preact/hooks'
import { partOf, useAction } from '../action.ts'
import { say } from '../notice.ts'
import { scopesIn } from '../scopes.ts'
import { ask } from '../service.ts'
import { text } from '../text.ts'
import { Dialog } from './dialog.tsx'
import { Field } from './field.tsx'
import type { PersonActionProps } from './person-actions.tsx'

/** Name and scopes, with what saving them will do. Only what differs is sent: somebody else may be at it as well. */
export function EditUser({ user: latest, sessions, onClose, onStart, onDone }: PersonActionProps) {
  const user = useRef(latest).current // as it was when people began: what others change meanwhile is not theirs to undo
  const name = useSignal(user.name ?? '')
  const scopes = useSignal(user.scopes.join(' '))
  const wanted = scopesIn(scopes.value)
  const takes = user.scopes.filter((scope) => !wanted.includes(scope))
  const grants = wanted.filter((scope) => !user.scopes.includes(scope))
  const renames = name.value !== (user.name ?? '')
  const rescopes = takes.length + grants.length > 0
  const action = useAction(async () => {
    if (renames || rescopes) {
      const kept = latest.scopes.filter((scope) => !takes.includes(scope))
      const scopes = [...new Set([...kept, ...grants])]
      const body = { ...(renames ? { name: name.value } : {}), ...(rescopes ? { scopes } : {}) }
      if (takes.length > 0) onStart()
      await ask('PATCH /admin/users/{userId}', { params: { userId: user.id }, body })
      say((takes.length > 0 ? text.person.savedEnded : text.person.saved)(user.email))
    }
    await onDone()
  })
  const will = [
    renames && text.person.nameChanges,
    grants.length > 0 && text.person.grants(grants.join(' ')),
    takes.length > 0 && text.person.takes(takes.join(' '), sessions),
  ].filter((sentence) => sentence !== false)
  return (
    <Dialog
      title={text.person.editTitle(user.email)}
      submit={text.person.save}
      action={action}
      onClose={onClose}
      grave={takes.length > 0}
      fields={['/name', '/scopes']}
    >
      <Field
        label={text.fields.name}
        value={name}
        problem={partOf(action.problem, '/name')}
        isOptional
        isProse
        autocomplete="off"
      />
      <Field
        label={text.fields.scopes}
        value={scopes}
        hint={text.create.scopesHint}
        problem={partOf(action.problem, '/scopes')}
        isOptional
        autocomplete="off"
      />
      <div class="will" aria-live="polite">
        {will.length === 0 ? (
          <p>{text.person.nothingChanges}</p>
        ) : (
          will.map((sentence) => <p key={sentence}>{sentence}</p>)
        )}
      </div>
    </Dialog>
  )
}
