import { inject } from 'vitest'

/** False while the suite is run once more on another engine: what stands before any engine has been shown by then. */
export const isFirstEngine = inject('engine') === 'dynalite'
