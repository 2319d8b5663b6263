import { useSignal } from '@preact/signals'
import { exactly } from '../clock.ts'
import { ChangePassword } from '../parts/change-password.tsx'
import { DeleteAccount } from '../parts/delete-account.tsx'
import { Facts } from '../parts/facts.tsx'
import { Heading } from '../parts/heading.tsx'
import { text } from '../text.ts'
import type { Viewer } from '../viewer.ts'

/** One's own account. */
export function Account({ viewer: { user, session } }: { viewer: Viewer }) {
  const deleting = useSignal(false)
  const { title, about, email, name, noName, since, id, scopes, remove, removeWill, removeNotYou, removeSubmit } =
    text.account
  return (
    <>
      <Heading>{title}</Heading>
      <section class="card">
        <h2>{about}</h2>
        <Facts
          rows={[
            [email, user.email],
            [name, user.name || noName],
            [since, exactly(user.createdAt)],
            [scopes, session.scopes.join(' '), true],
            [id, user.id, true],
          ]}
        />
      </section>
      <ChangePassword user={user} />
      <section class="card">
        <h2>{remove}</h2>
        {user.scopes.includes('admin:write') ? (
          <p>{removeNotYou}</p>
        ) : (
          <>
            <p>{removeWill}</p>
            <div class="buttons">
              <button
                type="button"
                class="grave outlined"
                onClick={() => {
                  deleting.value = true
                }}
              >
                {removeSubmit}
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
