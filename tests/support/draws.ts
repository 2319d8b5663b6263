import { inject } from 'vitest'

/** How many samples a test draws: few in the daily tier, all of them in `npm run test:all`, ten times as many in `test:deep`. */
export function draws(few: number, all: number): number {
  const samples = inject('samples')
  if (samples === 'few') return few
  return samples === 'many' ? 10 * all : all
}

/** All of a list, or in the daily tier as few evenly spaced elements. */
export function sampleOf<Element>(all: readonly Element[], few: number): readonly Element[] {
  const count = Math.min(draws(few, all.length), all.length)
  return Array.from({ length: count }, (_, index) => all[Math.floor((index * all.length) / count)] as Element)
}
