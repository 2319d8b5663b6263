import { expect } from 'vitest'
import type { Answer } from './http.ts'
import type { Call } from './proxy.ts'
import type { TestService } from './service.ts'

/** The configuration of a service behind a trusted proxy, which sends the client's address in a header. */
export const BEHIND_PROXY = { CLIENT_IP_HEADER: 'X-Client-Ip', ORIGIN_VERIFY_SECRET: 'v'.repeat(40) }
/** What that proxy adds to a request from this address. */
export const from = (ip: string) => ({ 'x-client-ip': ip, 'x-origin-verify': BEHIND_PROXY.ORIGIN_VERIFY_SECRET })

/** A login for a bearer token. */
export const logIn = (
  service: TestService,
  email: string,
  password: string,
  headers: Record<string, string | string[]> = {},
): Promise<Answer> =>
  service.request('POST', '/auth/login', { body: { email, password, credential: 'bearer' }, headers })

/**
 * How many of the refused logins among these calls were verified: each reads the email's pointer and then the user,
 * which it verifies against, and nothing of the users besides.
 */
export function verifications(service: TestService, calls: readonly Call[] = service.proxy.calls): number {
  const isRead = ({ operation, table, attempt }: Call) =>
    operation === 'GetItem' && table === service.tables.users && attempt === 1
  return calls.filter(isRead).length / 2
}

/** An answer without what is its own in any case: who asks, when, and how long there is to wait. */
export function face({ status, text, headers, setCookie }: Answer): object {
  const { date, 'apigw-requestid': _, 'retry-after': __, ...rest } = headers
  expect(date).toBeDefined()
  return { status, text: text.replace(/"urn:uuid:[0-9a-f-]{36}"/, '"…"'), headers: rest, setCookie }
}

export const inParallel = <T>(times: number, act: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: times }, (_, index) => act(index)))

/** So many at once, that the machine of a test has connections for them. */
export async function inBatches<T>(times: number, size: number, act: (index: number) => Promise<T>): Promise<T[]> {
  const all: T[] = []
  while (all.length < times) {
    const start = all.length
    all.push(...(await inParallel(Math.min(size, times - start), (i) => act(start + i))))
  }
  return all
}
