import { expect, test } from 'vitest'
import { AUDIT_EVENTS } from '../../lib/audit-events.ts'
import { readConfiguration } from '../../local/framework.ts'
import { object } from '../../local/json.ts'
import { readService } from '../../local/service.ts'
import { DOCUMENTED, faultsOf, INVENTORY } from '../support/audit-lines.ts'

// `docs/audit-events.md` is the inventory required by OWASP ASVS 16.1.1.

test('docs/audit-events.md lists exactly the events that exist, with level and occasion [LG-08]', () => {
  expect(DOCUMENTED.map(({ event, level }) => [event, level])).toEqual(Object.entries(AUDIT_EVENTS))
  for (const { event, when } of DOCUMENTED) expect(when.length, event).toBeGreaterThan(5)
})

test('the examples in docs/audit-events.md are valid log lines of deployed functions [LG-08]', async () => {
  const { functions } = await readService('.', { stage: 'prod' })
  const deployed = functions.map(({ lambdaName }) => lambdaName)
  const examples = [...INVENTORY.matchAll(/^\{.*\}$/gm)].map(([line]) => JSON.parse(line))
  expect(examples).toHaveLength(4)
  for (const line of examples)
    expect([faultsOf(line), deployed]).toEqual([[], expect.arrayContaining([line.function_name])])
})

test('docs/audit-events.md states the deployed log retention [LG-08]', async () => {
  const { provider } = await readConfiguration('.', { stage: 'prod' }, (why) => new Error(why))
  expect(Number(/kept for (\d+) days/.exec(INVENTORY)?.[1])).toBe(object(provider).logRetentionInDays)
})

test('the queries in docs/audit-events.md name existing fields and events [LG-08]', () => {
  const fields = new Set(['event', 'ip', 'actor', 'function_request_id', ...DOCUMENTED.flatMap((row) => row.fields)])
  const named = [...INVENTORY.matchAll(/^\| fields @timestamp, (.*)$/gm)].flatMap(([, list = '']) => list.split(', '))
  expect(named).not.toEqual([])
  for (const field of named) expect(fields).toContain(field)
  for (const [, list = ''] of INVENTORY.matchAll(/filter event in \[(.*)\]/g))
    for (const event of JSON.parse(`[${list}]`)) expect(Object.keys(AUDIT_EVENTS)).toContain(event)
})
