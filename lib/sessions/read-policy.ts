import type { ConfigReader } from '../config-reader.ts'
import { defined } from '../defined.ts'
import { DEFAULT_POLICY, type SessionPolicy } from '../session.ts'
import { systemClock } from '../system.ts'

const MAX_SESSION_SECONDS = 400 * 86_400 // the limit of a cookie's Max-Age (RFC 6265bis §5.5)

/** Reads the timeouts of sessions, `SESSION_…_SECONDS` and `SESSIONS_NOT_BEFORE`. */
export function readPolicy(read: ConfigReader, problems: string[]): SessionPolicy {
  const seconds = (name: 'IDLE' | 'LIFETIME' | 'RENEW', fallback: number, least: number) =>
    read.integer(`SESSION_${name}_SECONDS`, fallback, least, MAX_SESSION_SECONDS)
  const policy: SessionPolicy = {
    idleSeconds: seconds('IDLE', DEFAULT_POLICY.idleSeconds, 60),
    lifetimeSeconds: seconds('LIFETIME', DEFAULT_POLICY.lifetimeSeconds, 60),
    renewSeconds: seconds('RENEW', DEFAULT_POLICY.renewSeconds, 1),
    ...defined({ notBefore: read.pastTime('SESSIONS_NOT_BEFORE', systemClock()) }),
  }
  if (policy.renewSeconds >= policy.idleSeconds)
    problems.push(
      `\`SESSION_RENEW_SECONDS\`: expected less than \`SESSION_IDLE_SECONDS\` (${policy.idleSeconds}), got ${policy.renewSeconds}; sessions in use would expire`,
    )
  return policy
}
