// Separate from the blocklist, because the console also applies this rule, in the browser.

/** Shorter words are part of too many other words. */
const MIN_WORD_LENGTH = 3

/** Punctuation, spaces and invisible characters; not symbols such as emoji, which a user chooses deliberately. */
const SEPARATORS = /[\p{P}\p{Z}\p{Cc}\p{Cf}\p{Sm}\p{Sc}\p{Sk}]+/gu
// Stryker disable next-line Regex: applied to single characters
const DIGIT = /^\p{N}$/u

/**
 * The words that a user's password must not consist of: email, name, and the service's name and host, and the parts of
 * each (NIST SP 800-63B §3.1.1.2, "context-specific words").
 * @param about `origin` as in `ORIGIN`, or empty
 */
export function ownWords(about: { email: string; name?: string | undefined; origin: string }): string[] {
  const host = about.origin.replace(/[a-z]+:\/\//, '').replace(/:\d+$/, '')
  const phrases = [...about.email.split('@'), about.email, about.name ?? '', host, 'coatcheck']
  return [...new Set(phrases.flatMap((phrase) => [phrase, ...phrase.split(SEPARATORS)]))].filter((word) => word !== '')
}

/** Case-folds a text: NFKC, lower case, and NFC because the result of lower-casing may be decomposed. */
export function fold(text: string): string {
  return text.normalize('NFKC').toLowerCase().normalize('NFC')
}

/**
 * Whether the text consists of one or more of the words, with only digits and separators before, between and after them.
 * Runs in one pass from left to right over the positions that words and digits can reach, without backtracking.
 */
export function consistsOfWords(text: string, words: readonly string[]): boolean {
  const normalize = (part: string) => fold(part).replace(SEPARATORS, '')
  const candidates = [...new Set(words.map(normalize))].filter((word) => [...word].length >= MIN_WORD_LENGTH)
  const password = normalize(text)
  /** Positions reached by digits alone, and positions reached by at least one word. */
  const byDigits = new Set([0])
  const byWords = new Set<number>()
  // Stryker disable next-line EqualityOperator: no word starts after the last character
  for (let at = 0; at < password.length; at++) {
    if (!byDigits.has(at) && !byWords.has(at)) continue
    for (const word of candidates) if (password.startsWith(word, at)) byWords.add(at + word.length)
    const character = String.fromCodePoint(password.codePointAt(at) ?? 0)
    if (DIGIT.test(character)) (byWords.has(at) ? byWords : byDigits).add(at + character.length)
  }
  return byWords.has(password.length)
}
