import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** The one way to the run's engine. Its name alone tells nothing of what it does. */
const ASKS = /\binject\((?!'(?:engine|made|functions|samples)'\))/
const IMPORTED = /(?:from|import)\s*\(?\s*'(\.[^']+)'/g
const TYPES = /^import type [^']*'[^']+'$/gm

/**
 * What asks for an engine to show something that no engine has a part in, and why: once is enough. `npm test` is that once,
 * unless the file has samples for the run with all of them.
 */
export const OF_NO_ENGINE: Readonly<Record<string, string>> = {
  'tests/packaging/npm-package.test.ts': 'the package, and that its command line runs where it is installed',
  'tests/cli/errors.test.ts': 'how the command line reports errors',
  'tests/cli/interruption.test.ts': 'what the command line does when its output closes or a signal arrives',
  'tests/cli/generated-password.test.ts': 'when the command line prints a password, and what follows if it cannot',
  'tests/routes/leaks.test.ts': 'what we write and print, which no engine changes',
  'tests/repository/requirements.test.ts': 'what is answered in the place of an engine, and pages',
  'tests/routes/passwords.test.ts': 'which passwords are taken, and what is made of them before they are stored',
  'tests/routes/login-load.test.ts': 'which workers of the local front a burst of logins gets',
  'tests/routes/client.test.ts': 'what the client makes of responses',
  'tests/routes/client-failures.test.ts': 'what the client makes of failures, and when it tries again',
  'tests/routes/client-requests.test.ts': 'which requests the client sends',
  'tests/routes/console.test.ts': 'the page and its files, which make no datastore call',
  'tests/routes/credentials.test.ts': 'which credentials of a request are accepted, before the datastore is asked',
  'tests/routes/event-sources.test.ts': 'how events of each source are read and answered',
  'tests/routes/bad-input.test.ts': 'which input is refused, before the datastore is asked',
  'tests/routes/audit.test.ts': 'what is logged of a request',
  'tests/routes/audit-administration.test.ts': 'what is logged of an administrator’s request',
  'tests/routes/audit-hostile.test.ts': 'what is logged of hostile requests',
  'tests/routes/metrics.test.ts': 'what is counted of a request',
}

/** What is run again on a second engine: the rest would show the same once more. */
export const onEveryEngine = () => engineFiles().filter((file) => !(file in OF_NO_ENGINE))

/** Whether a file is a test of ours, and not of a package that tests/adapters has installed. */
export const isTestFile = (name: string) => name.endsWith('.test.ts') && !name.includes('node_modules')

/** The test files that ask for the run's engine, themselves or in what they import of `folder`. */
export function engineFiles(folder = 'tests'): string[] {
  const sources = new Map<string, string>()
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(isTestFile)
  return files
    .map((name) => join(folder, name))
    .filter((file) => asks(file, new Set()))
    .sort()

  function asks(file: string, seen: Set<string>): boolean {
    seen.add(file)
    const source = sources.get(file) ?? readFileSync(file, 'utf8').replace(TYPES, '')
    sources.set(file, source)
    if (ASKS.test(source)) return true
    const imported = [...source.matchAll(IMPORTED)].map(([, path = '']) => join(dirname(file), path))
    return imported.some(
      (path) => path.startsWith(`${folder}/`) && path.endsWith('.ts') && !seen.has(path) && asks(path, seen),
    )
  }
}
