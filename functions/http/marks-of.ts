import { dynamodbAttemptStore } from '../../lib/dynamodb/index.ts'
import type { Secret } from '../../lib/secret.ts'
import type { TableNames } from '../../lib/table-names.ts'
import { createAttemptKeys } from '../../lib/throttling/attempt-keys.ts'
import type { App } from './app.ts'

/** What the marks of a function need: the attempts table, and the pepper that their keys are made with. */
export interface Marking extends Pick<App, 'client'> {
  readonly tables: Pick<TableNames, 'attempts'>
  readonly pepper: Secret
}

/** Opens the marks of the attempts table: of addresses that refuse mail, of devices and networks of users. */
export function marksOf({ client, tables, pepper }: Marking) {
  return { store: dynamodbAttemptStore({ client, tableName: tables.attempts }), keys: createAttemptKeys(pepper) }
}
