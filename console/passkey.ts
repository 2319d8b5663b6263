import { Problem, type ResponseBody } from '../client/index.ts'
import { callService } from './service.ts'
import { text } from './text.ts'
import { recordSignIn } from './viewer.ts'

type CreationOptions = ResponseBody<'POST /auth/passkeys/options'>['options']
type RequestOptions = ResponseBody<'POST /auth/login/passkey/options'>['options']

/** Whether the browser can make and use passkeys, and knows the JSON form of their options. */
export const hasPasskeys =
  typeof PublicKeyCredential === 'function' && 'parseCreationOptionsFromJSON' in PublicKeyCredential

/** A browser has one request for a passkey at a time: a button ends the one that waits behind the email field. */
let waiting: AbortController | undefined

/** Lets the user make a passkey. @throws Problem if the user, or the browser, does not */
export async function createPasskey(options: CreationOptions) {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options as never)
  return (await answered(() => navigator.credentials.create({ publicKey }))) as RegistrationResponseJSON
}

/** Lets the user choose a passkey. @throws Problem if the user, or the browser, does not */
export async function usePasskey(options: RequestOptions) {
  waiting?.abort()
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options as never)
  return (await answered(() => navigator.credentials.get({ publicKey }))) as AuthenticationResponseJSON
}

/** An answer to the options of a sign-in with any passkey. @throws Problem */
export async function anyPasskey() {
  const { options } = await callService('POST /auth/login/passkey/options')
  return usePasskey(options)
}

/**
 * Offers passkeys among the suggestions of the email field.
 * @returns the answer; `undefined` if the browser cannot offer them, or the user signs in another way
 */
export async function suggestedPasskey(signal: AbortSignal) {
  if (!hasPasskeys || !(await PublicKeyCredential.isConditionalMediationAvailable?.())) return undefined
  try {
    const { options } = await callService('POST /auth/login/passkey/options')
    if (signal.aborted) return undefined
    const own = new AbortController()
    waiting = own
    signal.addEventListener('abort', () => own.abort())
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options as never)
    const found = await navigator.credentials.get({ publicKey, mediation: 'conditional', signal: own.signal })
    return found instanceof PublicKeyCredential ? (found.toJSON() as AuthenticationResponseJSON) : undefined
  } catch {
    return undefined // the button says what is wrong
  }
}

/** Signs in with the answer of a passkey. @throws Problem */
export async function signInByPasskey(response: AuthenticationResponseJSON): Promise<void> {
  recordSignIn(await callService('POST /auth/login/passkey', { body: { response } }))
}

async function answered(ask: () => Promise<Credential | null>) {
  const found = await ask().catch((error: unknown) => {
    const isKnown = error instanceof DOMException && error.name === 'InvalidStateError'
    throw passkeyProblem(isKnown ? text.passkeys.known : text.passkeys.canceled)
  })
  if (!(found instanceof PublicKeyCredential)) throw passkeyProblem(text.passkeys.canceled)
  return found.toJSON()
}

const passkeyProblem = (detail: string) => new Problem({ code: 'wrong_passkey', status: 0, title: '', detail })
