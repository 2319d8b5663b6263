import type { TableNames } from '../lib/table-names.ts'

const NAMES = ['sessions', 'users', 'attempts', 'activity', 'outbox'] as const satisfies readonly (keyof TableNames)[]

/** The names of tables as parameters of serverless.yml, such as `sessionsTable`. */
export function tableParams(tables: TableNames): Record<string, string> {
  return Object.fromEntries(NAMES.map((name) => [`${name}Table`, tables[name]]))
}

/** The names of tables as environment variables, such as `SESSIONS_TABLE`. */
export function tableVariables(tables: TableNames): Record<string, string> {
  return Object.fromEntries(NAMES.map((name) => [`${name.toUpperCase()}_TABLE`, tables[name]]))
}

/** Names of tables with a prefix of their own. */
export function tableNames(prefix: string): TableNames {
  return Object.fromEntries(NAMES.map((name) => [name, `${prefix}-${name}`])) as Record<(typeof NAMES)[number], string>
}
