import { InvalidRequestError } from '../../lib/errors.ts'
import type { PresentedCode } from '../../lib/factors/second-factors.ts'

interface CodeFields {
  readonly totp?: string | undefined
  readonly recoveryCode?: string | undefined
}

/** The code of a body. @throws InvalidRequestError unless it has exactly one */
export function presentedCode(body: CodeFields): PresentedCode {
  const code = optionalCode(body)
  if (code) return code
  const part = { pointer: '/totp', detail: 'expected totp or recoveryCode' }
  throw new InvalidRequestError('The request body has no code. Send `totp` or `recoveryCode`.', [part])
}

/** The code of a body, if it has one. @throws InvalidRequestError if it has two */
export function optionalCode({ totp, recoveryCode }: CodeFields): PresentedCode | undefined {
  if (totp !== undefined && recoveryCode !== undefined) {
    const part = { pointer: '/recoveryCode', detail: 'expected either totp or recoveryCode' }
    throw new InvalidRequestError('The request body has two codes. Send one.', [part])
  }
  if (totp !== undefined) return { totp }
  return recoveryCode === undefined ? undefined : { recoveryCode }
}
