/** `?`: not checked, because this engine or these credentials do not allow it. */
export type Mark = 'ok' | 'FAIL' | '?'

/** The result of one check. Contains neither secrets nor email addresses. */
export interface Finding {
  readonly mark: Mark
  /** What was checked: a table, an API, the configuration. */
  readonly subject: string
  /** The state that was found. */
  readonly seen: string
  /** What to do next, in one sentence. */
  readonly remedy?: string
}

/** The check passed. */
export const ok = (subject: string, seen: string): Finding => ({ mark: 'ok', subject, seen })

/** The check failed; `remedy` says what to do next. */
export const failed = (subject: string, seen: string, remedy: string): Finding => ({
  mark: 'FAIL',
  subject,
  seen,
  remedy,
})

/** The check could not be made. */
export const unknown = (subject: string, seen: string): Finding => ({ mark: '?', subject, seen })

/** A finding as one line of text. */
export function toLine({ mark, subject, seen, remedy }: Finding): string {
  return `${mark.padEnd(4)}  ${subject}: ${seen}${remedy === undefined ? '' : ` → ${remedy}`}`
}
