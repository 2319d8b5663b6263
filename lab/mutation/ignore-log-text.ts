// A Stryker plugin (https://stryker-mutator.io/docs/stryker-js/disable-mutants), instead of one `Stryker disable`
// comment beside each message of an UnavailableError.

export const LOG_TEXT = 'The message is only logged: the caller receives the same response for every UnavailableError.'

/** A path in Babel's syntax tree, as far as it is read here. */
interface Path {
  isStringLiteral(): boolean
  readonly parent: { readonly type: string; readonly callee?: { readonly name?: string } }
}

function shouldIgnore(path: Path): string | undefined {
  const { type, callee } = path.parent
  const isMessage = path.isStringLiteral() && type === 'NewExpression' && callee?.name === 'UnavailableError'
  return isMessage ? LOG_TEXT : undefined
}

export const strykerPlugins = [{ kind: 'Ignore', name: 'log-text', value: { shouldIgnore } }]
