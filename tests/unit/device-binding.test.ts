import { describe, expect, test } from 'vitest'
import { admitsTicket, type DeviceBinding } from '../../lib/device/binding.ts'
import { challengeTime, isTicket, mintChallenge, mintTicket, TICKET_GRACE_SECONDS } from '../../lib/device/ticket.ts'
import { NOW } from '../support/samples.ts'

// Sessions bound to a device: the bound cookie, the challenges, and what a check admits. `lab/model/device` has the order.

const SECRET = new Uint8Array(32).fill(1)
const OTHER = new Uint8Array(32).fill(2)

describe('a ticket', () => {
  const ticket = mintTicket(SECRET, NOW)

  test('is good until its own end, and for as long as a request stays in flight', () => {
    expect(isTicket(ticket, SECRET, NOW)).toBe(true)
    expect(isTicket(ticket, SECRET, NOW + TICKET_GRACE_SECONDS - 1)).toBe(true)
    expect(isTicket(ticket, SECRET, NOW + TICKET_GRACE_SECONDS)).toBe(false)
  })

  test('is good for no other session', () => {
    expect(isTicket(ticket, OTHER, NOW)).toBe(false)
  })

  test.each([
    '',
    '.',
    `${NOW}`,
    `${NOW}.`,
    `${NOW + 1}.${ticket.split('.')[1]}`,
    `0${ticket}`,
    `${ticket}A`,
    ` ${ticket}`,
    `${ticket}.${ticket}`,
    mintChallenge(SECRET, NOW),
  ])('is not %j', (text) => {
    expect(isTicket(text, SECRET, NOW)).toBe(false)
  })
})

test('a challenge has its time, and a ticket is none', () => {
  const challenge = mintChallenge(SECRET, NOW * 1000 + 7)
  expect(challengeTime(challenge, SECRET)).toBe(NOW * 1000 + 7)
  expect(challengeTime(challenge, OTHER)).toBeUndefined()
  expect(challengeTime(mintTicket(SECRET, NOW), SECRET)).toBeUndefined()
})

describe('a check', () => {
  const bound: DeviceBinding = { key: 'thumbprint', secret: SECRET, proofAt: 1, from: NOW }
  const late = NOW + TICKET_GRACE_SECONDS
  const { from: _, ...registered } = bound

  test('needs a ticket of a bound session once its first refresh is past', () => {
    expect(admitsTicket(bound, undefined, late)).toBe(false)
    expect(admitsTicket(bound, mintTicket(OTHER, late), late)).toBe(false)
    expect(admitsTicket(bound, mintTicket(SECRET, late), late)).toBe(true)
    expect(admitsTicket(bound, mintTicket(SECRET, NOW), late)).toBe(false)
  })

  test('needs none before, nor of a session that is not bound', () => {
    expect(admitsTicket(bound, undefined, late - 1)).toBe(true)
    expect(admitsTicket(registered, undefined, late)).toBe(true)
    expect(admitsTicket(undefined, undefined, late)).toBe(true)
  })
})
