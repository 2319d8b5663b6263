import { hash } from 'node:crypto'
import { TOTP } from 'otpauth'
import type { User } from '../../lib/user.ts'
import type { Credential, Request, Response } from './caller.ts'
import type { Held, Operate, Result } from './generator.ts'
import { type Instant, instant, type Outcome } from './history/operation.ts'
import { keepSecret } from './secrets.ts'

/** An authenticator app as its owner has it, and the recovery codes that came with it. */
export interface App {
  readonly secret: string
  readonly recoveryCodes: readonly string[]
}

/** What a login answers to the right password of a user with a second factor. */
export interface Challenge {
  readonly value: string
  readonly given: Instant
}

/** A link of a mail. */
export interface MailedLink {
  readonly token: string
  readonly given: Instant
}

export type Code = { readonly totp: string } | { readonly recoveryCode: string }

/** Names a secret in the history, without showing it. */
export const nameOf = (kind: string, value: string) => `${kind} ${hash('sha256', value, 'base64url').slice(0, 12)}`

const PERIOD_SECONDS = 30

/** @param steps away from the current one; the service accepts one each way, each once */
export function codeOf({ secret }: Pick<App, 'secret'>, steps = 0): Code & { readonly totp: string } {
  return { totp: new TOTP({ secret }).generate({ timestamp: Date.now() + steps * PERIOD_SECONDS * 1000 }) }
}

const namesOf = (code: Code, secret?: string) =>
  'totp' in code ? nameOf('step', `${secret} ${code.totp}`) : nameOf('recovery code', code.recoveryCode)

/** Requests about second factors and mailed links, as `createGenerator` makes them. */
export function factorRequests(
  operate: Operate,
  created: (response: Response) => object,
  heldOf: (result: Result, drawn: Omit<Held, 'id' | 'token'>) => Held | undefined,
  send: (request: Request) => Promise<Response | undefined>,
) {
  return {
    /** Shows a secret and activates it with the code of the step before the current one. */
    async enrol(held: Held): Promise<{ held: Held; app: App } | undefined> {
      const { json } = (await send({ method: 'POST', path: '/auth/factors/totp', by: held })) ?? {}
      if (json?.secret === undefined) return undefined
      const secret = keepSecret(json.secret)
      const code = codeOf({ secret }, -1)
      const request = { method: 'POST', path: '/auth/factors/totp/activate', by: held, body: { code: code.totp } }
      const fields = { user: held.user.id, sid: held.id, uses: [namesOf(code, secret)] }
      const result = await operate('enrol', fields, request, created)
      const next = heldOf(result, held)
      const recoveryCodes = (result.response?.json?.recoveryCodes ?? []).map(keepSecret)
      return next && { held: next, app: { secret, recoveryCodes } }
    },
    async removeFactor(held: Held): Promise<Held | undefined> {
      const request = { method: 'DELETE', path: '/auth/factors/totp', by: held }
      return heldOf(await operate('remove-factor', { user: held.user.id, sid: held.id }, request, created), held)
    },
    async resetFactors(user: User, by: Held): Promise<Outcome> {
      const request = { method: 'DELETE', path: `/admin/users/${user.id}/factors`, by }
      return (await operate('reset-factors', { user: user.id, sid: by.id }, request)).outcome
    },
    /** The first step of a sign-in with two factors. */
    async askChallenge(user: User, password: string): Promise<Challenge | undefined> {
      const body = { email: user.email, password, credential: 'bearer' }
      const request = { method: 'POST', path: '/auth/login', body }
      const { response } = await operate('login', { user: user.id, password }, request, created)
      const value = response?.json?.challenge
      return value === undefined ? undefined : { value: keepSecret(value), given: instant() }
    },
    async secondFactor(
      user: User,
      { value, given }: Challenge,
      code: Code,
      { password, secret }: { password: string; secret: string },
    ): Promise<Held | undefined> {
      const drawn = { user, kind: 'bearer' as Credential['kind'], address: '127.0.0.1' as const }
      const body = { challenge: value, ...code, credential: drawn.kind }
      const request = { method: 'POST', path: '/auth/login/second-factor', address: drawn.address, body }
      const uses = [nameOf('challenge', value), namesOf(code, secret)]
      return heldOf(await operate('second-factor', { user: user.id, password, uses, given }, request, created), drawn)
    },
    /** @param password in force until then, as far as the caller knows */
    async reset(user: User, { token, given }: MailedLink, newPassword: string, password: string): Promise<Outcome> {
      const request = { method: 'POST', path: '/auth/password/reset/complete', body: { token, newPassword } }
      const fields = { user: user.id, password, newPassword, uses: [nameOf('link', token)], given }
      return (await operate('reset', fields, request)).outcome
    },
    /** Asks for the mail with the link that changes the email. */
    async askEmailChange(held: Held, newEmail: string): Promise<void> {
      await send({ method: 'PUT', path: '/auth/email', by: held, body: { newEmail } })
    },
    async changeEmail(held: Held, { token, given }: MailedLink): Promise<Held | undefined> {
      const request = { method: 'POST', path: '/auth/email/complete', by: held, body: { token } }
      const fields = { user: held.user.id, sid: held.id, uses: [nameOf('link', token)], given }
      return heldOf(await operate('email-change', fields, request, created), held)
    },
    /** No end of all sessions voids the link of an undo. */
    async undoEmail(user: User, { token }: MailedLink): Promise<Outcome> {
      const request = { method: 'POST', path: '/auth/email/undo', body: { token } }
      return (await operate('email-undo', { user: user.id, uses: [nameOf('link', token)] }, request)).outcome
    },
    /** Asks for the mail of a reset. */
    async askReset(user: User): Promise<void> {
      await send({ method: 'POST', path: '/auth/password/reset', body: { email: user.email } })
    },
  }
}
