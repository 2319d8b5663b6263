import type { ConfigReader } from './config-reader.ts'

/** The names of the tables, or their ARNs. */
export interface TableNames {
  readonly sessions: string
  readonly users: string
  readonly attempts: string
  readonly activity: string
  readonly outbox: string
}

const TABLE_NAME = /^[\w.:/-]{3,255}$/

/** Reads the names of the tables, with those of the stage as defaults. */
export function readTableNames(read: ConfigReader, stage: string): TableNames {
  const nameOf = (table: keyof TableNames) =>
    read.text(`${table.toUpperCase()}_TABLE`, `coatcheck-${stage}-${table}`, TABLE_NAME, 'a table name or ARN')
  return {
    sessions: nameOf('sessions'),
    users: nameOf('users'),
    attempts: nameOf('attempts'),
    activity: nameOf('activity'),
    outbox: nameOf('outbox'),
  }
}
