import { useSignal } from '@preact/signals'
import type { Invitation } from '../../client/index.ts'
import { fieldProblem, useAction } from '../action.ts'
import { deskText } from '../desk-text.ts'
import { showNotice } from '../notice.ts'
import { parseScopes } from '../scopes.ts'
import { callService } from '../service.ts'
import { text } from '../text.ts'
import { Dialog } from './dialog.tsx'
import { Field } from './field.tsx'
import { OptionalName } from './optional-name.tsx'

const FIELDS = ['/email', '/name', '/scopes']

interface InviteUserProps {
  readonly onClose: () => void
  readonly onDone: (invitation: Invitation) => void
}

/** Asks whom to invite, and with which scopes. */
export function InviteUser({ onClose, onDone }: InviteUserProps) {
  const email = useSignal('')
  const name = useSignal('')
  const scopes = useSignal('')
  const action = useAction(async () => {
    const optional = name.value.trim() === '' ? {} : { name: name.value }
    const { invitation } = await callService('POST /admin/invitations', {
      body: { email: email.value, scopes: parseScopes(scopes.value), ...optional },
    })
    onClose()
    onDone(invitation)
    showNotice(deskText.invitations.done(invitation.email))
  })
  const { problem } = action
  const { inviteTitle, inviteEffect, submit } = deskText.invitations
  return (
    <Dialog title={inviteTitle} submit={submit} action={action} onClose={onClose} fields={FIELDS}>
      <p>{inviteEffect}</p>
      <Field label={text.fields.email} value={email} problem={fieldProblem(problem, '/email')} autocomplete="off" />
      <OptionalName value={name} problem={problem} />
      <Field
        label={text.fields.scopes}
        value={scopes}
        hint={deskText.createUser.scopesHint}
        problem={fieldProblem(problem, '/scopes')}
        isOptional
        autocomplete="off"
      />
    </Dialog>
  )
}
