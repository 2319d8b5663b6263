import { parentPort, workerData } from 'node:worker_threads'
import { mintToken } from '../../lib/sessions/session-token.ts'
import { systemRandomText } from '../../lib/system.ts'
import type { UserId } from '../../lib/user.ts'

// One of several threads that mint tokens at once, as execution environments of Lambda do.

const tokens = Array.from({ length: workerData }, () => mintToken('u'.repeat(21) as UserId, systemRandomText))
parentPort?.postMessage({
  ids: tokens.map(({ sessionId }) => sessionId),
  secrets: tokens.map(({ secret }) => secret.reveal()),
})
