import { parseEmail } from '../email.ts'
import type { Email } from '../user.ts'

/** The sender of mails, from a text such as `Example <auth@example.com>` or `auth@example.com`. */
export interface Sender {
  readonly address: Email
  readonly name: string | undefined
}

/** A name without quotes, brackets, separators and control characters, so that it needs no quoting but by RFC 2047. */
const NAMED = /^([^<>"(),:;@[\]\\\p{Cc}\p{Zl}\p{Zp}]{1,64}?)\s*<([^<>]+)>$/u

/** Parses a sender; `undefined` for any other text. */
export function parseSender(text: string): Sender | undefined {
  const [, name, bracketed] = NAMED.exec(text.trim()) ?? []
  const address = parseEmail(bracketed ?? text)
  return address && { address, name: name?.trim() }
}

/** A sender as a header's value: a name that is not plain ASCII becomes an encoded word (RFC 2047 §2). */
export function formatSender({ address, name }: Sender): string {
  if (!name) return address
  if (/^[\w !#$%&'*+/=?^`{|}~-]+$/.test(name)) return `${name} <${address}>`
  if (/^[\x20-\x7e]+$/.test(name)) return `"${name}" <${address}>`
  return `=?UTF-8?B?${Buffer.from(name).toString('base64')}?= <${address}>`
}
