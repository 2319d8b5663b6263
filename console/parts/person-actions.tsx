import type { ComponentChildren } from 'preact'
import type { User } from '../../client/index.ts'
import { useAction } from '../action.ts'
import { say } from '../notice.ts'
import { goTo } from '../place.ts'
import { ask, lookAfter } from '../service.ts'
import { text } from '../text.ts'
import { Dialog } from './dialog.tsx'
import { EditUser } from './edit-user.tsx'

export type PersonAction = 'edit' | 'enable' | 'disable' | 'remove' | 'end-all'

export interface PersonActionProps {
  readonly user: User
  readonly isYou: boolean
  /** How many there are now. */
  readonly sessions: number
  readonly onClose: () => void
  /** Before anything is done, and after. */
  readonly onStart: () => void
  readonly onDone: () => Promise<void>
}

/** What an administrator is about to do to somebody: what will happen, and the button for it. */
export function PersonActions({ asked, ...props }: PersonActionProps & { asked: PersonAction }) {
  switch (asked) {
    case 'edit':
      return <EditUser {...props} />
    case 'enable':
      return <Enable {...props} />
    case 'disable':
      return <Disable {...props} />
    case 'remove':
      return <Remove {...props} />
    case 'end-all':
      return <EndAll {...props} />
  }
}

function Disable({ user: { id: userId, email }, sessions, onClose, onStart, onDone }: PersonActionProps) {
  const { disableTitle, disable, disableWill, disabled } = text.person
  const work = async () => {
    onStart()
    await ask('PATCH /admin/users/{userId}', { params: { userId }, body: { status: 'disabled' } })
    say(disabled(email))
    await onDone()
  }
  return (
    <Grave title={disableTitle(email)} submit={disable} work={work} onClose={onClose}>
      <p>{disableWill(sessions)}</p>
    </Grave>
  )
}

function Remove({ user: { id: userId, email }, onClose }: PersonActionProps) {
  const { removeTitle, removeSubmit, removeWill, removed } = text.person
  const work = async () => {
    await ask('DELETE /admin/users/{userId}', { params: { userId } })
    say(removed(email))
    onClose()
    goTo({ name: 'people' })
  }
  return (
    <Grave title={removeTitle(email)} submit={removeSubmit} work={work} onClose={onClose}>
      <p>{removeWill}</p>
    </Grave>
  )
}

function EndAll({ user: { id: userId, email }, isYou, sessions, onClose, onStart, onDone }: PersonActionProps) {
  const { endAllTitle, revokeAllSessions, endAllWill, endAllYou, endAllDone } = text.person
  const work = async () => {
    onStart()
    const { revoked } = await ask('DELETE /admin/users/{userId}/sessions', { params: { userId } })
    say(endAllDone(revoked))
    if (isYou) await lookAfter()
    await onDone()
  }
  return (
    <Grave title={endAllTitle(email)} submit={revokeAllSessions} work={work} onClose={onClose}>
      <p>{endAllWill(sessions)}</p>
      {isYou && <p>{endAllYou}</p>}
    </Grave>
  )
}

interface GraveProps {
  readonly title: string
  readonly submit: string
  readonly work: () => Promise<void>
  readonly onClose: () => void
  readonly children: ComponentChildren
}

function Grave({ work, ...props }: GraveProps) {
  return <Dialog {...props} action={useAction(work)} grave />
}

function Enable({ user: { id: userId, email }, onClose, onDone }: PersonActionProps) {
  const action = useAction(async () => {
    await ask('PATCH /admin/users/{userId}', { params: { userId }, body: { status: 'active' } })
    say(text.person.enabled(email))
    await onDone()
  })
  return (
    <Dialog title={text.person.enableTitle(email)} submit={text.person.enable} action={action} onClose={onClose}>
      <p>{text.person.enableWill}</p>
    </Dialog>
  )
}
