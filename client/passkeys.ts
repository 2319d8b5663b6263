// The JSON types of passkeys (WebAuthn §5.1), without those of `lib.dom`, which not every platform has.

/** A passkey, without its key. */
export interface Passkey {
  readonly id: string
  readonly name: string
  readonly createdAt: string
  /** At most a day late. Absent until the first use. */
  readonly lastUsedAt?: string
}

/** What `PublicKeyCredential.toJSON()` returns after `navigator.credentials.get()`. */
export interface Assertion {
  id: string
  response: { clientDataJSON: string; authenticatorData: string; signature: string; userHandle?: string | undefined }
}

/** What `PublicKeyCredential.toJSON()` returns after `navigator.credentials.create()`. */
export interface Registration {
  id: string
  response: { clientDataJSON: string; attestationObject: string; transports?: string[] | undefined }
}

interface Descriptor {
  readonly type: 'public-key'
  readonly id: string
  readonly transports: readonly string[]
}

/** For `PublicKeyCredential.parseCreationOptionsFromJSON`. */
export interface CreationOptions {
  readonly rp: { readonly id: string; readonly name: string }
  readonly user: { readonly id: string; readonly name: string; readonly displayName: string }
  readonly challenge: string
  readonly pubKeyCredParams: readonly { readonly type: 'public-key'; readonly alg: -8 | -7 | -257 }[]
  readonly timeout: number
  readonly excludeCredentials: readonly Descriptor[]
  readonly authenticatorSelection: {
    readonly residentKey: 'required'
    readonly requireResidentKey: true
    readonly userVerification: 'required'
  }
  readonly attestation: 'none'
}

/** For `PublicKeyCredential.parseRequestOptionsFromJSON`. */
export interface RequestOptions {
  readonly challenge: string
  readonly timeout: number
  readonly rpId: string
  readonly allowCredentials: readonly Descriptor[]
  readonly userVerification: 'preferred' | 'required'
}
