import type { Problem } from '../client/index.ts'
import { fieldProblem } from './action.ts'
import { text } from './text.ts'

/** A code of an authenticator app, or a recovery code. The names are those of the request bodies. */
export type CodeKind = 'totp' | 'recoveryCode'

/** The message to show at the field of a code. */
export function codeProblem(kind: CodeKind, problem: Problem | undefined): string | undefined {
  const { wrongTotp, wrongRecoveryCode } = text.secondFactor
  if (problem?.code === 'wrong_code') return kind === 'totp' ? wrongTotp : wrongRecoveryCode
  return fieldProblem(problem, `/${kind}`)
}
