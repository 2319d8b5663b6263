import { settings } from '../settings.ts'
import { text } from '../text.ts'

/** A link to the sign-in at each provider. The page is left; the provider leads back to it. */
export function ByProvider() {
  if (settings.providers.length === 0) return null
  return (
    <ul class="providers">
      {settings.providers.map(({ id, name }) => (
        <li key={id}>
          <a class="button wide" href={startOf(id)}>
            {text.providers.signIn(name)}
          </a>
        </li>
      ))}
    </ul>
  )
}

function startOf(id: string): string {
  const back = new URLSearchParams({ returnTo: `${location.pathname}${location.hash}` })
  return `${settings.basePath}/auth/oidc/${encodeURIComponent(id)}/start?${back}`
}
