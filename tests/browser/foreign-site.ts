import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface ForeignSite {
  readonly url: string
  /** The HTML that the site serves. */
  page: string
  close(): Promise<void>
}

/** Starts another site: browsers treat 127.0.0.1 and localhost as different sites. */
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
