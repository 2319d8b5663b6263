import type { TableDescription } from '@aws-sdk/client-dynamodb'
import { type Finding, failed, ok, unknown } from '../finding.ts'

const VIEW = 'KEYS_ONLY'

/** Checks that the stream calls finish-sweeps after an interrupted revocation, and carries only keys. No call. */
export function checkStream(
  { name, local }: { readonly name: string; readonly local: boolean },
  description: TableDescription,
): Finding {
  if (local) return unknown(name, 'stream: not checked on a local engine, whose streams npm start plays')
  const { StreamSpecification: stream, Replicas = [], GlobalTableVersion } = description
  if (!stream?.StreamEnabled)
    return failed(
      name,
      'the stream is off: an interrupted revocation of all sessions is completed only at the next login',
      `Turn it on (${update(name, `StreamEnabled=true,StreamViewType=${VIEW}`)}) and deploy again, which connects the function to the new stream.`,
    )
  const view = stream.StreamViewType
  // Replication to other Regions may need whole items; the check of replicas reports unsafe replicas.
  if (view === VIEW || Replicas.length > 0 || GlobalTableVersion) return ok(name, `the stream is on, ${view}`)
  return failed(
    name,
    `the stream carries ${view}, which includes password hashes`,
    `Turn it off (${update(name, 'StreamEnabled=false')}), on again with ${VIEW}, and deploy again.`,
  )
}

const update = (name: string, specification: string) =>
  `\`aws dynamodb update-table --table-name ${name} --stream-specification ${specification}\``
