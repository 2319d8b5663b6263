/** An object of unknown shape from a configuration file. */
export type Json = Record<string, unknown>

/** Makes an error that names the file and the location in it. */
export type Fail = (reason: string) => Error

export const object = (value: unknown): Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {}
export const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : [])
export const text = (value: unknown): string => (typeof value === 'string' ? value : '')
