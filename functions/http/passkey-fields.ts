import * as v from 'valibot'

// What `PublicKeyCredential.toJSON()` returns. Browsers add fields, which are ignored.

/** Base64url, as long as the body may be. */
const bytes = v.pipe(v.string(), v.regex(/^[\w-]{1,16000}$/, 'expected base64url without padding'))

/** The response of an authenticator that signs in. */
export const assertion = v.object({
  id: bytes,
  response: v.object({
    clientDataJSON: bytes,
    authenticatorData: bytes,
    signature: bytes,
    userHandle: v.optional(bytes),
  }),
})

/** The response of an authenticator that has made a passkey. */
export const registration = v.object({
  id: bytes,
  response: v.object({
    clientDataJSON: bytes,
    attestationObject: bytes,
    transports: v.optional(v.array(v.string())),
  }),
})
