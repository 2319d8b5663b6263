import { inject } from 'vitest'

/** How many samples a test draws: few in the daily tier, all of them in `npm run test:all`, ten times as many in `test:deep`. */
export function draws(few: number, all: number): number {
  const samples = inject('samples')
  if (samples === 'few') return few
  return samples === 'many' ? 10 * all : all
}
