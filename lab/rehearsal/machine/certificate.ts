import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** A throw-away authority and a certificate of it. */
export interface Certificate {
  readonly key: Buffer
  readonly cert: Buffer
  /** For `NODE_EXTRA_CA_CERTS`. */
  readonly authorityFile: string
}

/** Makes an authority, and a certificate by it for these hosts, with openssl; both are valid for a day. */
export async function createCertificate(folder: string, hosts: readonly string[]): Promise<Certificate> {
  const file = (name: string) => join(folder, name)
  const openssl = (...args: string[]) =>
    run('openssl', args).catch((error: Error & { code?: unknown }) => {
      throw new Error(error.code === 'ENOENT' ? 'openssl is not installed.' : error.message)
    })
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  const authority = ['-keyout', file('authority.key'), '-out', file('authority.pem')]
  const constraints = ['-addext', 'basicConstraints=critical,CA:TRUE', '-addext', 'keyUsage=critical,keyCertSign']
  await openssl('req', '-x509', ...newKey, ...authority, '-days', '1', '-subj', '/CN=Rehearsal', ...constraints)
  const names = hosts.map((host) => `DNS:${host}`).join(',')
  await openssl('req', ...newKey, '-keyout', file('server.key'), '-out', file('server.csr'), '-subj', `/CN=${hosts[0]}`)
  await writeFile(file('server.ext'), `subjectAltName=${names}\nbasicConstraints=CA:FALSE\n`)
  const by = ['-CA', file('authority.pem'), '-CAkey', file('authority.key'), '-CAcreateserial']
  const given = ['-in', file('server.csr'), '-extfile', file('server.ext')]
  await openssl('x509', '-req', ...given, ...by, '-days', '1', '-out', file('server.pem'))
  return {
    key: await readFile(file('server.key')),
    cert: await readFile(file('server.pem')),
    authorityFile: file('authority.pem'),
  }
}
