import { BlockList, isIP } from 'node:net'
import { isLive, type SessionRow } from '../../lib/session.ts'
import type { EpochSeconds } from '../../lib/system.ts'
import { UsageError } from '../command.ts'

/** Which sessions `sessions revoke` selects without a user; all options must match. */
export interface CriteriaOptions {
  readonly all?: boolean
  readonly createdBefore?: string
  readonly ip?: string
  readonly scope?: string
  readonly idleFor?: string
}

export interface Criteria {
  /** In words, for the question. */
  readonly description: string
  /**
   * Whether a live session is selected. A session that was created after `startedAt` is selected only if it replaced
   * another session since then: new logins keep their sessions.
   */
  matches(row: SessionRow, startedAt: EpochSeconds): boolean
}

/** @throws UsageError for an invalid value, and if nothing selects */
export function parseCriteria({ all, createdBefore, ip, scope, idleFor }: CriteriaOptions): Criteria {
  const parts: { readonly text: string; matches(row: SessionRow, startedAt: EpochSeconds): boolean }[] = []
  if (createdBefore !== undefined) {
    const limit = parseTime(createdBefore, '--created-before')
    const matches = (row: SessionRow, startedAt: EpochSeconds) =>
      row.createdAt < limit || isSuccessorSince(row, startedAt)
    parts.push({ text: `created before ${createdBefore}`, matches })
  }
  if (ip !== undefined) {
    const addresses = parseAddresses(ip)
    parts.push({ text: `from ${ip}`, matches: (row) => isIn(addresses, row.ip) })
  }
  if (scope !== undefined)
    parts.push({ text: `with the scope ${scope}`, matches: ({ scopes }) => scopes.some((held) => held === scope) })
  if (idleFor !== undefined) {
    const seconds = parseDuration(idleFor)
    parts.push({ text: `idle for ${idleFor}`, matches: (row, at) => row.lastSeenAt <= at - seconds })
  }
  if (all !== true && parts.length === 0)
    throw new UsageError(
      'No session is selected.',
      'Give a user, or select sessions of all users by --all, --created-before, --ip, --scope or --idle-for.',
    )
  if (all === true && parts.length > 0)
    throw new UsageError('--all and a selection exclude each other.', 'Give --all, or the options that select.')
  return {
    description: ['all sessions', parts.map(({ text }) => text).join(', ')].filter(Boolean).join(' '),
    matches: (row, startedAt) =>
      isLive(row, startedAt) &&
      (row.createdAt <= startedAt || isSuccessorSince(row, startedAt)) &&
      parts.every((part) => part.matches(row, startedAt)),
  }
}

/** Whether a session replaced another session at or after this time. */
const isSuccessorSince = ({ replaced = [] }: SessionRow, time: EpochSeconds) =>
  replaced.some(({ replacedAt }) => replacedAt >= time)

/** @throws UsageError for text that is neither a day nor a time with its offset */
export function parseTime(text: string, option: string): EpochSeconds {
  const time = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d))?$/.test(text)
    ? Date.parse(text) / 1000
    : Number.NaN
  if (Number.isFinite(time)) return time
  throw new UsageError(
    `Invalid ${option} ${JSON.stringify(text)}.`,
    'Expected a day or a time with its offset, such as 2026-11-30 or 2026-11-30T12:00:00Z.',
  )
}

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 }

function parseDuration(text: string): number {
  const [, number, unit = ''] = /^([1-9]\d{0,8})(s|m|h|d)$/.exec(text) ?? []
  if (number !== undefined) return Number(number) * (UNITS[unit] ?? 1)
  throw new UsageError(`Invalid --idle-for ${JSON.stringify(text)}.`, 'Expected a duration such as 90m, 12h or 30d.')
}

function parseAddresses(text: string): BlockList {
  const [address = '', prefix, ...rest] = text.split('/')
  const version = isIP(address)
  const width = version === 4 ? 32 : 128
  const bits = prefix === undefined ? width : /^\d{1,3}$/.test(prefix) ? Number(prefix) : Number.NaN
  if (version === 0 || rest.length > 0 || !(bits <= width))
    throw new UsageError(
      `Invalid --ip ${JSON.stringify(text)}.`,
      'Expected an address or a network, such as 192.0.2.7, 192.0.2.0/24 or 2001:db8::/48.',
    )
  const list = new BlockList()
  list.addSubnet(address, bits, version === 4 ? 'ipv4' : 'ipv6')
  return list
}

const isIn = (addresses: BlockList, ip: string) =>
  isIP(ip) !== 0 && addresses.check(ip, isIP(ip) === 4 ? 'ipv4' : 'ipv6')
