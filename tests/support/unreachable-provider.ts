const ISSUER = 'http://127.0.0.1:1'

/** The text of a providers' file with one provider, `idp`, that nothing answers for. */
export const unreachableProvider = () =>
  JSON.stringify({ providers: [{ id: 'idp', name: 'Nobody', issuer: ISSUER, clientId: 'coatcheck', exchange: {} }] })

const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

/** The body of an exchange of a token that could be this provider's, until its signature is verified. */
export const unverifiedExchange = () =>
  ({
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    subject_token: `${encoded({ alg: 'RS256' })}.${encoded({ iss: ISSUER, aud: 'coatcheck' })}.AA`,
    subject_token_type: 'urn:ietf:params:oauth:token-type:id_token',
  }) as const

/** A request to sign a subject out. */
export const REVOCATION = { sub_id: { format: 'iss_sub', iss: ISSUER, sub: 'x' } }

/** The media type of events. */
export const SECEVENT = { 'content-type': 'application/secevent+jwt' }
