/** Without letters and digits that sound or look alike. There are 32, so that five bits select each with equal odds. */
const CHARACTERS = 'abcdefghijkmnpqrstuvwxyz23456789'

/** Generates a password that is easy to read out: four groups of five characters, 100 random bits. */
export function generatePassword(): string {
  const characters = Array.from(crypto.getRandomValues(new Uint8Array(20)), (byte) => CHARACTERS.charAt(byte & 31))
  return [0, 5, 10, 15].map((start) => characters.slice(start, start + 5).join('')).join('-')
}
