import { settings } from '../settings.ts'

/** The operator's picture, or the ticket of the icon. */
export function Logo() {
  if (settings.logo) return <img class="logo" src={settings.logo} alt="" height="28" />
  return (
    <svg class="logo" viewBox="0 0 32 32" width="28" height="28" aria-hidden="true">
      <path d="M5 9a2 2 0 0 1 2-2h18a2 2 0 0 1 2 2v3.5a3.5 3.5 0 0 0 0 7V23a2 2 0 0 1-2 2H7a2 2 0 0 1-2-2v-3.5a3.5 3.5 0 0 0 0-7Z" />
      <path class="perforation" d="M20 8.5v15" />
    </svg>
  )
}
