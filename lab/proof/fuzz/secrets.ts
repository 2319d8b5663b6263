import type { Cast } from './cast.ts'

/** Part of generated values, never of names: a problem repeats the names of invalid fields. */
export const CANARY = 'planted by the fuzz 7QxLm2'

/** Texts that no response or log line may hold. */
export function secretsOf({ secrets }: Cast): string[] {
  return [...secrets, CANARY]
}

/** Whether a text holds a secret, in any encoding. */
export function leaks(text: string, secrets: readonly string[]): boolean {
  return secrets.some((secret) =>
    [
      secret,
      ...(['base64', 'base64url', 'hex'] as const).map((form) => Buffer.from(secret).toString(form)),
      encodeURIComponent(secret),
    ].some((form) => text.includes(form)),
  )
}
