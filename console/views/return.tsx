import { signal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { goTo } from '../navigation.ts'
import { Welcome } from '../parts/welcome.tsx'
import { settings } from '../settings.ts'
import { text } from '../text.ts'
import { hasSignedInHere, type Viewer } from '../viewer.ts'

/** Whether the user has chosen not to go back. */
export const staysHere = signal(false)

/**
 * Leads back to the page that has sent the user here to sign in. Only after a sign-in on this page it does so by itself: a
 * page that does not accept the session would send the user back and forth otherwise.
 */
export function ReturnView({ viewer }: { viewer: Viewer }) {
  const { host } = new URL(settings.returnTo)
  const isAutomatic = hasSignedInHere.value
  useEffect(() => {
    if (isAutomatic) location.replace(settings.returnTo)
  }, [isAutomatic])
  const { title, lead, proceed, stay } = text.returnTo
  return (
    <Welcome title={title} lead={lead(viewer.user.email)}>
      <a class="primary wide as-button" href={settings.returnTo}>
        {proceed(host)}
      </a>
      <button
        type="button"
        class="plain wide"
        onClick={() => {
          staysHere.value = true
          goTo({ name: 'account' })
        }}
      >
        {stay}
      </button>
    </Welcome>
  )
}
