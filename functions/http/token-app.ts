import type { DynamoDBClient } from '../../lib/dynamodb/index.ts'
import { kmsTokenKey } from '../../lib/dynamodb/kms-token-key.ts'
import { openFileTokenKey } from '../../lib/tokens/file-token-key.ts'
import type { TokenConfig } from '../../lib/tokens/token-config.ts'
import type { TokenKey } from '../../lib/tokens/token-key.ts'

/** The keys of an app's tokens, opened on first use. */
export interface TokenKeys {
  /** The key that signs. @throws UnavailableError if it cannot be opened */
  signing(): Promise<TokenKey>
  /** All keys that tokens in use may be signed with. @throws UnavailableError as `signing` */
  all(): Promise<TokenKey[]>
}

/** Opens the keys of a configuration. No call before a key is used. */
export function openTokenKeys({ keys, endpoint }: TokenConfig, client: DynamoDBClient): TokenKeys {
  const opened = new Map<TokenConfig['keys'][number], TokenKey>()

  async function open(place: TokenConfig['keys'][number]): Promise<TokenKey> {
    const { algorithm, kmsKeyId = '', file } = place
    const key =
      opened.get(place) ??
      (file === undefined
        ? kmsTokenKey(client, { kmsKeyId, algorithm }, endpoint)
        : await openFileTokenKey(file, algorithm))
    opened.set(place, key)
    return key
  }

  return { signing: () => open(keys[0]), all: () => Promise.all(keys.map(open)) }
}
