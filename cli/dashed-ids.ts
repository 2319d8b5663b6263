// One id in 64 begins with a dash: without a mask, the parser would read it as an option.

const DASHED_ID = /^-[\w-]{20}$/
/** A prefix that no real argument has: the operating system ends arguments at a NUL. */
const MASK = '\0'

/** Masks ids that begin with a dash in the arguments of a process. */
export function maskDashedIds(argv: readonly string[]): string[] {
  return argv.map((argument) => (DASHED_ID.test(argument) ? MASK + argument : argument))
}

/** Restores an argument as it was typed. */
export function unmaskDashedId<Argument>(argument: Argument): Argument {
  const isMasked = typeof argument === 'string' && argument.startsWith(MASK)
  return isMasked ? (argument.slice(MASK.length) as Argument) : argument
}
