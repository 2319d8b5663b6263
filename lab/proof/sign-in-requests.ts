import type { User } from '../../lib/user.ts'
import { type Authenticator, createAuthenticator } from '../../tests/support/authenticator.ts'
import type { Request, Response } from './caller.ts'
import { type MailedLink, nameOf } from './factor-requests.ts'
import type { Held, Operate, Result } from './generator.ts'
import type { Instant } from './history/operation.ts'
import { keepSecret } from './secrets.ts'
import { SCOPES } from './system.ts'

/** A passkey as its authenticator has it. */
export interface OwnPasskey {
  readonly authenticator: Authenticator
  /** The public id of it. */
  readonly id: string
}

/** A browser that has asked for a code, by its cookie. */
export type AskingBrowser = string

/** A mailed code. */
export interface MailedCode {
  readonly code: string
  readonly given: Instant
}

export const CODE_COOKIE = '__Host-session-code'

/** Requests about passkeys, invitations and mailed codes, as `createGenerator` makes them. */
export function signInRequests(
  operate: Operate,
  created: (response: Response) => object,
  heldOf: (result: Result, drawn: Omit<Held, 'id' | 'token'>) => Held | undefined,
  send: (request: Request) => Promise<Response | undefined>,
  origin: string,
) {
  const byBearer = (user: User) => ({ user, kind: 'bearer', address: '127.0.0.1' }) as const
  return {
    async addPasskey(held: Held): Promise<{ held: Held; passkey: OwnPasskey } | undefined> {
      const { json } = (await send({ method: 'POST', path: '/auth/passkeys/options', by: held })) ?? {}
      if (json?.options === undefined) return undefined
      const authenticator = createAuthenticator({ origin })
      const body = { response: authenticator.register(json.options), name: 'a key of the proof' }
      const uses = [nameOf('challenge', json.options.challenge)]
      const fields = { user: held.user.id, sid: held.id, uses }
      const request = { method: 'POST', path: '/auth/passkeys', by: held, body }
      const result = await operate('add-passkey', fields, request, created)
      for (const code of result.response?.json?.recoveryCodes ?? []) keepSecret(code)
      const next = heldOf(result, held)
      return next && { held: next, passkey: { authenticator, id: result.response?.json.passkey.id } }
    },
    async removePasskey(held: Held, { authenticator, id }: OwnPasskey): Promise<Held | undefined> {
      const fields = { user: held.user.id, sid: held.id, removed: authenticator.id }
      const request = { method: 'DELETE', path: `/auth/passkeys/${id}`, by: held }
      return heldOf(await operate('remove-passkey', fields, request, created), held)
    },
    /** The challenge that an authenticator signs. */
    async askPasskeyLogin(): Promise<{ challenge: string } | undefined> {
      return (await send({ method: 'POST', path: '/auth/login/passkey/options' }))?.json?.options
    },
    async passkeyLogin(
      user: User,
      { authenticator }: OwnPasskey,
      options: { challenge: string },
    ): Promise<Held | undefined> {
      const body = { response: authenticator.sign(options, user.id), credential: 'bearer' }
      const fields = { user: user.id, uses: [nameOf('challenge', options.challenge)], passkey: authenticator.id }
      const request = { method: 'POST', path: '/auth/login/passkey', body }
      return heldOf(await operate('passkey-login', fields, request, created), byBearer(user))
    },
    async askCode(user: User): Promise<AskingBrowser | undefined> {
      const { text = '' } =
        (await send({ method: 'POST', path: '/auth/login/code', body: { email: user.email } })) ?? {}
      const [, value] = new RegExp(`${CODE_COOKIE}=([\\w-]{43});`).exec(text) ?? []
      return value === undefined ? undefined : keepSecret(value)
    },
    /** @param isForeign whether another browser asked for the code */
    async codeLogin(
      user: User,
      browser: AskingBrowser,
      { code, given }: MailedCode,
      isForeign = false,
    ): Promise<Held | undefined> {
      const cookie = `${CODE_COOKIE}=${browser}`
      const request = {
        method: 'POST',
        path: '/auth/login/code/complete',
        cookie,
        body: { code, credential: 'bearer' },
      }
      const uses = [nameOf('code', `${user.email} ${code}`)]
      const fields = { user: user.id, uses, given, ...(isForeign && { foreign: true as const }) }
      return heldOf(await operate('code-login', fields, request, created), byBearer(user))
    },
    async invite(email: string, by: Held): Promise<void> {
      await send({
        method: 'POST',
        path: '/admin/invitations',
        by,
        body: { email, scopes: [...SCOPES.kept, SCOPES.removed] },
      })
    },
    /** Opens the account of an invitation. */
    async accept(email: string, { token }: MailedLink, password: string): Promise<User | undefined> {
      const request = { method: 'POST', path: '/auth/invitations/accept', body: { token, password } }
      const readUser = ({ json }: Response) => ({ user: json.user.id })
      const fields = { user: email, password, uses: [nameOf('link', token)] }
      return (await operate('accept', fields, request, readUser)).response?.json?.user
    },
  }
}
