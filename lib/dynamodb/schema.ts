import { UnavailableError } from '../errors.ts'
import { numberAttribute, parseWholeNumber } from './attribute.ts'
import type { Item } from './item.ts'

/** The schema version of the session and user items that this release writes. `docs/upgrade.md` says how to raise it. */
const WRITTEN = 1
/** The latest schema version that this release reads: a release reads a version before any release writes it. */
const READABLE = 1

/** The attribute that every session and user item has. */
export const schemaAttribute = (): Item => ({ schema: numberAttribute(WRITTEN) })

/**
 * The schema version of an item: 1 for an item without one; `undefined` for a version that Coatcheck cannot have written.
 * @throws UnavailableError for a later version than this release reads, so that a session of a newer release is neither
 *   taken for absent nor misread by functions of an older one that run beside it.
 */
export function schemaOf(item: Item): number | undefined {
  const version = item.schema === undefined ? 1 : parseWholeNumber(item.schema)
  if (version !== undefined && version > READABLE)
    throw new UnavailableError(
      `An item has schema version ${version}, and this release of Coatcheck reads versions up to ${READABLE}. Deploy a release that reads version ${version} (docs/upgrade.md)`,
    )
  return version || undefined
}
