// Credentials of the proof, and patterns of tokens and password hashes.

export const PASSWORD = 'correct horse battery staple'
export const WRONG_PASSWORD = 'not the right one'
export const NEW_PASSWORDS = {
  changed: 'five loud umbrellas at dusk',
  rehashed: 'tin whistles at dawn',
  second: 'a lighthouse made of paper',
  reset: 'nine kettles on a windowsill',
  resetAgain: 'velvet gravel under bicycles',
} as const
export const PEPPER = 'a pepper of the proof, used nowhere else'
export const FACTOR_KEY = 'a factor key of the proof, used nowhere else'

const SECRETS = [
  ...[PASSWORD, WRONG_PASSWORD, PEPPER, FACTOR_KEY, ...Object.values(NEW_PASSWORDS)],
  'cct_[\\w-]{21}\\.[\\w-]{21}\\.[\\w-]{43}',
  '\\$2[aby]\\$\\d\\d\\$[./A-Za-z0-9]{53}',
]
const SECRET = new RegExp(SECRETS.join('|'), 'g')

/** Secrets that the service made: of apps, recovery codes, challenges, mailed links. */
const made = new Set<string>()
const MAYBE_MADE = /[\w.-]{16,}/g

/** From now on, the secret counts as a leak wherever it is seen. */
export function keepSecret(secret: string): string {
  made.add(secret)
  return secret
}

/** R16: the number of credentials in a response or a log line. */
export function leaksIn(text: string): number {
  const known = (text.match(MAYBE_MADE) ?? []).filter((word) => made.has(word))
  return (text.match(SECRET)?.length ?? 0) + known.length
}
