/** Every header that the routes send, as the document describes it. */
export const HEADERS = {
  'Cache-Control': {
    description: '`no-store`, except for files.',
    required: true,
    schema: { type: 'string' },
  },
  'Content-Security-Policy': {
    description: 'Forbids a browser everything that the response does not need.',
    required: true,
    schema: { type: 'string' },
  },
  Vary: {
    description: 'The request headers that the response depends on.',
    required: true,
    schema: { type: 'string' },
  },
  'Set-Cookie': {
    description:
      'Pairs of lines: the first deletes a partitioned cookie of the same name, the second sets or expires the session cookie, or that of a mailed code or of a second factor; and the cookie of a sign-in at a provider.',
    schema: { type: 'string' },
  },
  'WWW-Authenticate': {
    description: 'The challenge (RFC 6750). It names an error only if the request had a credential.',
    schema: { type: 'string', pattern: '^Bearer realm="coatcheck"' },
  },
  'Retry-After': {
    description: 'The number of seconds to wait before the next attempt.',
    required: true,
    schema: { type: 'string', pattern: '^\\d+$' },
  },
  Allow: { description: 'The methods of the path.', required: true, schema: { type: 'string' } },
  Location: { description: 'Where the browser goes on.', required: true, schema: { type: 'string' } },
  ETag: { description: 'Send it back in `If-None-Match`.', required: true, schema: { type: 'string' } },
  'Content-Language': { description: 'The language of `description`.', schema: { type: 'string', const: 'en' } },
  'Preference-Applied': {
    description: 'Present with a receipt (RFC 7240).',
    schema: { type: 'string', const: 'return=receipt' },
  },
  'Clear-Site-Data': {
    description: 'With `CLEAR_SITE_DATA_STORAGE=true`: deletes what pages of the origin have stored.',
    schema: { type: 'string', const: '"storage"' },
  },
} as const

export type HeaderName = keyof typeof HEADERS
/** The headers of every response. */
export const COMMON: readonly HeaderName[] = ['Cache-Control', 'Content-Security-Policy', 'Vary']
/** The headers of errors, by status. */
export const BY_STATUS: Readonly<Record<number, readonly HeaderName[]>> = {
  400: ['WWW-Authenticate'],
  401: ['WWW-Authenticate'],
  403: ['WWW-Authenticate'],
  405: ['Allow'],
  429: ['Retry-After'],
  503: ['Retry-After'],
}

/** References to headers of `components`. */
export function headerRefs(names: readonly HeaderName[]) {
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]))
}
