import type { Activity, User } from '../../client/index.ts'
import { formatExact } from '../clock.ts'
import { deskText } from '../desk-text.ts'
import { settings } from '../settings.ts'
import { text } from '../text.ts'
import { EmailBadge } from './email-badge.tsx'
import { Facts } from './facts.tsx'
import type { UserAction } from './user-action.ts'
import { summaryOf } from './user-activity.tsx'

interface UserFactsProps {
  readonly user: User
  readonly isSelf: boolean
  readonly mayChange: boolean
  readonly onSelect: (action: UserAction) => void
  /** The latest activity of the user. */
  readonly activity: readonly Activity[] | undefined
}

/** A user's profile and the actions that the administrator may take. */
export function UserFacts({ user, isSelf, mayChange, onSelect, activity }: UserFactsProps) {
  const { lastSignInAt, lockedUntil } = summaryOf(activity)
  const { lastSignIn, noSignIn, locked } = deskText.user
  const { profile, you, edit, disable, enable, delete: deleteLabel, selfProtected } = deskText.user
  const { sendReset, setPassword, resetFactors, unlock } = deskText.user
  const { name, noName, since, id } = text.account
  const isDisabled = user.status === 'disabled'
  // The service refuses it: an administrator cannot disable or delete themselves.
  const isProtected = isSelf && user.scopes.includes('admin:write')
  return (
    <section class="card">
      <h2 class="visually-hidden">{profile}</h2>
      <p class="badges">
        {isSelf && <span class="badge">{you}</span>}
        <span class={isDisabled ? 'badge warning' : 'badge'}>
          {isDisabled ? deskText.users.disabled : deskText.users.active}
        </span>
        {settings.sendsMail && <EmailBadge user={user} words={deskText.user.email} />}
      </p>
      {lockedUntil && <p class="problem">{locked(formatExact(lockedUntil))}</p>}
      <Facts
        rows={[
          [name, user.name || noName],
          [text.fields.scopes, user.scopes.join(' ') || deskText.users.noScopes, user.scopes.length > 0],
          [lastSignIn, lastSignInAt ? formatExact(lastSignInAt) : activity ? noSignIn : text.loading],
          [since, formatExact(user.createdAt)],
          [id, user.id, true],
        ]}
      />
      {mayChange && isProtected && <p class="hint">{selfProtected}</p>}
      {mayChange && (
        <div class="buttons">
          <button type="button" onClick={() => onSelect('edit')}>
            {edit}
          </button>
          {settings.sendsMail && !isDisabled && (
            <button type="button" onClick={() => onSelect('send-reset')}>
              {sendReset}
            </button>
          )}
          {!isSelf && (
            <>
              <button type="button" onClick={() => onSelect('set-password')}>
                {setPassword}
              </button>
              <button type="button" onClick={() => onSelect('reset-factors')}>
                {resetFactors}
              </button>
            </>
          )}
          <button type="button" onClick={() => onSelect('unlock')}>
            {unlock}
          </button>
          {isProtected ? null : isDisabled ? (
            <button type="button" onClick={() => onSelect('enable')}>
              {enable}
            </button>
          ) : (
            <button type="button" onClick={() => onSelect('disable')}>
              {disable}
            </button>
          )}
          {!isProtected && (
            <button type="button" class="danger outlined" onClick={() => onSelect('delete')}>
              {deleteLabel}
            </button>
          )}
        </div>
      )}
    </section>
  )
}
