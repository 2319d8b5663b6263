/** Fields that a refusal adds to its log entry. They hold no secret and no email address. */
export type Facts = Readonly<Record<string, string | number>>

/**
 * The base class of every refusal. `code` is stable; the message is for people, becomes the problem's `detail` and
 * holds no secret. `docs/problems.md` lists the codes with their statuses.
 * @example
 * ```ts
 * import { CoatcheckError } from 'coatcheck'
 *
 * export const isOutage = (error: unknown) => error instanceof CoatcheckError && error.code === 'unavailable'
 * ```
 */
export abstract class CoatcheckError extends Error {
  abstract readonly code: string
  /** For the log only; never part of the response. */
  facts: Facts = {}
  // Set explicitly: minified bundles rename classes, and the log shows the name.
  override readonly name: string = 'CoatcheckError'
}
