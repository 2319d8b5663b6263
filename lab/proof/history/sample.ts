import type { Operation, OperationName, Outcome } from './operation.ts'

// Histories as text, for tests.

const STATUS: Record<Outcome, number> = { ok: 200, deny: 401, unavailable: 503, limited: 429, ambiguous: 0 }
const outcomeOf = (status: number): Outcome =>
  status < 300 ? 'ok' : status === 503 ? 'unavailable' : status === 429 ? 'limited' : 'deny'

/**
 * One operation a line, or several between semicolons:
 *
 *     <instants> <operation> [<session>] [<outcome or status>] [<field>=<value> …]
 *
 * Instants are `100-110` in microseconds, or `5s` for ten microseconds at second 5. A session is the one presented (of
 * `revoke` and `introspect`: the target), `>b` the one created, `a>b` both. Fields: numbers, `true` and `false`, comma-separated
 * `scopes`, `listed` and `uses`, `rows` as `a,b` or with epochs `a:0,b:1`, other text. Without an outcome the operation succeeds.
 */
export function historyOf(text: string): Operation[] {
  const lines = text.split(/[;\n]/).map((line) => line.trim())
  return lines.filter(Boolean).map(operationOf)
}

const NAMING = new Set(['revoke', 'introspect'])

function operationOf(line: string, seq: number): Operation {
  const [instants = '', op = '', ...words] = line.split(/\s+/)
  const [invoked, returned] = instantsOf(instants)
  const fields: Record<string, unknown> = {}
  for (const word of words) {
    const [name = '', value] = word.split('=')
    if (value !== undefined) fields[name] = parseValue(name, value)
    else if (word in STATUS) fields.outcome = word
    else if (/^\d{3}$/.test(word)) Object.assign(fields, { status: Number(word), outcome: outcomeOf(Number(word)) })
    else {
      const [present, created] = word.split('>')
      if (present) fields[NAMING.has(op) ? 'target' : 'sid'] = present
      if (created) fields.created = created
    }
  }
  const outcome = (fields.outcome ?? 'ok') as Outcome
  const times = { intended: invoked, invoked, returned }
  return { run: 'r', seq, op: op as OperationName, user: 'u', ...times, outcome, status: STATUS[outcome], ...fields }
}

function instantsOf(text: string): [invoked: number, returned: number] {
  if (text.endsWith('s')) {
    const at = Number(text.slice(0, -1)) * 1_000_000
    return [at, at + 10]
  }
  const [invoked, returned] = text.split('-').map(Number)
  return [invoked ?? Number.NaN, returned ?? Number.NaN]
}

function parseValue(name: string, text: string): unknown {
  const list = text === '' ? [] : text.split(',')
  if (['scopes', 'listed', 'uses'].includes(name)) return list
  if (name === 'rows')
    return list.map((row) => {
      const [sid, epoch] = row.split(':')
      return epoch === undefined ? { sid } : { sid, epoch: Number(epoch) }
    })
  if (text === 'true' || text === 'false') return text === 'true'
  return /^-?\d+$/.test(text) ? Number(text) : text
}
