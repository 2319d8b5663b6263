import { sdkVariables } from '../local/sdk-variables.ts'
import type { Stack } from '../local/stack.ts'
import { tableVariables } from '../local/table-settings.ts'

/** What handlers need in their environment to check the sessions of a running stack. */
export function environmentOf({ config, endpoint }: Pick<Stack, 'config' | 'endpoint'>): Record<string, string> {
  const { SESSIONS_TABLE = '' } = tableVariables(config.tables)
  return {
    ORIGIN: config.origin,
    SESSIONS_TABLE,
    DYNAMODB_ENDPOINT: endpoint,
    ...sdkVariables(endpoint),
  }
}

/** As `node --env-file` and shells read it. */
export const toEnvironmentFile = (environment: Readonly<Record<string, string>>): string =>
  Object.entries(environment)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('')
