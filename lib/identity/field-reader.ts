/** Reads the fields of one object; see `fieldReader`. */
export interface Fields {
  value(name: string): unknown
  names(): string[]
  /** Notes a field that is not valid. */
  refuse(name: string, expected: string): void
  /** Notes every other field. */
  only(known: readonly string[]): void
  text(name: string, pattern: RegExp, expected: string): string
  optionalText(name: string, pattern: RegExp, expected: string): string | undefined
  texts(name: string, fallback: readonly string[], pattern: RegExp, expected: string): string[]
  choice<const T extends string>(name: string, fallback: T, choices: readonly T[]): T
  object(name: string): Fields | undefined
}

/** Creates readers that note a problem with its place and go on, so that all problems are reported at once. */
export function fieldReader(source: unknown, place: string, problems: string[]): Fields {
  const isObject = typeof source === 'object' && source !== null && !Array.isArray(source)
  if (!isObject) problems.push(`${place}: expected an object`)
  const fields = (isObject ? source : {}) as Readonly<Record<string, unknown>>
  const value = (name: string): unknown => (Object.hasOwn(fields, name) ? fields[name] : undefined)
  const refuse = (name: string, expected: string) => {
    const got = Object.hasOwn(fields, name)
      ? `got ${JSON.stringify(fields[name]).slice(0, 100)}`
      : 'the field is missing'
    const problem = `${place}.${name}: expected ${expected}, ${got}`
    if (!problems.includes(problem)) problems.push(problem)
  }
  const isText = (given: unknown, pattern: RegExp): given is string => typeof given === 'string' && pattern.test(given)
  return {
    value,
    refuse,
    names: (): string[] => Object.keys(fields),
    only(known: readonly string[]): void {
      for (const name of Object.keys(fields))
        if (!known.includes(name)) problems.push(`${place}.${name}: unknown field; known are ${known.join(', ')}`)
    },
    text(name: string, pattern: RegExp, expected: string): string {
      const given = value(name)
      if (isText(given, pattern)) return given
      refuse(name, expected)
      return ''
    },
    optionalText(name: string, pattern: RegExp, expected: string): string | undefined {
      const given = value(name)
      if (given === undefined || isText(given, pattern)) return given
      refuse(name, expected)
      return undefined
    },
    texts(name: string, fallback: readonly string[], pattern: RegExp, expected: string): string[] {
      const given = value(name) ?? fallback
      if (Array.isArray(given) && given.every((each) => isText(each, pattern))) return [...given]
      refuse(name, `a list of ${expected}`)
      return [...fallback]
    },
    choice<const T extends string>(name: string, fallback: T, choices: readonly T[]): T {
      const given = value(name) ?? fallback
      const chosen = choices.find((choice) => choice === given)
      if (chosen === undefined) refuse(name, choices.join(' or '))
      return chosen ?? fallback
    },
    object(name: string): Fields | undefined {
      const given = value(name)
      return given === undefined ? undefined : fieldReader(given, `${place}.${name}`, problems)
    },
  }
}
