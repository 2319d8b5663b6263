/** @throws Error if this Node.js is too old for the service */
export function assertNode(): void {
  if ('withResolvers' in Promise) return
  throw new Error(
    `Coatcheck needs Node 22.12 or later and found ${process.versions.node}: install Node 24 from https://nodejs.org.`,
  )
}
