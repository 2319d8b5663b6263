import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { IP, USER_AGENT } from '../coatcheck.ts'
import type { Lane } from '../turns.ts'

/** A peer over a client and a table of its own, with one user who has signed in. */
export interface Peer {
  readonly lanes: readonly Lane[]
  /** What it was asked to do. */
  readonly text: string
}

export type OpenPeer = (client: DynamoDBClient, tableName: string) => Promise<Peer>

/** What every peer keeps of its guest: the same facts as are in Coatcheck's row. */
export const FACTS = {
  userId: 'V1StGXR8_Z5jdHi6B-myT',
  email: 'guest@example.com',
  name: 'A Guest',
  scopes: ['account'],
  createdAt: 1_795_000_000,
  authenticatedAt: 1_795_000_000,
  lastSeenAt: 1_795_000_000,
  endsAt: 1_797_592_000,
  userEpoch: 0,
  ip: IP,
  userAgent: USER_AGENT,
}
