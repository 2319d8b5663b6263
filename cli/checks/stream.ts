import type { TableDescription } from '@aws-sdk/client-dynamodb'
import { type Finding, failed, ok, unknown } from '../finding.ts'

interface StreamNeed {
  readonly view: 'KEYS_ONLY' | 'NEW_AND_OLD_IMAGES'
  /** What does not happen without the stream. */
  readonly off: string
  /** What is wrong with another view, which the stream carries. */
  readonly other: string
}

const NEEDS: Readonly<Record<'sessions' | 'users', StreamNeed>> = {
  sessions: {
    view: 'NEW_AND_OLD_IMAGES',
    off: 'timeouts of sessions are not recorded, and no events of sessions are published',
    other: 'from which neither timeouts nor events of sessions can be told',
  },
  users: {
    view: 'KEYS_ONLY',
    off: 'an interrupted revocation of all sessions is completed only at the next login',
    other: 'which includes password hashes',
  },
}

/** Checks that the stream of a table calls the functions that depend on it, and carries what they need. No call. */
export function checkStream(
  { name, local, role }: { readonly name: string; readonly local: boolean; readonly role: keyof typeof NEEDS },
  description: TableDescription,
): Finding {
  if (local) return unknown(name, 'stream: not checked on a local engine, whose streams npm start plays')
  const { StreamSpecification: stream, Replicas = [], GlobalTableVersion } = description
  const { view, off, other } = NEEDS[role]
  if (!stream?.StreamEnabled)
    return failed(
      name,
      `the stream is off: ${off}`,
      `Turn it on (${update(name, `StreamEnabled=true,StreamViewType=${view}`)}) and deploy again, which connects the functions to the new stream.`,
    )
  const found = stream.StreamViewType
  // Replication to other Regions may need whole items; the check of replicas reports unsafe replicas.
  if (found === view || Replicas.length > 0 || GlobalTableVersion) return ok(name, `the stream is on, ${found}`)
  return failed(
    name,
    `the stream carries ${found}, ${other}`,
    `Turn it off (${update(name, 'StreamEnabled=false')}), on again with ${view}, and deploy again.`,
  )
}

const update = (name: string, specification: string) =>
  `\`aws dynamodb update-table --table-name ${name} --stream-specification ${specification}\``
