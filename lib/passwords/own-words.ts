// Apart from the blocklist: the console shows this rule as it is met, in a browser.

/** A shorter one is a syllable of too many other words. */
const SHORTEST_WORD = 3

/** Punctuation, spaces and what cannot be seen. Symbols such as emoji stay: they are somebody's choice. */
const BETWEEN_WORDS = /[\p{P}\p{Z}\p{Cc}\p{Cf}\p{Sm}\p{Sc}\p{Sk}]+/gu
const NUMBER = /^\p{N}$/u

/**
 * What a user's password may not be made of alone: their email, their name, the service's name and host, and the parts
 * of each (NIST SP 800-63B §3.1.1.2, "context-specific words").
 * @param about `origin` as in ORIGIN, or empty.
 */
export function ownWords(about: { email: string; name?: string | undefined; origin: string }): string[] {
  const host = about.origin.replace(/^[a-z]+:\/\//, '').replace(/:\d+$/, '')
  const wholes = [...about.email.split('@'), about.email, about.name ?? '', host, 'coatcheck']
  return [...new Set(wholes.flatMap((whole) => [whole, ...whole.split(BETWEEN_WORDS)]))].filter((word) => word !== '')
}

/** One form for all spellings of a password; lower case is not always composed. */
export function fold(text: string): string {
  return text.normalize('NFKC').toLowerCase().normalize('NFC')
}

/**
 * Whether the text is one or more of the words with nothing but numbers and punctuation before, between and behind
 * them. One pass from left to right, at each place that words and numbers can reach; never back.
 */
export function isMadeOf(text: string, words: readonly string[]): boolean {
  const bare = (some: string) => fold(some).replace(BETWEEN_WORDS, '')
  const sought = [...new Set(words.map(bare))].filter((word) => [...word].length >= SHORTEST_WORD)
  const within = bare(text)
  const byNumbers = new Set([0])
  const byWords = new Set<number>()
  for (let at = 0; at < within.length; at++) {
    if (!byNumbers.has(at) && !byWords.has(at)) continue
    for (const word of sought) if (within.startsWith(word, at)) byWords.add(at + word.length)
    const character = String.fromCodePoint(within.codePointAt(at) ?? 0)
    if (NUMBER.test(character)) (byWords.has(at) ? byWords : byNumbers).add(at + character.length)
  }
  return byWords.has(within.length)
}
