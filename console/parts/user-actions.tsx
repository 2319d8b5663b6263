import type { ComponentChildren } from 'preact'
import { useAction } from '../action.ts'
import { deskText } from '../desk-text.ts'
import { reload } from '../directory.ts'
import { goTo } from '../navigation.ts'
import { showNotice } from '../notice.ts'
import { callService, refreshSession } from '../service.ts'
import { Dialog } from './dialog.tsx'
import { EditUser } from './edit-user.tsx'
import { ResetFactors } from './reset-factors.tsx'
import { SendPasswordReset } from './send-password-reset.tsx'
import { SetPassword } from './set-password.tsx'
import { UnlockUser } from './unlock-user.tsx'
import type { UserAction, UserActionProps } from './user-action.ts'

/** The dialog for one administrative action: what will happen, and the button that does it. */
export function UserActions({ action, ...props }: UserActionProps & { action: UserAction }) {
  switch (action) {
    case 'edit':
      return <EditUser {...props} />
    case 'enable':
      return <Enable {...props} />
    case 'disable':
      return <Disable {...props} />
    case 'delete':
      return <Delete {...props} />
    case 'revoke-all':
      return <RevokeAll {...props} />
    case 'send-reset':
      return <SendPasswordReset {...props} />
    case 'set-password':
      return <SetPassword {...props} />
    case 'reset-factors':
      return <ResetFactors {...props} />
    case 'unlock':
      return <UnlockUser {...props} />
  }
}

function Disable({ user: { id: userId, email }, sessions, onClose, onStart, onDone }: UserActionProps) {
  const { disableTitle, disable, disableEffect, disabled } = deskText.user
  const work = async () => {
    onStart()
    await callService('PATCH /admin/users/{userId}', { params: { userId }, body: { status: 'disabled' } })
    showNotice(disabled(email))
    await onDone()
  }
  return (
    <DangerDialog title={disableTitle(email)} submit={disable} work={work} onClose={onClose}>
      <p>{disableEffect(sessions)}</p>
    </DangerDialog>
  )
}

function Delete({ user: { id: userId, email }, onClose }: UserActionProps) {
  const { deleteTitle, deleteSubmit, deleteEffect, deleted } = deskText.user
  const work = async () => {
    await callService('DELETE /admin/users/{userId}', { params: { userId } })
    reload()
    showNotice(deleted(email))
    onClose()
    goTo({ name: 'users' })
  }
  return (
    <DangerDialog title={deleteTitle(email)} submit={deleteSubmit} work={work} onClose={onClose}>
      <p>{deleteEffect}</p>
    </DangerDialog>
  )
}

function RevokeAll({ user: { id: userId, email }, isSelf, sessions, onClose, onStart, onDone }: UserActionProps) {
  const { revokeAllTitle, revokeAll, revokeAllEffect, revokeAllYou, revokeAllDone } = deskText.user
  const work = async () => {
    onStart()
    const { revoked } = await callService('DELETE /admin/users/{userId}/sessions', { params: { userId } })
    showNotice(revokeAllDone(revoked))
    if (isSelf) await refreshSession()
    await onDone()
  }
  return (
    <DangerDialog title={revokeAllTitle(email)} submit={revokeAll} work={work} onClose={onClose}>
      <p>{revokeAllEffect(sessions)}</p>
      {isSelf && <p>{revokeAllYou}</p>}
    </DangerDialog>
  )
}

interface DangerDialogProps {
  readonly title: string
  readonly submit: string
  readonly work: () => Promise<void>
  readonly onClose: () => void
  readonly children: ComponentChildren
}

function DangerDialog({ work, ...props }: DangerDialogProps) {
  return <Dialog {...props} action={useAction(work)} danger />
}

function Enable({ user: { id: userId, email }, onClose, onDone }: UserActionProps) {
  const action = useAction(async () => {
    await callService('PATCH /admin/users/{userId}', { params: { userId }, body: { status: 'active' } })
    showNotice(deskText.user.enabled(email))
    await onDone()
  })
  return (
    <Dialog title={deskText.user.enableTitle(email)} submit={deskText.user.enable} action={action} onClose={onClose}>
      <p>{deskText.user.enableEffect}</p>
    </Dialog>
  )
}
