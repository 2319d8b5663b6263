// Credentials of the proof, and patterns of tokens and password hashes.

export const PASSWORD = 'correct horse battery staple'
export const WRONG_PASSWORD = 'not the right one'
export const NEW_PASSWORDS = {
  changed: 'five loud umbrellas at dusk',
  rehashed: 'tin whistles at dawn',
  second: 'a lighthouse made of paper',
} as const
export const PEPPER = 'a pepper of the proof, used nowhere else'

const SECRETS = [
  ...[PASSWORD, WRONG_PASSWORD, PEPPER, ...Object.values(NEW_PASSWORDS)],
  'cct_[\\w-]{21}\\.[\\w-]{21}\\.[\\w-]{43}',
  '\\$2[aby]\\$\\d\\d\\$[./A-Za-z0-9]{53}',
]
const SECRET = new RegExp(SECRETS.join('|'), 'g')

/** R16: the number of credentials in a response or a log line. */
export function leaksIn(text: string): number {
  return text.match(SECRET)?.length ?? 0
}
