/** `?`: this engine or these credentials cannot tell. */
export type Mark = 'ok' | 'FAIL' | '?'

/** What one check has found. Holds no secret, and no email in the clear. */
export interface Finding {
  readonly mark: Mark
  /** What was looked at: a table, an API, the configuration. */
  readonly subject: string
  /** What was seen there. */
  readonly seen: string
  /** What to do about it, in one sentence. */
  readonly remedy?: string
}

/** All is as it should be. */
export const ok = (subject: string, seen: string): Finding => ({ mark: 'ok', subject, seen })

/** Something is wrong, and `remedy` says in one sentence what to do. */
export const failed = (subject: string, seen: string, remedy: string): Finding => ({
  mark: 'FAIL',
  subject,
  seen,
  remedy,
})

/** Nothing wrong was seen, because it could not be looked at. */
export const unknown = (subject: string, seen: string): Finding => ({ mark: '?', subject, seen })

/** One line of text. */
export function toLine({ mark, subject, seen, remedy }: Finding): string {
  return `${mark.padEnd(4)}  ${subject}: ${seen}${remedy === undefined ? '' : ` → ${remedy}`}`
}
