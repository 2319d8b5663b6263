import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { User } from '../../client/index.ts'
import { formatExact } from '../clock.ts'
import { view } from '../navigation.ts'
import { ChangeEmail } from '../parts/change-email.tsx'
import { ChangePassword } from '../parts/change-password.tsx'
import { DeleteAccount } from '../parts/delete-account.tsx'
import { EmailBadge } from '../parts/email-badge.tsx'
import { Facts } from '../parts/facts.tsx'
import { Heading } from '../parts/heading.tsx'
import { Identities } from '../parts/identities.tsx'
import { SendVerification } from '../parts/send-verification.tsx'
import { TwoFactor } from '../parts/two-factor.tsx'
import { settings } from '../settings.ts'
import { text } from '../text.ts'
import type { Viewer } from '../viewer.ts'

/** The user’s own profile, email, password and account deletion. */
export function AccountView({ viewer }: { viewer: Viewer }) {
  const { user, session } = viewer
  const deleting = useSignal(false)
  const section = view.value.name === 'account' ? view.value.section : undefined
  useEffect(() => {
    const target = section && document.getElementById(section)
    target?.scrollIntoView()
    target?.focus()
  }, [section])
  const {
    title,
    profile,
    email,
    name,
    noName,
    since,
    id,
    scopes,
    delete: deleteHeading,
    deleteEffect,
    deleteNotAllowed,
    deleteSubmit,
  } = text.account
  return (
    <>
      <Heading>{title}</Heading>
      <section class="card">
        <h2>{profile}</h2>
        <Facts
          rows={[
            [email, settings.sendsMail ? <EmailOf user={user} /> : user.email],
            [name, user.name || noName],
            [since, formatExact(user.createdAt)],
            [scopes, session.scopes.join(' '), true],
            [id, user.id, true],
          ]}
        />
        {settings.sendsMail && !user.emailVerified && <SendVerification user={user} />}
      </section>
      {settings.sendsMail && <ChangeEmail viewer={viewer} />}
      <ChangePassword user={user} />
      <TwoFactor user={user} session={session} />
      <Identities />
      <section class="card">
        <h2>{deleteHeading}</h2>
        {user.scopes.includes('admin:write') ? (
          <p>{deleteNotAllowed}</p>
        ) : (
          <>
            <p>{deleteEffect}</p>
            <div class="buttons">
              <button
                type="button"
                class="danger outlined"
                onClick={() => {
                  deleting.value = true
                }}
              >
                {deleteSubmit}
              </button>
            </div>
          </>
        )}
      </section>
      {deleting.value && (
        <DeleteAccount
          email={user.email}
          onClose={() => {
            deleting.value = false
          }}
        />
      )}
    </>
  )
}

function EmailOf({ user }: { user: User }) {
  return (
    <>
      {user.email} <EmailBadge user={user} />
    </>
  )
}
