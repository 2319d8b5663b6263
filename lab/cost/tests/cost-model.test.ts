import { readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { alternatives, bill } from '../alternatives.ts'
import { costOf, type Line, monthOf } from '../month.ts'
import { placeADay, writesOf } from '../population.ts'
import { SESSION_BYTES, sizeOfItem } from '../row-size.ts'
import { eventsPerDay, shareAnew } from '../spacing.ts'
import { DEFAULT_USAGE, LOGIN_MEMORY_MB, MONTH_DAYS, type Usage } from '../usage.ts'

// What the model says, against what was worked out by hand.

describe('an event with a pause after it', () => {
  test('happens on every request without a pause', () => {
    expect(eventsPerDay(0.01, 3600, 0)).toBeCloseTo(36)
  })

  test('happens once if the pause is as long as the time of use and a request comes', () => {
    expect(eventsPerDay(0.001, 1000, 1000)).toBeCloseTo(1 - Math.exp(-1))
  })

  test('happens twice only if a request comes after the first pause', () => {
    // Means of 2 and, after 500 seconds, of 1: P(1 or more) + P(2 or more).
    expect(eventsPerDay(0.002, 1000, 500)).toBeCloseTo(1 - Math.exp(-2) + (1 - 2 * Math.exp(-1)))
  })

  test('happens once per pause and mean wait over a long time', () => {
    expect(eventsPerDay(1 / 60, 960_000, 900) / 1000).toBeCloseTo(1, 3)
  })

  test('depends on the pause alone if requests are frequent, without a loss of precision', () => {
    expect(eventsPerDay(100, 10_000, 60)).toBeCloseTo(10_000 / 60.01, 0)
  })

  test('saves half of the reads if a row is kept for the mean time between requests', () => {
    expect(shareAnew(1 / 54, 0)).toBe(1)
    expect(shareAnew(1 / 54, 54)).toBeCloseTo(0.5)
    expect(shareAnew(1 / 54 / 10, 60)).toBeCloseTo(9 / 10)
  })
})

describe('the sessions of one device', () => {
  const ENDLESS: Usage = { ...DEFAULT_USAGE, logoutsPerMonth: 0, abandonedPerMonth: 0, revocationsPerMonth: 0 }

  test('begin every thirty days if nothing else ends them, and expire', () => {
    const { logins, logouts, revokes, liveRows, expiredRows } = placeADay(ENDLESS)
    expect(1 / logins).toBeCloseTo(30 + 54 / 86_400)
    expect([logouts, revokes]).toEqual([0, 0])
    expect(liveRows).toBeCloseTo(1, 4)
    expect(expiredRows).toBeCloseTo(1 / 30, 4) // a day of thirty
  })

  test('begin every other day if every second day ends with a logout', () => {
    const { logins, logouts, liveRows, expiredRows } = placeADay({ ...ENDLESS, logoutsPerMonth: MONTH_DAYS / 2 })
    expect(logins).toBeCloseTo(0.5, 3)
    expect(logouts).toBeCloseTo(0.5, 3)
    // Two days on average but for the night that follows: 21 of 48 hours, and two waits.
    expect(liveRows).toBeCloseTo(1 - (21 * 3600 + 54 + 54) / 172_800, 3)
    expect(expiredRows).toBeCloseTo(0)
  })

  test('stay stored after they are abandoned for the idle timeout, and then until TTL deletes them', () => {
    const left = placeADay({ ...ENDLESS, abandonedPerMonth: MONTH_DAYS / 2 })
    expect(left.logins).toBeCloseTo(0.5, 3)
    expect(left.liveRows).toBeCloseTo(1 - (21 * 3600 + 108) / 172_800 + 0.5 * 7, 1)
    expect(left.expiredRows).toBeCloseTo(0.5, 3)
  })

  test('are renewed as often as requests require, less one renewal for each login', () => {
    const { renewals, logins } = placeADay(ENDLESS)
    expect(renewals).toBeCloseTo(eventsPerDay(200 / 10_800, 10_800, 900) - logins / 2)
    expect(writesOf({ renewals: 4, logins: 3, logouts: 2, revokes: 1 })).toBe(10)
  })
})

describe('a bill', () => {
  test('multiplies quantities by prices, tier by tier, and is the sum of its parts', () => {
    const lines: Line[] = [
      { what: 'reads', price: 'readUnits', quantity: 8e6, part: 'checks' },
      { what: 'requests', price: 'httpApiRequests', quantity: 100e6, part: 'sign-in' },
      { what: 'more of them', price: 'httpApiRequests', quantity: 300e6, part: 'checks' },
    ]
    expect(costOf(lines)).toBeCloseTo(1 + 300 + 90)
    expect(costOf(lines, ({ part }) => part === 'checks')).toBeCloseTo(1 + (390 * 3) / 4)
  })

  test('of the default usage has one read per check and the time of the check', () => {
    const [inHandler, authorizer] = alternatives(DEFAULT_USAGE)
    const month = monthOf(DEFAULT_USAGE)
    expect(month.checks).toBeCloseTo((1e6 * 200 * 730) / 24)
    const quantity = (of: typeof inHandler, what: string) => of?.lines.find((line) => line.what === what)?.quantity
    expect(quantity(inHandler, 'checks: reads')).toBeCloseTo(month.checks)
    expect(quantity(inHandler, 'checks: time in the handler')).toBeCloseTo(month.checks * 0.005 * 0.5)
    expect(quantity(authorizer, 'authorizer: invocations')).toBeCloseTo(month.checks)
  })

  test('of checks alone equals the published calculation for 256 MB', () => {
    const usage: Usage = { ...DEFAULT_USAGE, memoryMb: 256 }
    const million = (index: number) => {
      const lines = alternatives(usage)[index]?.lines.filter(({ what }) => /^(checks|authorizer): /.test(what)) ?? []
      return (costOf(lines) / monthOf(usage).checks) * 1e6
    }
    expect(million(0)).toBeCloseTo(0.142, 3) // in the handler
    expect(million(1)).toBeCloseTo(0.352, 3) // authorizer
    expect(million(3)).toBeCloseTo(0.207, 3) // JWT in an authorizer
  })

  test('has half the read units with eventually consistent checks, and fewer with staleness', () => {
    const reads = (usage: Usage) =>
      alternatives(usage)[0]?.lines.find(({ what }) => what === 'checks: reads')?.quantity ?? Number.NaN
    const [all] = [reads(DEFAULT_USAGE)]
    expect(reads({ ...DEFAULT_USAGE, consistency: 'eventual' })).toBeCloseTo(all / 2)
    expect(reads({ ...DEFAULT_USAGE, maxStalenessSeconds: 54, processes: 1 })).toBeCloseTo(all / 2)
    expect(alternatives({ ...DEFAULT_USAGE, maxStalenessSeconds: 54 })[0]?.delaySeconds).toBe(54)
  })

  test('follows the tiers of Cognito and the minimum charge of Valkey', () => {
    const totals = (users: number) => {
      const usage = { ...DEFAULT_USAGE, users }
      return alternatives(usage).map((each) => bill(each, monthOf(usage)).total)
    }
    expect(totals(1e4).slice(5, 7)).toEqual([0, 0])
    expect(totals(1e6)[5]).toBeCloseTo(90_000 * 0.0055 + 900_000 * 0.0046)
    expect(totals(1e6)[6]).toBeCloseTo(990_000 * 0.015)
    expect(totals(1)[7]).toBeCloseTo(0.1 * 0.084 * 730, 2)
  })

  test('with a cache of 0 seconds equals the bill without a cache', () => {
    const [, without, cached] = alternatives({ ...DEFAULT_USAGE, authorizerTtlSeconds: 0 })
    expect(cached?.lines).toEqual(without?.lines)
  })
})

test('computes the size of an item by the rules of DynamoDB’s developer guide', () => {
  expect(sizeOfItem({ id: { S: 'é' } })).toBe(4)
  expect(sizeOfItem({ n: { N: '1795651199' } })).toBe(1 + 6)
  expect(sizeOfItem({ n: { N: '604800' } })).toBe(1 + 3)
  expect(sizeOfItem({ b: { B: new Uint8Array(32) }, t: { BOOL: true } })).toBe(33 + 2)
  expect(sizeOfItem({ l: { L: [{ S: 'ab' }, { S: 'c' }] } })).toBe(1 + 3 + 3 + 2)
  expect(SESSION_BYTES).toBeLessThan(1024)
})

test('assumes the memory sizes of serverless.yml', async () => {
  const text = await readFile('serverless.yml', 'utf8')
  const provider = /^provider:[\s\S]*?memorySize: (\d+)/m.exec(text)?.[1]
  const login = /^ {2}login:[\s\S]*?memorySize: (\d+)/m.exec(text)?.[1]
  expect([Number(provider), Number(login)]).toEqual([DEFAULT_USAGE.memoryMb, LOGIN_MEMORY_MB])
  expect(text).toContain('architecture: arm64')
})
