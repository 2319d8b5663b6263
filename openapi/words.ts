/** The introduction of the document. */
export const DESCRIPTION = `Sessions that are revoked at once: a session is one row, every request reads it, and a revoked session is refused at its next request.

JSON in and out. Times are RFC 3339 in UTC. Unknown body fields and query parameters are refused.

**Credentials.** A session is presented in the cookie or as a bearer token. A request with both is refused. Methods other than \`GET\` with the cookie need a request from the same or a trusted origin; outside a browser, send an \`Origin\` header.

**Errors.** Every refusal is a problem document (RFC 9457). Branch on \`code\`, show \`detail\`. A path or method that does not exist is answered with \`not_found\` or with \`method_not_allowed\` and \`Allow\`. Any other error is a response of API Gateway, or a bug, with \`{"message": …}\`.

**Methods.** Every \`GET\` answers \`HEAD\` too. Both change nothing and never extend a session.`

/** The groups of routes. */
export const TAGS = [
  { name: 'Own account', description: 'Sign in and out, sessions and password of the caller.' },
  { name: 'Administration', description: 'Users and their sessions, for holders of an `admin:` scope.' },
  { name: 'Service', description: 'Health, pages and this document.' },
]

/** The group of a path. */
export function tagOf(path: string): string {
  if (path.startsWith('/auth/')) return 'Own account'
  return path.startsWith('/admin/') ? 'Administration' : 'Service'
}

/** How a request presents a session. Security requirements list the scopes that the session must hold. */
export const SECURITY_SCHEMES = {
  cookie: {
    type: 'apiKey',
    in: 'cookie',
    name: '__Host-session',
    description: 'The session cookie, which `COOKIE_NAME` can rename. Browsers send it; scripts cannot read it.',
  },
  bearer: {
    type: 'http',
    scheme: 'bearer',
    description: 'The `token` of a login with `credential: "bearer"` (RFC 6750).',
  },
}
