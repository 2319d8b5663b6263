import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface ForeignSite {
  readonly url: string
  /** A page of this site. */
  page: string
  close(): Promise<void>
}

/** Somebody else's page: 127.0.0.1 is another site than localhost. */
export async function startForeignSite(): Promise<ForeignSite> {
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(`<!doctype html>${site.page}`)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const site: ForeignSite = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    page: '',
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
  return site
}
