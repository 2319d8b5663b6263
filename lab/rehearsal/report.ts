import Table from 'cli-table3'
import type { AttributedCall } from './machine/dynamodb-host.ts'
import type { Sandbox } from './machine/sandbox.ts'
import type { Judgement } from './rights/judge.ts'
import { isUnused } from './rights-page.ts'

/** The table of a rehearsal: functions, calls, rights without use, milliseconds. */
export function reportTable(
  sandboxes: Iterable<Sandbox>,
  calls: readonly AttributedCall[],
  { rights }: Judgement,
): string {
  const table = new Table({
    head: ['function', 'processes', 'init ms', 'invocations', 'median ms', 'calls', 'rights', 'unused'],
    colAligns: ['left', 'right', 'right', 'right', 'right', 'right', 'right', 'right'],
    style: { head: [], border: [], compact: true },
  })
  for (const { definition, initMs, durationsMs } of sandboxes) {
    const held = rights.filter(({ roleId }) => roleId === definition.roleId)
    const made = calls.filter(({ functionName }) => functionName === definition.name)
    table.push(
      [
        definition.name,
        initMs.length,
        median(initMs).toFixed(0),
        durationsMs.length,
        median(durationsMs).toFixed(1),
        made.length,
        held.length,
        held.filter(isUnused).length,
      ].map(String),
    )
  }
  return table.toString()
}

const median = (values: readonly number[]) =>
  values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0
