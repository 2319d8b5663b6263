import * as v from 'valibot'

// The JSON bodies of the routes of passkeys; see `schemas.ts`.

const milliseconds = v.pipe(v.number(), v.integer(), v.description('Milliseconds.'))
const challenge = v.pipe(v.string(), v.description('What the authenticator signs, in base64url.'))
const descriptors = v.array(
  v.strictObject({
    type: v.literal('public-key'),
    id: v.pipe(v.string(), v.description('The id of the credential, in base64url.')),
    transports: v.array(v.string()),
  }),
)

export const CreationOptions = v.strictObject({
  rp: v.strictObject({ id: v.string(), name: v.string() }),
  user: v.strictObject({ id: v.string(), name: v.string(), displayName: v.string() }),
  challenge,
  pubKeyCredParams: v.array(v.strictObject({ type: v.literal('public-key'), alg: v.picklist([-8, -7, -257]) })),
  timeout: milliseconds,
  excludeCredentials: descriptors,
  authenticatorSelection: v.strictObject({
    residentKey: v.literal('required'),
    requireResidentKey: v.literal(true),
    userVerification: v.literal('required'),
  }),
  attestation: v.literal('none'),
})

export const RequestOptions = v.strictObject({
  challenge,
  timeout: milliseconds,
  rpId: v.string(),
  allowCredentials: descriptors,
  userVerification: v.picklist(['preferred', 'required']),
})
