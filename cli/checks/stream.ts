import type { TableDescription } from '@aws-sdk/client-dynamodb'
import { type Finding, failed, ok, unknown } from '../finding.ts'
import type { Table } from './table.ts'

const VIEW = 'KEYS_ONLY'

/** Whether finish-sweeps hears of an interrupted end of all sessions, and of nothing more than a key. No call. */
export function checkStream({ name, local }: Table, description: TableDescription): Finding {
  if (local) return unknown(name, 'stream: a local engine calls no function')
  const { StreamSpecification: seen, Replicas = [], GlobalTableVersion } = description
  if (!seen?.StreamEnabled)
    return failed(
      name,
      'its stream is off: an interrupted end of all sessions waits for the next login',
      `Turn it on (${update(name, `StreamEnabled=true,StreamViewType=${VIEW}`)}) and deploy again: the function has to be given the new one.`,
    )
  const view = seen.StreamViewType
  // Replication to other Regions may want whole items; what is wrong with such replicas is said already.
  if (view === VIEW || Replicas.length > 0 || GlobalTableVersion) return ok(name, `its stream is on, ${view}`)
  return failed(
    name,
    `its stream carries ${view}, password hashes among them`,
    `Turn it off (${update(name, 'StreamEnabled=false')}), on again with ${VIEW}, and deploy again.`,
  )
}

const update = (name: string, specification: string) =>
  `\`aws dynamodb update-table --table-name ${name} --stream-specification ${specification}\``
