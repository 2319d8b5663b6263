import type { Exchange } from './bench.ts'
import { keyOf } from './cast.ts'
import { itemsRead, parsed } from './evidence.ts'

/** What of a case's reads is no answer to them, in a word: only `unavailable` may come of it. */
export function misanswer(exchanges: readonly Exchange[]): 'foreign' | 'unproven' | undefined {
  if (isForeign(exchanges)) return 'foreign'
  return isUnproven(exchanges) ? 'unproven' : undefined
}

/** Whether an answer had the item of another key than the one that was asked for. */
function isForeign(exchanges: readonly Exchange[]): boolean {
  const tables = new Set(exchanges.map(({ asked }) => asked.TableName ?? ''))
  return [...tables].some((table) =>
    itemsRead(exchanges, table).some(({ item, key }) => {
      const own = keyOf(item as never)
      return JSON.stringify(own) !== JSON.stringify(keyOf(key as never))
    }),
  )
}

/** Whether a read was answered, and not asked again, by something that does not say what it consumed. */
function isUnproven(exchanges: readonly Exchange[]): boolean {
  return exchanges.some(({ call: { operation }, answer: { status, body } }, index) => {
    const isRepeated = (exchanges[index + 1]?.call.attempt ?? 1) > 1
    if (operation !== 'GetItem' || status >= 300 || isRepeated) return false
    return ((parsed(body) as { ConsumedCapacity?: unknown }).ConsumedCapacity ?? null) === null
  })
}
