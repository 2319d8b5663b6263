// One id in 64 begins with a dash, and an email may: without a mask, the parser would read them as options.

const DASHED_VALUE = /^-(?:[\w-]{20}|[^\s@=]*@[^\s@]+)$/
/** A prefix that no real argument has: the operating system ends arguments at a NUL. */
const MASK = '\0'

/** Masks ids and emails that begin with a dash in the arguments of a process. */
export function maskDashedArguments(argv: readonly string[]): string[] {
  return argv.map((argument) => (DASHED_VALUE.test(argument) ? MASK + argument : argument))
}

/** Restores an argument as it was typed, or the values of options. */
export function unmaskDashedArgument<Argument>(argument: Argument): Argument {
  if (typeof argument === 'string')
    return argument.startsWith(MASK) ? (argument.slice(MASK.length) as Argument) : argument
  if (typeof argument !== 'object' || argument === null || Object.getPrototypeOf(argument) !== Object.prototype)
    return Array.isArray(argument) ? (argument.map(unmaskDashedArgument) as Argument) : argument
  return Object.fromEntries(
    Object.entries(argument).map(([name, value]) => [name, unmaskDashedArgument(value)]),
  ) as Argument
}
