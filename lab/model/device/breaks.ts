import type { Rule } from '../rules.ts'
import type { Start } from './combinations.ts'

/** Operations that break the promise of bound sessions without a rule. */
export interface DeviceBreak {
  readonly start: Start
  readonly operations: readonly string[]
  readonly violation: RegExp
}

const broken = (start: Start, operations: readonly string[], violation: RegExp): DeviceBreak => ({
  start,
  operations,
  violation,
})

/** Rules of bound sessions. */
export const DEVICE_BREAKS = {
  proofOnce: broken('bound', ['refresh', 'thief replays'], /^I10/),
  ownUntil: broken('bound', ['thief', 'refresh', 'time', 'more time'], /^D1/),
  ticketGrace: broken('bound', ['request', 'time'], /^I2/),
  afterRefresh: broken('unbound', ['register', 'request', 'time', 'more time'], /^I2/),
  bindOnce: broken('unbound', ['register', 'thief registers'], /^D3/),
} as const satisfies Partial<Record<Rule, DeviceBreak>>
