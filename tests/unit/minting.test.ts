import { expect, test } from 'vitest'
import { draws } from '../support/draws.ts'
import { mintInParallel } from '../support/minting.ts'

test('ids and secrets created in four parallel threads are unique and well-formed [CR-03]', async () => {
  const each = draws(500, 5000)
  const { ids, secrets } = await mintInParallel(4, each)
  expect(new Set(ids).size).toBe(4 * each)
  expect(new Set(secrets).size).toBe(4 * each)
  expect(ids.filter((id) => !/^[\w-]{21}$/.test(id))).toEqual([])
  expect(secrets.filter((secret) => !/^[\w-]{43}$/.test(secret))).toEqual([])
})
