import { describe, expect, test } from 'vitest'
import { check } from '../checker/checker.ts'
import { historyOf } from '../history/sample.ts'
import { highestRate } from './capacity.ts'
import { componentOf, trendOf } from './resources.ts'
import { arrivals, type Stretch, scaled, totalOf } from './schedule.ts'
import { ALL_STORMS, type Storm, sustainableRates } from './storm-catalogue.ts'
import { withoutCorruption } from './storms.ts'

describe('arrivals', () => {
  const rates = { me: 30, login: 10 }
  const all = (stretches: Stretch[], seed = 1) => [...arrivals(stretches, seed)]

  test('are the same for the same seed and differ for another seed', () => {
    const stretches: Stretch[] = [{ seconds: 5, rates, spacing: 'poisson' }]
    expect(all(stretches)).toEqual(all(stretches))
    expect(all(stretches, 2)).not.toEqual(all(stretches))
  })
  test('have even gaps by default and the requested number', () => {
    const even = all([{ seconds: 2, rates }])
    expect(even).toHaveLength(80)
    expect(even.slice(0, 3).map(({ at }) => at)).toEqual([12_500, 37_500, 62_500])
  })
  test('with Poisson spacing have exponential gaps and about the requested number', () => {
    const drawn = all([{ seconds: 100, rates, spacing: 'poisson' }])
    expect(Math.abs(drawn.length - 4000)).toBeLessThan(4 * Math.sqrt(4000))
    const gaps = drawn.slice(1).map(({ at }, i) => at - (drawn[i]?.at ?? 0))
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length
    const deviation = Math.sqrt(gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length)
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(0)
    expect(deviation / mean).toBeCloseTo(1, 1) // 0 with even gaps
  })
  test('keep the proportions of the rates', () => {
    const drawn = all([{ seconds: 100, rates }])
    expect(drawn.filter(({ kind }) => kind === 'login').length / drawn.length).toBeCloseTo(0.25, 1)
  })
  test('of each stretch follow those of the stretch before, and a stretch without rates has none', () => {
    const two = all([
      { seconds: 1, rates: { me: 2 } },
      { seconds: 1, rates: {} },
      { seconds: 1, rates: { login: 1 } },
    ])
    expect(two).toEqual([
      { at: 250_000, kind: 'me' },
      { at: 750_000, kind: 'me' },
      { at: 2_500_000, kind: 'login' },
    ])
  })
  test('can be scaled', () => {
    expect(totalOf(scaled(rates, 0.5))).toBe(20)
  })
})

describe('the highest rate', () => {
  const search = async (limit: number, first: number) => {
    const tried: number[] = []
    const found = await highestRate(async (rate) => {
      tried.push(rate)
      return rate <= limit
    }, first)
    return { found, tried }
  }
  test.each([
    [137, 10],
    [1000, 10],
    [10, 10],
    [3.3, 10],
    [19, 20],
  ])('of %s is found from %s to a tenth', async (limit, first) => {
    const { found, tried } = await search(limit, first)
    expect(found).toBeLessThanOrEqual(limit)
    expect(found * 1.1).toBeGreaterThan(limit * 0.99)
    expect(tried.length).toBeLessThan(16)
    expect(new Set(tried).size).toBe(tried.length)
  })
  test('is 0 if no rate is carried', async () => {
    expect((await search(0, 16)).found).toBe(0)
  })
})

describe('the trend of memory', () => {
  const hour = 3_600_000
  const line = (slope: number, noise: number) =>
    Array.from({ length: 101 }, (_, i) => ({
      at: 1_800_000_000_000 + (i * hour) / 100,
      rssMb: 80 + (slope * i) / 100 + (i % 2 === 0 ? noise : -noise),
    }))
  test('is exact for a straight line', () => {
    expect(trendOf(line(12, 0))?.mbPerHour).toBeCloseTo(12, 6)
    expect(trendOf(line(12, 0))?.standardError).toBeCloseTo(0, 6)
  })
  test('has a standard error', () => {
    const trend = trendOf(line(0, 5))
    expect(Math.abs(trend?.mbPerHour ?? Infinity)).toBeLessThan(3 * (trend?.standardError ?? 0))
    expect(trend?.standardError).toBeCloseTo(1.72, 2)
  })
  test('is undefined for two samples', () => {
    expect(trendOf(line(1, 0).slice(0, 2))).toBeUndefined()
  })
  test('of a component is the sum of its processes', () => {
    const samples = [1, 2].flatMap((pid) => line(3, 0).map((each, i) => ({ ...each, pid, cpuMs: i * hour * 0.001 })))
    const component = componentOf('workers', samples)
    expect(component).toMatchObject({ processes: 2, rssStartMb: 160, rssEndMb: 166 })
    expect(component.cpuShare).toBeCloseTo(0.2, 6)
    expect(component.trend?.mbPerHour).toBeCloseTo(6, 6)
  })
})

test('a refusal caused by a corrupted item is not a violation, an acceptance is', () => {
  const storm = stormOf('F15 corrupted item, 100 %')
  const window = { name: storm.name, from: 1000, to: 2000 }
  const played = [{ storm, window, traffic: { calls: 0, firstTries: 0, mostTries: 0 } }]
  const clausesOf = (text: string) =>
    check(withoutCorruption(historyOf(text), played)).violations.map(({ clause }) => clause)
  expect(clausesOf('0-10 login >a; 1500-1510 me a deny; 3000-3010 me a')).toEqual([])
  expect(clausesOf('0-10 login >a; 500-510 me a deny; 3000-3010 me a')).toEqual(['K2 denied', 'K4 resurrected'])
  expect(clausesOf('0-10 login >a; 20-30 logout a; 1500-1510 me a')).toEqual(['K1 revoked'])
  expect(clausesOf('0-10 login >a; 0-10 login >b; 1500-1510 list a listed=a; 3000-3010 me b')).toEqual([])
  expect(clausesOf('0-10 login >a; 0-10 login >b; 500-510 list a listed=a; 3000-3010 me b')).toContain('K2 denied')
})

test('a fault that delays requests lowers the load to what the workers carry, and drops no kind of request', () => {
  const rates = { me: 40, login: 6, 'revoke-all': 0.4 }
  const workers = { light: 4, heavy: 4 }
  const of = (name: string) => sustainableRates(rates, stormOf(name), workers)
  expect(of('F13 stale, 100 %')).toEqual(rates)
  const silent = of('F4 silent, 100 %')
  expect((silent.me ?? 0) * 2).toBeLessThanOrEqual(2)
  expect((silent.login ?? 0) * 2).toBeLessThanOrEqual(2)
  expect(silent['revoke-all']).toBeGreaterThan(0)
  expect(of('F10 unprocessed all, 100 %')).toMatchObject({ login: 6 })
  expect(new Set(ALL_STORMS.map(({ name }) => name)).size).toBe(ALL_STORMS.length)
})

function stormOf(name: string): Storm {
  const storm = ALL_STORMS.find((each) => each.name === name)
  if (!storm) throw new Error(`There is no storm "${name}".`)
  return storm
}
