import { expect, test } from 'vitest'
import { alternatives } from '../alternatives.ts'
import { charge, PRICES, REGION } from '../prices.ts'
import { DEFAULT_USAGE } from '../usage.ts'

test.each(Object.entries(PRICES))('%s has a unit, a date, a source and an address', (_, price) => {
  expect(price.name).toMatch(/\S/)
  expect(price.unit).toMatch(/^(million|user|GB-(month|hour|second))$/)
  expect(price.seen).toMatch(/^20\d\d-\d\d-\d\d$/)
  expect(Date.parse(price.seen)).not.toBeNaN()
  expect(price.source.length).toBeGreaterThan(20)
  expect(price.url).toMatch(/^https:\/\/aws\.amazon\.com\/[\w-]+\/pricing\//)
  expect(['confirmed', 'reported', 'unconfirmed']).toContain(price.standing)
  const ends = price.tiers.map(({ upTo = Number.POSITIVE_INFINITY }) => upTo)
  expect(ends).toEqual(ends.toSorted((a, b) => a - b))
  expect(ends.at(-1), 'the last tier has no end').toBe(Number.POSITIVE_INFINITY)
})

test('have one Region, and every bill uses known prices', () => {
  expect(REGION).toBe('us-east-1')
  const used = new Set(alternatives(DEFAULT_USAGE).flatMap(({ lines }) => lines.map(({ price }) => price as string)))
  expect([...used, 'restApiRequests'].sort()).toEqual(Object.keys(PRICES).sort())
})

test('charges a quantity tier by tier', () => {
  expect(charge('readUnits', 2e6)).toBeCloseTo(0.25)
  expect(charge('httpApiRequests', 301e6)).toBeCloseTo(300.9)
  expect(charge('cognitoLite', 10_000)).toBe(0)
  expect(charge('cognitoLite', 10_001)).toBeCloseTo(0.0055)
  expect(charge('cognitoLite', 20e6)).toBeCloseTo(495 + 4140 + 29_250 + 25_000)
})
