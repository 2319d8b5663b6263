import type { Cast } from './cast.ts'

/** Sent with whatever is sent, as a value and never as a name: a problem names the sender's own fields. */
export const CANARY = 'planted by the fuzz 7QxLm2'

/** What nobody may ever see. */
export function secretsOf({ secrets }: Cast): string[] {
  return [...secrets, CANARY]
}

/** Whether one of them is in a text, however it is written down. */
export function leaks(text: string, secrets: readonly string[]): boolean {
  return secrets.some((secret) =>
    [
      secret,
      ...(['base64', 'base64url', 'hex'] as const).map((form) => Buffer.from(secret).toString(form)),
      encodeURIComponent(secret),
    ].some((form) => text.includes(form)),
  )
}
