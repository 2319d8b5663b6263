import { Problem } from 'coatcheck/client'
import { expect } from 'vitest'

/** Expects a call to fail with a `Problem`, and returns it. */
export async function failureOf(call: Promise<unknown>): Promise<Problem> {
  const outcome = await call.then(
    (answer) => ({ answer }),
    (error: unknown) => error,
  )
  if (!(outcome instanceof Problem)) throw new Error('The call did not fail with a Problem', { cause: outcome })
  expect(outcome).toBeInstanceOf(Error)
  expect(outcome).toMatchObject({ name: 'Problem', message: outcome.detail, detail: expect.stringMatching(/\S/) })
  return outcome
}
