/**
 * Returns the candidate that `word` was probably meant to be: the nearest one, if they differ in at most one character in
 * three and in at most two. Words that differ only in digits, such as `v1:read` and `v2:read`, are different on purpose.
 */
export function suggest(word: string, candidates: Iterable<string>): string | undefined {
  const withoutDigits = (text: string) => text.replace(/\d+/g, '')
  let best: { candidate: string; distance: number } | undefined
  for (const candidate of candidates) {
    if (withoutDigits(candidate) === withoutDigits(word)) continue
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase())
    const limit = Math.min(2, Math.floor(Math.min(word.length, candidate.length) / 3))
    if (distance <= limit && distance < (best?.distance ?? Infinity)) best = { candidate, distance }
  }
  return best?.candidate
}

/** The least number of insertions, deletions, replacements and swaps of neighbors that make one text of the other. */
export function editDistance(one: string, other: string): number {
  let [beforeLast, last]: number[][] = [[], Array.from({ length: other.length + 1 }, (_, index) => index)]
  for (let i = 1; i <= one.length; i++) {
    const row = [i]
    for (let j = 1; j <= other.length; j++) {
      const isSame = one[i - 1] === other[j - 1]
      const isSwap = one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1]
      const at = (cells: number[] | undefined, index: number) => cells?.[index] ?? Infinity
      row[j] = Math.min(at(last, j) + 1, at(row, j - 1) + 1, at(last, j - 1) + (isSame ? 0 : 1))
      if (isSwap) row[j] = Math.min(at(row, j), at(beforeLast, j - 2) + 1)
    }
    ;[beforeLast, last] = [last, row]
  }
  return last?.[other.length] ?? 0
}
