import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

interface Fixture {
  /** Where AWS documents the shape. */
  readonly source: string
  readonly status?: number
  readonly answer: { readonly __type?: string }
}

export interface RecordedAws {
  readonly endpoint: string
  /** The calls made, named like the keys of the responses. */
  readonly calls: string[]
  close(): Promise<void>
}

/** A healthy stack of stage `prod` without APIs. Values are names of files in `tests/fixtures/aws/`. */
const HEALTHY: Answers = {
  'DescribeTable coatcheck-prod-sessions': 'describe-table-sessions',
  'DescribeTable coatcheck-prod-users': 'describe-table-users',
  'DescribeTable coatcheck-prod-attempts': 'describe-table-attempts',
  'DescribeTable coatcheck-prod-activity': 'describe-table-activity',
  'DescribeTimeToLive coatcheck-prod-sessions': 'ttl-enabled',
  'DescribeTimeToLive coatcheck-prod-activity': 'ttl-enabled',
  'DescribeTimeToLive coatcheck-prod-attempts': 'ttl-enabled',
  'DescribeContinuousBackups coatcheck-prod-sessions': 'backups-on',
  'DescribeContinuousBackups coatcheck-prod-users': 'backups-on',
  'DescribeContinuousBackups coatcheck-prod-activity': 'backups-on',
  'Scan coatcheck-prod-users': 'scan-empty',
  'GET /v2/apis': 'http-apis-none',
  'GET /v2/domainnames/auth.example.com/apimappings': 'api-mappings',
  'GET /restapis': 'rest-apis-none',
}

/** The values of a list are returned in turn; the last one is repeated. */
export type Answers = Record<string, string | readonly string[]>

/** Serves the documented responses of AWS. Any other call gets 500, which no check accepts. */
export async function startRecordedAws(changes: Answers = {}): Promise<RecordedAws> {
  const answers = { ...HEALTHY, ...changes }
  const calls: string[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const call = nameOf(request.url ?? '', request.headers['x-amz-target'], Buffer.concat(chunks).toString())
    calls.push(call)
    const turn = calls.filter((other) => other === call).length - 1
    const foreseen = [answers[call] ?? 'failing'].flat()
    const { status = 200, answer } = await readFixture(foreseen[Math.min(turn, foreseen.length - 1)] ?? '')
    const isDynamodb = request.url === '/'
    response.setHeader('content-type', isDynamodb ? 'application/x-amz-json-1.0' : 'application/json')
    // API Gateway names its errors in a header.
    const error = { 403: 'AccessDeniedException', 404: 'NotFoundException' }[status]
    if (!isDynamodb && error) response.setHeader('x-amzn-errortype', error)
    response.writeHead(status).end(JSON.stringify(answer))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** Names a call: `Scan my-table`, or `GET /v2/apis` with the page token of its query. */
function nameOf(url: string, target: string | string[] | undefined, body: string): string {
  if (target) {
    const { TableName, RequestItems } = JSON.parse(body)
    return `${String(target).split('.')[1]} ${TableName ?? Object.keys(RequestItems)[0]}`
  }
  const { pathname, searchParams } = new URL(url, 'http://any')
  const next = searchParams.get('nextToken') ?? searchParams.get('position')
  return `GET ${pathname}${next ? ` from ${next}` : ''}`
}

async function readFixture(name: string): Promise<Fixture> {
  return JSON.parse(await readFile(`tests/fixtures/aws/${name}.json`, 'utf8'))
}
