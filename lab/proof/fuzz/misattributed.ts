import type { Exchange } from './bench.ts'
import { keyOf } from './cast.ts'
import { itemsRead, parsed } from './evidence.ts'

/** Whether a read of a case had a response that is not DynamoDB's answer to it: the service must respond 503. */
export function misattribution(exchanges: readonly Exchange[]): 'foreign' | 'unproven' | undefined {
  if (isForeign(exchanges)) return 'foreign'
  return isUnproven(exchanges) ? 'unproven' : undefined
}

/** Whether a response had an item of another key than the requested one. */
function isForeign(exchanges: readonly Exchange[]): boolean {
  const tables = new Set(exchanges.map(({ asked }) => asked.TableName ?? ''))
  return [...tables].some((table) =>
    itemsRead(exchanges, table).some(({ item, key }) => {
      const own = keyOf(item as never)
      return JSON.stringify(own) !== JSON.stringify(keyOf(key as never))
    }),
  )
}

/** Whether a response to a read lacked its consumed capacity, and the read was not retried. */
function isUnproven(exchanges: readonly Exchange[]): boolean {
  return exchanges.some(({ call: { operation }, answer: { status, body } }, index) => {
    const isRepeated = (exchanges[index + 1]?.call.attempt ?? 1) > 1
    if (operation !== 'GetItem' || status >= 300 || isRepeated) return false
    return ((parsed(body) as { ConsumedCapacity?: unknown }).ConsumedCapacity ?? null) === null
  })
}
