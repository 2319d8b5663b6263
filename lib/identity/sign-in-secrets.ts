/** The secrets of one sign-in, which the browser keeps until the callback. */
export interface SignInSecrets {
  readonly state: string
  readonly nonce: string
  readonly verifier: string
}
