/** What a configuration file holds, read without trust in it. */
export type Json = Record<string, unknown>

/** Names the file and the place in it. */
export type Fail = (why: string) => Error

export const object = (value: unknown): Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {}
export const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : [])
export const text = (value: unknown): string => (typeof value === 'string' ? value : '')
