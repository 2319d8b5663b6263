import { signal } from '@preact/signals'
import type { Challenge } from './sign-in.ts'
import { text } from './text.ts'

/** What became of a sign-in at a provider that did not succeed, as the address said when the page was loaded. */
export interface ProviderOutcome {
  /** A code of the service, such as `email_taken`. */
  readonly code: string
  /** Continues the sign-in, if only the second factor is missing; the browser's cookie has the secret. */
  readonly challenge: Challenge | undefined
}

export const providerOutcome = signal<ProviderOutcome | undefined>(takeOutcome())

/** Reads the outcome from the address and removes it there, so that a reload does not show it again. */
function takeOutcome(): ProviderOutcome | undefined {
  const url = new URL(location.href)
  const { searchParams } = url
  const code = searchParams.get('sign_in')
  if (code === null) return undefined
  const methods = (searchParams.get('methods') ?? '').split(' ')
  for (const name of ['sign_in', 'provider', 'methods']) searchParams.delete(name)
  history.replaceState(null, '', url)
  return { code, challenge: code === 'second_factor' ? { secret: undefined, methods } : undefined }
}

/** What is said about a code; a code of a later version gets the general sentence. */
export function outcomeText(code: string): string {
  const { outcomes } = text.providers
  return Object.hasOwn(outcomes, code) ? outcomes[code as keyof typeof outcomes] : outcomes.other
}
