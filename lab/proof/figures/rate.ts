export interface Rate {
  readonly violations: number
  readonly trials: number
  /** With 95 % confidence, if there was no violation: 3/n, the rule of three. */
  readonly upperBound: number | undefined
}

export function rate(violations: number, trials: number): Rate {
  return { violations, trials, upperBound: violations === 0 && trials > 0 ? Math.min(1, 3 / trials) : undefined }
}
