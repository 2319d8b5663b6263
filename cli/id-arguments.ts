// One id in 64 begins with a dash, and would be taken for an option.

const ID_WITH_DASH = /^-[\w-]{20}$/
/** In front of such an id; no argument of a process has it. */
const MASK = '\0'

/** The arguments of a process, ids that begin with a dash masked. */
export function maskIds(argv: readonly string[]): string[] {
  return argv.map((argument) => (ID_WITH_DASH.test(argument) ? MASK + argument : argument))
}

/** An argument as it was typed. */
export function unmaskId<Argument>(argument: Argument): Argument {
  const isMasked = typeof argument === 'string' && argument.startsWith(MASK)
  return isMasked ? (argument.slice(MASK.length) as Argument) : argument
}
