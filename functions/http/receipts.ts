import { logEntry } from '../../lib/audit.ts'
import type { Deadline } from '../../lib/deadline.ts'
import { prefers } from '../../lib/http/preference.ts'
import type { HttpRequest } from '../../lib/http/request.ts'
import type { Log } from '../../lib/ports.ts'
import { type Revocation, signReceipt } from '../../lib/tokens/receipt.ts'
import { json, noContent } from './answer.ts'
import { type App, openTokenConfig } from './app.ts'
import type { JsonResponse } from './contract.ts'
import { openTokenKeys } from './token-app.ts'

/** Opens the receipts of an app. */
export function openReceipts({ config, client }: App) {
  const tokens = openTokenConfig(config)
  const keys = tokens && openTokenKeys(tokens, client)

  /**
   * Signs a receipt of a completed revocation, if the request prefers one (`Prefer: return=receipt`). The revocation counts
   * without it as well: if the key fails, the log says so. One call of the key.
   * @returns `undefined` without a key or without the preference
   */
  return async function receiptOf(
    http: HttpRequest,
    revocation: Revocation,
    deadline: Deadline,
    log: Log,
  ): Promise<string | undefined> {
    if (!keys || !prefers(http, 'return', 'receipt')) return undefined
    try {
      return await signReceipt({ key: await keys.signing(), issuer: config.origin }, revocation, deadline)
    } catch (error) {
      log(logEntry('receipt_missed', { error }))
      return undefined
    }
  }
}

/** A response that says that the preference of a receipt was followed (RFC 7240 §3), if there is a receipt. */
export function withPreference<T>(answer: JsonResponse<T>, receipt: string | undefined): JsonResponse<T> {
  if (receipt === undefined) return answer
  return { ...answer, headers: { ...answer.headers, 'preference-applied': 'return=receipt' } }
}

/** A 204 response; with a receipt, a 200 response that has it. */
export function done(receipt: string | undefined): JsonResponse<{ receipt: string } | undefined> {
  const answer = receipt === undefined ? noContent() : json(200, { receipt })
  return withPreference(answer as JsonResponse<{ receipt: string } | undefined>, receipt)
}
