/** No letter or digit that people confuse when one is read out. 32 of them, so that five bits pick each evenly. */
const CHARACTERS = 'abcdefghijkmnpqrstuvwxyz23456789'

/** Four groups of five, to be told over the telephone: 100 random bits. */
export function makePassword(): string {
  const characters = Array.from(crypto.getRandomValues(new Uint8Array(20)), (byte) => CHARACTERS.charAt(byte & 31))
  return [0, 5, 10, 15].map((at) => characters.slice(at, at + 5).join('')).join('-')
}
