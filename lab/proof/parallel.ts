/** Works on all items, at most `limit` at a time. */
export async function inParallel<Item>(limit: number, items: readonly Item[], work: (item: Item) => Promise<unknown>) {
  const left = items.values()
  const worker = async () => {
    for (const item of left) await work(item)
  }
  await Promise.all(Array.from({ length: limit }, worker))
}
