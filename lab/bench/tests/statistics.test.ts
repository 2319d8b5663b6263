import { describe, expect, test } from 'vitest'
import { summaryOf } from '../../shared/statistics.ts'
import { findingsTable, pageOf } from '../report.ts'
import { excessOf, orderOf, ratioOf } from '../rounds.ts'
import { figure, spread, timesOf } from '../section.ts'
import { blocksOf, takeTurns } from '../turns.ts'

// The parts of `npm run bench` that measure nothing; they need no peer installed.

const blocks = (...us: number[]) => us.map((each) => ({ us: each, cpuUs: each / 2 }))

describe('statistics', () => {
  test('summarizes samples as median and quartiles', () => {
    expect(summaryOf([5, 1, 2, 4, 3])).toEqual({ median: 3, low: 2, high: 4 })
    expect(summaryOf([7])).toEqual({ median: 7, low: 7, high: 7 })
  })

  test('takes ratios round by round, so that a slow moment of the machine cancels out', () => {
    const lane = blocks(10, 10, 100, 10)
    const to = blocks(5, 5, 50, 5)
    expect(ratioOf(lane, to)).toEqual({ median: 2, low: 2, high: 2 })
    expect(ratioOf(lane, to, 'cpuUs').median).toBe(2)
    expect(excessOf(lane, to)).toEqual({ median: 5, low: 5, high: 16.25 })
  })

  test('rejects lanes with different numbers of rounds', () => {
    expect(() => ratioOf(blocks(1), blocks(1, 2))).toThrow(RangeError)
  })

  test('starts each round with another lane, and reverses the order in every other cycle', () => {
    const rounds = Array.from({ length: 6 }, (_, round) => orderOf(['a', 'b', 'c'], round).join(''))
    expect(rounds).toEqual(['abc', 'bca', 'cab', 'cba', 'acb', 'bac'])
  })
})

describe('turns', () => {
  test('run one lane after the other, leave the warm-up out, and end with progress 1', async () => {
    const calls: string[] = []
    const shares: number[] = []
    let underWay = 0
    const lane = (name: string, own?: number) => ({
      name,
      ...(own && { calls: own }),
      async run() {
        expect(underWay++).toBe(0)
        calls.push(name)
        await Promise.resolve()
        underWay--
      },
    })
    const turns = { rounds: 2, calls: 2, warmUp: 1 }
    const measured = await takeTurns([lane('a'), lane('b', 3)], turns, (share) => shares.push(share))
    expect(calls.join('')).toBe('aabbb' + 'bbbaa' + 'bbbaa')
    expect(blocksOf(measured, 'a')).toHaveLength(2)
    expect(blocksOf(measured, 'b').every(({ us, cpuUs }) => us >= 0 && cpuUs >= 0)).toBe(true)
    expect(shares.at(-1)).toBe(1)
    expect(() => blocksOf(measured, 'c')).toThrow('no lane is called c')
  })
})

describe('report', () => {
  const findings = [
    { what: 'a check', target: '≤ 1.05', result: '0.99 (0.98–1.01)', met: true },
    { what: 'a handler', target: '≤ 1.10', result: '1.20 (1.10–1.30)', met: false },
    { what: 'a comparison', target: '–', result: '2.00' },
  ]

  test('shows each result beside its target', () => {
    expect(findingsTable(findings).split('\n').slice(2)).toEqual([
      '| a check | ≤ 1.05 | 0.99 (0.98–1.01) | met |',
      '| a handler | ≤ 1.10 | 1.20 (1.10–1.30) | **missed** |',
      '| a comparison | – | 2.00 |  |',
    ])
  })

  test('formats figures with decimals below 1,000 and with commas above', () => {
    expect([figure(1234.5, 1), figure(12.345, 1), figure(1_000_000)]).toEqual(['1,235', '12.3', '1,000,000'])
    expect(spread({ median: 1.034, low: 0.99, high: 1.1 })).toBe('1.03 (0.99–1.10)')
    expect(timesOf(new Map([['a lane', blocks(10, 20, 30)]]))).toContain('| a lane | 20.0 | 15.0–25.0 | 10.0 |')
  })

  test('names the machine and the parts that were left out', () => {
    const provenance = {
      command: 'npm run bench',
      commit: 'abc1234',
      started: '2026-11-26T12:00:00.000Z',
      minutes: 8.1,
      node: 'v24.0.0',
      sdk: '3.0.0',
      cores: 2,
      loadBefore: [0.1, 0.2, 0.3],
      loadAfter: [1.1, 1.2, 1.3],
      engine: 'dynalite 4.0.0',
      embedded: 'dynalite 4.0.0',
      isLocal: false,
      processor: 'a processor',
      peers: { jose: '6.0.0' },
    }
    const section = { title: 'A part', findings, text: 'How.', data: {} }
    const page = pageOf(provenance, [section], { rows: 1000, asked: 1_000_000 })
    for (const part of ['2026-11-26', 'abc1234', 'dynalite 4.0.0', '0.1 0.2 0.3', '1.1 1.2 1.3', 'jose 6.0.0'])
      expect(page).toContain(part)
    expect(page).toContain('no Java')
    expect(page).toContain('1,000 rows, not 1,000,000')
    expect(page.indexOf('| a check |')).toBeLessThan(page.indexOf('## A part'))
    const whole = pageOf({ ...provenance, isLocal: true }, [section], { rows: 1_000_000, asked: 1_000_000 })
    expect(whole).not.toContain('no Java')
    expect(whole).not.toContain('rows, not')
  })
})
