import { rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect } from 'vitest'
import { toSessionItem } from '../../lib/dynamodb/session-item.ts'
import { formatToken, hashSecret, mintToken } from '../../lib/sessions/session-token.ts'
import { systemClock, systemRandomText } from '../../lib/system.ts'
import { type CallFault, startFakeDynamodb } from './fake-dynamodb.ts'
import { runInLambda } from './lambda-process.ts'
import { marshalled } from './marshalled.ts'
import { newUserId, sampleRow } from './samples.ts'

/**
 * Expects a bundled check to answer without the SDK, to answer with it after a failed call, and to name the file with
 * it if that is missing; the file is removed for it.
 * @param expected a part of the answer to a valid session
 */
export async function expectFallback(file: string, expected: object): Promise<void> {
  const token = mintToken(newUserId(), systemRandomText)
  const now = systemClock()
  const row = sampleRow({
    ...{ userId: token.userId, id: token.sessionId, secretHash: hashSecret(token.secret) },
    ...{ createdAt: now, authenticatedAt: now, lastSeenAt: now, expiresAt: now + 1000, endsAt: now + 1000 },
  })
  const event = {
    ...{ version: '2.0', rawPath: '/', headers: { authorization: `Bearer ${formatToken(token).reveal()}` } },
    requestContext: { http: { method: 'GET', path: '/' } },
  }
  const fake = await startFakeDynamodb(marshalled(toSessionItem(row)))
  const answer = async (fault?: CallFault) => {
    let isFirst = true
    Object.assign(fake, { calls: [], direct: 0 })
    fake.fault = ({ sessionId }) => {
      if (!isFirst || sessionId !== row.id) return undefined // the read during init
      isFirst = false
      return fault
    }
    const answered = await runInLambda(file, event, fake.port)
    return { answered, bySdk: fake.calls.length - fake.direct }
  }
  try {
    expect(await answer()).toEqual({ answered: expect.objectContaining(expected), bySdk: 0 })
    expect(await answer('failed')).toEqual({ answered: expect.objectContaining(expected), bySdk: 1 })
    await rm(join(dirname(file), 'sdk.mjs'))
    expect(await answer()).toEqual({ answered: expect.objectContaining(expected), bySdk: 0 })
    const { answered, bySdk } = await answer('failed')
    expect(bySdk).toBe(0)
    expect(JSON.stringify(answered)).toMatch(/sdk\.mjs is missing|unavailable/)
  } finally {
    await fake.close()
  }
}
