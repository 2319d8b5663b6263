import type { TicketStore } from '../accounts/tickets.ts'
import { parseEmail } from '../email.ts'
import { parseWholeNumber } from './attribute.ts'
import { type OneTimeTable, oneTimeItems } from './one-time-item.ts'

/** Creates a `TicketStore` on the attempts table. */
export function dynamodbTicketStore(table: OneTimeTable): TicketStore {
  const items = oneTimeItems(table, 'ticket')
  return {
    put: (secret, { email, expiresAt }, deadline) => items.put(secret, { email: { S: email } }, expiresAt, deadline),

    async get(secret, now, deadline) {
      const item = await items.get(secret, now, deadline)
      const email = parseEmail(item?.email?.S ?? '')
      const expiresAt = parseWholeNumber(item?.expiresAt)
      return email && expiresAt !== undefined ? { email, expiresAt } : undefined
    },

    use: items.use,
  }
}
