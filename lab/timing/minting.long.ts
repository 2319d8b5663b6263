import { expect, test } from 'vitest'
import { mintInParallel } from '../../tests/support/minting.ts'
import { report, starting } from './report.ts'

test('a million ids and a million secrets from four threads at once are unique [CR-03]', async () => {
  const started = starting()
  const { ids, secrets } = await mintInParallel(4, 250_000)
  const unique = [new Set(ids).size, new Set(secrets).size]
  await report(
    'CR-03 Ids of parallel threads',
    started,
    `Of ${ids.length.toLocaleString('en')} session ids and as many secrets, minted by four threads at once, ${unique.map((count) => count?.toLocaleString('en')).join(' and ')} are unique.`,
  )
  expect(unique).toEqual([1_000_000, 1_000_000])
})
