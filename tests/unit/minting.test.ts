import { expect, test } from 'vitest'
import { mintInParallel } from '../support/minting.ts'

test('ids and secrets created in four parallel threads are unique and well-formed [CR-03]', async () => {
  const { ids, secrets } = await mintInParallel(4, 5000)
  expect(new Set(ids).size).toBe(20_000)
  expect(new Set(secrets).size).toBe(20_000)
  expect(ids.filter((id) => !/^[\w-]{21}$/.test(id))).toEqual([])
  expect(secrets.filter((secret) => !/^[\w-]{43}$/.test(secret))).toEqual([])
})
