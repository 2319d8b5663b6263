import { Agent, request as send } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { createCertificate } from '../../rehearsal/machine/certificate.ts'

export const REGION = 'us-east-1'

/** TLS under the name of DynamoDB's endpoint, in front of an engine. */
export interface HttpsFront {
  readonly port: number
  /** For `NODE_EXTRA_CA_CERTS`. */
  readonly authorityFile: string
  close(): Promise<void>
}

/** @param folder for the certificate, made with openssl */
export async function startHttpsFront(engine: string, folder: string): Promise<HttpsFront> {
  const { hostname, port: enginePort, host } = new URL(engine)
  const { key, cert, authorityFile } = await createCertificate(folder, [`dynamodb.${REGION}.amazonaws.com`])
  const agent = new Agent({ keepAlive: true })
  const server = createServer({ key, cert }, (request, response) => {
    const { method, url: path, headers } = request
    const options = { hostname, port: enginePort, method, path, headers: { ...headers, host }, agent }
    const call = send(options, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    call.on('error', () => response.destroy())
    request.pipe(call)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    authorityFile,
    close: () =>
      new Promise((resolve) => {
        agent.destroy()
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
