import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import { type Front, startFront } from '../../local/front.ts'
import { readService, type Service } from '../../local/service.ts'

export const fixture = (name: string) => resolve(import.meta.dirname, 'fixtures', name)

export const gateway = (): Promise<Service> => readService(fixture('gateway'), { stage: 'local' })

/** Starts a front with the gateway fixture and collects its log. */
export async function startGateway(): Promise<Front & { lines: string[] }> {
  const lines: string[] = []
  const front = await startFront({
    services: [await gateway()],
    environment: { GIVEN: 'by the front', COUNT: '4' },
    port: 0,
    log: (line) => lines.push(line),
  })
  return { ...front, lines }
}

const folders: string[] = []

export async function temporaryFolder(files: Record<string, string> = {}): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'coatcheck-test-'))
  folders.push(folder)
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), content)
  }
  return folder
}

export const removeFolders = () =>
  Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true, force: true })))

/** Sends exactly these bytes on a new connection and returns all bytes until the front closes it. */
export function exchange(port: number, bytes: string | Uint8Array): Promise<string> {
  return new Promise((done, fail) => {
    const socket = connect(port, '127.0.0.1')
    const chunks: Buffer[] = []
    socket.on('data', (chunk) => chunks.push(chunk))
    socket.on('error', (error: NodeJS.ErrnoException) => (error.code === 'ECONNRESET' ? undefined : fail(error)))
    socket.on('close', () => done(Buffer.concat(chunks).toString('latin1')))
    socket.write(bytes)
  })
}

export const requestText = (line: string, headers: string[] = [], body = '') =>
  [`${line} HTTP/1.1`, 'Host: localhost', 'Connection: close', ...headers, '', body].join('\r\n')

export const statusOf = (answer: string) => Number(answer.split(' ')[1])
export const headersOf = (answer: string) => (answer.split('\r\n\r\n')[0] ?? '').split('\r\n').slice(1)
export const bodyOf = (answer: string) => answer.slice(answer.indexOf('\r\n\r\n') + 4)

export type Echo = { event: APIGatewayProxyEventV2; context: Record<string, unknown> }

/** The event and context that the fixture's echo function received. */
export async function echoOf(port: number, line: string, headers: string[] = [], body = ''): Promise<Echo> {
  const length = body === '' ? [] : [`Content-Length: ${Buffer.byteLength(body)}`]
  const answer = await exchange(port, requestText(line, [...headers, ...length], body))
  if (statusOf(answer) !== 200) throw new Error(answer)
  return JSON.parse(Buffer.from(bodyOf(answer), 'latin1').toString())
}
