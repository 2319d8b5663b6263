import { type Patch, patch } from '../mutation/patch.ts'

// A change of the session item as docs/upgrade.md says: `ip` becomes `address` in schema version 2.

const SCHEMA = 'lib/dynamodb/schema.ts'
const SESSION_ITEM = 'lib/dynamodb/session-item.ts'

/** The first release of the change: reads both versions, writes the old one. */
export const READS_BOTH: readonly Patch[] = [
  patch(SCHEMA, 'const READABLE = 1', 'const READABLE = 2'),
  patch(SESSION_ITEM, 'const ip = item.ip?.S', 'const ip = (schemaOf(item) === 2 ? item.address : item.ip)?.S'),
]

/** The second release: writes the new version. */
export const WRITES_NEW: readonly Patch[] = [
  ...READS_BOTH,
  patch(SCHEMA, 'const WRITTEN = 1', 'const WRITTEN = 2'),
  patch(SESSION_ITEM, 'ip: { S: row.ip }', 'address: { S: row.ip }'),
]
