import type { Item, World } from './world.ts'

/** The key of a user's item. */
export const userKey = (userId: string): Item => ({ pk: { S: `user#${userId}` } })

/** An address that a user holds for an undo that has expired. */
export async function holdExpired(world: World, email: string): Promise<void> {
  const holder = await world.register()
  const undo = { email: { S: email }, claim: { S: 'c' }, epoch: { N: '0' }, expiresAt: { N: '1' } }
  const item = await world.get(world.tables.users, userKey(holder.userId))
  await world.put(world.tables.users, { ...item, undo: { M: undo } })
  const pointer = { userId: { S: holder.userId }, claim: { S: 'c' } }
  await world.put(world.tables.users, { pk: { S: `email#${email}` }, ...pointer })
}
