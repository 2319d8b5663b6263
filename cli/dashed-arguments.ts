// One id in 64 begins with a dash, and an email may: without a mask, the parser would read them as options.

const DASHED_VALUE = /^-(?:[\w-]{20}|[^\s@=]*@[^\s@]+)$/
/** A prefix that no real argument has: the operating system ends arguments at a NUL. */
const MASK = '\0'

/** Masks ids and emails that begin with a dash in the arguments of a process. */
export function maskDashedArguments(argv: readonly string[]): string[] {
  return argv.map((argument) => (DASHED_VALUE.test(argument) ? MASK + argument : argument))
}

/** Restores an argument as it was typed. */
export function unmaskDashedArgument<Argument>(argument: Argument): Argument {
  const isMasked = typeof argument === 'string' && argument.startsWith(MASK)
  return isMasked ? (argument.slice(MASK.length) as Argument) : argument
}
