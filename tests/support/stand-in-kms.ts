import { generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { guardEngine } from '../../local/engine-guard.ts'
import { signByEcdsa, signByRsa } from './sign-digest.ts'

// AWS KMS as far as tokens need it: Sign of a digest and GetPublicKey, for requests that are signed with the credentials.

export type StandInKms = Awaited<ReturnType<typeof startStandInKms>>

export async function startStandInKms(credentials: { accessKeyId: string; secretAccessKey: string }) {
  const keys = new Map<string, { privateKey: KeyObject; publicKey: KeyObject }>()
  const calls: { operation: string; input: Record<string, string> }[] = []
  const state: { answer?: (operation: string) => { status: number; body: string } | undefined } = {}

  const server = createServer(async (request, response) => {
    const operation = String(request.headers['x-amz-target']).replace('TrentService.', '')
    const input = await readInput(request)
    calls.push({ operation, input })
    const given = state.answer?.(operation)
    if (given) return void response.writeHead(given.status).end(given.body)
    const key = keys.get(input.KeyId ?? '')
    if (!key) return void response.writeHead(400).end(JSON.stringify({ __type: 'NotFoundException' }))
    const output = operation === 'Sign' ? signDigest(key.privateKey, input) : publicHalf(key.publicKey)
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(output))
  })
  guardEngine(server, credentials)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    /** Answers instead of the keys, until it is called without an argument. */
    answer(instead?: (typeof state)['answer']) {
      if (instead) state.answer = instead
      else delete state.answer
    },
    createKey(algorithm: 'ES256' | 'RS256'): string {
      const id = randomUUID()
      keys.set(
        id,
        algorithm === 'ES256'
          ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
          : generateKeyPairSync('rsa', { modulusLength: 2048 }),
      )
      return id
    },
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

async function readInput(request: IncomingMessage): Promise<Record<string, string>> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return JSON.parse(Buffer.concat(chunks).toString())
}

function signDigest(key: KeyObject, { Message = '', MessageType, SigningAlgorithm }: Record<string, string>) {
  const digest = Buffer.from(Message, 'base64')
  if (MessageType !== 'DIGEST' || digest.length !== 32) return { __type: 'ValidationException' }
  const isRsa = SigningAlgorithm === 'RSASSA_PKCS1_V1_5_SHA_256'
  const signature = isRsa ? signByRsa(key, digest) : signByEcdsa(key, digest)
  return { Signature: signature.toString('base64'), SigningAlgorithm }
}

const publicHalf = (key: KeyObject) => ({ PublicKey: key.export({ type: 'spki', format: 'der' }).toString('base64') })
