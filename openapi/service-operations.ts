import type { Operation } from './operation.ts'

/** Health, pages and files. */
export const SERVICE = {
  'GET /health': {
    summary: 'Check that the service answers',
    description: 'Makes no datastore call: it does not say whether the datastore works.',
    status: 200,
  },
  'GET /': {
    summary: 'Open the console',
    description: 'The page of users and administrators.',
    status: 200,
    file: 'text/html',
  },
  'GET /assets/{file}': {
    summary: 'Get a file of the pages',
    description: 'The name of a file has a hash of its content.',
    status: 200,
    codes: ['not_found'],
    file: '*/*',
  },
  'GET /openapi.json': {
    summary: 'Get this document',
    description: 'OpenAPI 3.1. The `ETag` stays the same as long as the document does.',
    status: 200,
    file: 'application/json',
  },
  'GET /docs': {
    summary: 'Read this document',
    description: 'The document as a page.',
    status: 200,
    file: 'text/html',
  },
  'GET /link/{action}': {
    summary: 'Open the page of a mailed link',
    description: 'The console, which reads the secret in the fragment. Opening it changes nothing.',
    status: 200,
    file: 'text/html',
  },
  'GET /.well-known/change-password': {
    summary: 'Open the form that changes the password',
    description:
      'For password managers: leads to the form in the console (W3C, A Well-Known URL for Changing Passwords).',
    status: 303,
  },
  'GET /.well-known/webauthn': {
    summary: 'List the origins of passkeys',
    description: 'For browsers: the origins whose pages may use the passkeys of this RP ID (`PASSKEY_ORIGINS`).',
    status: 200,
    file: 'application/json',
  },
  'GET /.well-known/jwks.json': {
    summary: 'List the keys of signed tokens',
    description: 'The public keys of tokens and receipts (RFC 7517). Exists with `TOKEN_KEYS`.',
    status: 200,
    codes: ['not_found'],
    file: 'application/json',
  },
  'GET /.well-known/openid-configuration': {
    summary: 'Find the keys of signed tokens',
    description:
      'For API Gateway’s JWT authorizer, which finds the keys by it. The service is no OpenID provider. Exists with `TOKEN_KEYS`.',
    status: 200,
    codes: ['not_found'],
    file: 'application/json',
  },
} satisfies Record<string, Operation>
