import { markdownTable } from '../../lab/shared/table.ts'
import { parseConfig } from '../../lib/config.ts'
import { ConfigError } from '../../lib/config-error.ts'
import { parseConsoleConfig } from '../../lib/console/console-config.ts'
import { type Environment, VARIABLES } from '../../lib/environment.ts'
import { parseMailConfig } from '../../lib/mail/mail-config.ts'

/** No setting accepts it, so each reader says what it expects. */
const INVALID = ' \u2603 '

/** What a deployed stage accepts for each variable, as the functions themselves say when they refuse a value. */
export function acceptedValues(): string {
  const rows = VARIABLES.flatMap((name) => {
    const expected = expectedOf(name)
    return expected ? [[`\`${name}\``, expected]] : []
  })
  return markdownTable(['variable', 'accepts'], rows, [0, 1])
}

function expectedOf(name: string): string | undefined {
  const problem = problemsOf({ [name]: INVALID }).find((text) => text.startsWith(`\`${name}\`: expected`))
  return problem?.replace(/^`\w+`: expected /, '').replace(/, got (?:only )?["\d][\s\S]*$/, '')
}

function problemsOf(environment: Environment): string[] {
  const deployed = { STAGE: 'prod', ORIGIN: 'https://auth.example.com', MAIL_FROM: 'auth@example.com', ...environment }
  const readers = [
    () => parseConfig(deployed),
    () => parseMailConfig({ MAILER: 'ses', ...deployed }, { origin: deployed.ORIGIN, deployed: true }),
    () => parseConsoleConfig(deployed, { deployed: true }),
  ]
  return readers.flatMap((read) => {
    try {
      read()
      return []
    } catch (error) {
      if (error instanceof ConfigError) return [...error.problems]
      throw error
    }
  })
}
