/** The parts of the package, which brings no types, that the tests use. */
declare module 'oidc-provider' {
  import type { Server } from 'node:http'

  export class Provider {
    constructor(issuer: string, configuration: object)
    listen(port: number, host: string, listening: () => void): Server
    on(event: string, listener: (context: unknown, error: Error) => void): void
  }
}
