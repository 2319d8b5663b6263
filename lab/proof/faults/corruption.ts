type Attribute = Record<string, unknown>
type Item = Record<string, Attribute>

/** Each way makes an item one that Coatcheck would not write. */
const WAYS: readonly ((item: Item) => void)[] = [
  (item) => dropped(item, 'secretHash'),
  (item) => dropped(item, 'expiresAt'),
  (item) => dropped(item, 'endsAt'),
  (item) => dropped(item, 'userEpoch'),
  (item) => changed(item, 'expiresAt', { S: '9999999999' }),
  (item) => changed(item, 'expiresAt', { N: '99999999999999999999' }),
  (item) => changed(item, 'endsAt', { BOOL: true }),
  (item) => changed(item, 'scopes', { NULL: true }),
  (item) => changed(item, 'scopes', { S: 'admin:write' }),
  (item) => changed(item, 'secretHash', { S: 'text' }),
  (item) => changed(item, 'secretHash', { B: '' }),
  (item) => changed(item, 'status', { S: 'ACTIVE' }),
  (item) => changed(item, 'epoch', { S: '0' }),
  (item) => changed(item, 'epoch', { N: '-1' }),
  (item) => dropped(item, 'changeId'),
  (item) => changed(item, 'passwordHash', { S: '' }),
]

function dropped(item: Item, name: string): void {
  delete item[name]
}

function changed(item: Item, name: string, to: Attribute): void {
  if (item[name]) item[name] = to
}

/** A response whose items are corrupted, in the way of this turn. */
export function corrupted(text: string, turn: number): string {
  const answer = JSON.parse(text)
  const items: Item[] = [answer.Item, ...(answer.Items ?? [])].filter(Boolean)
  for (const item of items) WAYS[turn % WAYS.length]?.(item)
  return JSON.stringify(answer)
}
