import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { Invitation } from '../../client/index.ts'
import { useAction } from '../action.ts'
import { deskText } from '../desk-text.ts'
import { callService } from '../service.ts'
import { text } from '../text.ts'
import { mayWrite } from '../viewer.ts'
import { Heading } from './heading.tsx'
import { Instant } from './instant.tsx'
import { InviteUser } from './invite-user.tsx'
import { ProblemNote } from './problem-note.tsx'
import { RevokeInvitation } from './revoke-invitation.tsx'

const PAGE = '25'

/** The invitations of the last days, with what an administrator can do about them. */
export function Invitations() {
  const invitations = useSignal<readonly Invitation[] | undefined>(undefined)
  const cursor = useSignal<string | undefined>(undefined)
  const inviting = useSignal(false)
  const revoking = useSignal<Invitation | undefined>(undefined)
  const more = useAction(async () => {
    const after = cursor.value === undefined ? {} : { cursor: cursor.value }
    const page = await callService('GET /admin/invitations', { query: { limit: PAGE, ...after } })
    invitations.value = [...(invitations.value ?? []), ...page.invitations]
    cursor.value = page.cursor
  }, true)
  useEffect(() => void more.run(), [])
  const replace = (id: string, status: Invitation['status']) => {
    invitations.value = invitations.value?.map((each) => (each.id === id ? { ...each, status } : each))
  }

  const { title, none, invite } = deskText.invitations
  return (
    <>
      <div class="head">
        <Heading>{title}</Heading>
        {mayWrite.value && (
          <button
            type="button"
            onClick={() => {
              inviting.value = true
            }}
          >
            {invite}
          </button>
        )}
      </div>
      {invitations.value?.length === 0 && <p>{none}</p>}
      <ul class="rows" aria-label={title} aria-busy={more.busy}>
        {invitations.value?.map((invitation) => (
          <Row
            key={invitation.id}
            invitation={invitation}
            onRevoke={() => {
              revoking.value = invitation
            }}
          />
        ))}
      </ul>
      <ProblemNote problem={more.problem} />
      {(cursor.value !== undefined || more.problem) && (
        <div class="foot">
          <button type="button" onClick={more.run} aria-disabled={more.busy}>
            {more.problem ? text.retry : deskText.invitations.more}
          </button>
        </div>
      )}
      {inviting.value && (
        <InviteUser
          onClose={() => {
            inviting.value = false
          }}
          onDone={(invitation) => {
            invitations.value = [invitation, ...(invitations.value ?? [])]
          }}
        />
      )}
      {revoking.value && (
        <RevokeInvitation
          key={revoking.value.id}
          invitation={revoking.value}
          onClose={() => {
            revoking.value = undefined
          }}
          onDone={(id) => replace(id, 'revoked')}
        />
      )}
    </>
  )
}

function Row({ invitation, onRevoke }: { invitation: Invitation; onRevoke: () => void }) {
  const { email, name, scopes, status, expiresAt } = invitation
  const { statuses, expires, revokeLabel } = deskText.invitations
  return (
    <li class="row">
      <span class="row-name">{email}</span>
      {name && <bdi class="row-more">{name}</bdi>}
      <span class="row-more code">{scopes.join(' ')}</span>
      {status === 'open' ? (
        <span class="row-more">
          {expires} <Instant at={expiresAt} />
        </span>
      ) : (
        <span class="badge">{statuses[status]}</span>
      )}
      {status === 'open' && mayWrite.value && (
        <button type="button" onClick={onRevoke} aria-label={revokeLabel(email)}>
          {deskText.invitations.revoke}
        </button>
      )}
    </li>
  )
}
