import { beforeAll, expect, test } from 'vitest'
import { ENTRY_CEILINGS, type EntrySize, measureEntryPoints } from '../../scripts/entry-sizes.ts'
import { type FunctionSize, findEntryFaults, findFaults, findSdkFaults, measureDeployed } from '../../scripts/size.ts'
import { CEILINGS, KB } from '../../scripts/size-ceilings.ts'

// `npm run size`: what it measures and when it fails.

let sizes: FunctionSize[]
let sdkBytes: number
let entries: EntrySize[]
beforeAll(async () => {
  ;({ sizes, sdkBytes } = await measureDeployed())
  entries = await measureEntryPoints()
})

test('every function has exactly one ceiling and does not exceed it', () => {
  expect(sizes.length).toBeGreaterThan(0)
  expect(findFaults(sizes)).toEqual([])
})

test('the authorizer has at most 50 KB to parse before its first answer, and the SDK in a file of its own', () => {
  const { bytes } = CEILINGS.find(({ functions }) => functions.includes('authorizer')) ?? {}
  expect(bytes).toBeLessThanOrEqual(50 * KB)
  expect(findSdkFaults(sdkBytes)).toEqual([])
  for (const fault of [0, 1e9]) expect(findSdkFaults(fault)).toEqual([expect.stringContaining('sdk.mjs has')])
})

test('a function above its ceiling, without one or with two is reported', () => {
  const { bytes = 0 } = sizes.find(({ name }) => name === 'authorizer') ?? {}
  const lowered = CEILINGS.map((ceiling) =>
    ceiling.functions.includes('authorizer') ? { ...ceiling, bytes: bytes - 1 } : ceiling,
  )
  expect(findFaults(sizes, lowered)).toEqual([expect.stringContaining('authorizer is 1 bytes above its ceiling')])
  const without = CEILINGS.filter(({ functions }) => !functions.includes('authorizer'))
  expect(findFaults(sizes, without)).toEqual([expect.stringContaining('authorizer has no ceiling')])
  const twice = [...CEILINGS, { kind: 'again', bytes: 1e9, functions: ['login', 'gone'] }]
  expect(findFaults(sizes, twice)).toEqual([
    expect.stringContaining('login has more than one ceiling'),
    expect.stringContaining('is not a function'),
  ])
})

test('the parts of a function add up to its size and are sorted by size', () => {
  for (const { bytes, gzipBytes, parts } of sizes) {
    expect(parts.reduce((sum, part) => sum + part.bytes, 0)).toBe(bytes)
    expect(parts.map((part) => part.bytes)).toEqual(parts.map((part) => part.bytes).toSorted((a, b) => b - a))
    expect(gzipBytes).toBeGreaterThan(0)
    expect(gzipBytes).toBeLessThan(bytes)
  }
  const parts = (wanted: string) => sizes.find(({ name }) => name === wanted)?.parts.map(({ name }) => name)
  expect(parts('register')).toContain('lib/passwords/blocklist.ts')
  expect(parts('login')).toContain('bcryptjs')
  expect(parts('authorizer')).toContain('lib/dynamodb/')
})

test('no entry point of the package exceeds its ceiling, and one that does is reported', () => {
  expect(entries.length).toBe(Object.keys(ENTRY_CEILINGS).length)
  expect(findEntryFaults(entries)).toEqual([])
  const [first] = entries.map((entry) => ({ ...entry, bytes: 1e9 }))
  expect(findEntryFaults(first ? [first] : [])).toEqual([expect.stringContaining('bytes above its ceiling')])
})

test('no entry point has the AWS SDK in the bundle that coatcheck/esbuild makes', () => {
  expect(entries.filter(({ hasSdk }) => hasSdk)).toEqual([])
})

test('the settings of coatcheck/esbuild leave a tenth of a bundle with the AWS SDK to parse', () => {
  const withSdk = entries.filter(({ plainBytes }) => plainBytes > 100_000)
  expect(withSdk).toHaveLength(entries.length - 2) // not behind an authorizer, nor in a client
  for (const { name, bytes, plainBytes } of withSdk) expect(bytes, name).toBeLessThan(plainBytes / 9)
})
