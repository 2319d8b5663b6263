import { execFile, spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isDeepStrictEqual, promisify } from 'node:util'
import { build } from 'esbuild'

// Runs coatcheck/client in Node, Deno, Bun and Cloudflare's workerd: `npm run runtimes`.

const folder = await mkdtemp(join(tmpdir(), 'coatcheck-runtimes-'))
const bin = (name: string) => new URL(`node_modules/.bin/${name}`, import.meta.url).pathname
const run = promisify(execFile)
const PROBLEM = { type: 'urn:coatcheck:problem:unauthenticated', title: 't', status: 401, code: 'unauthenticated' }
const EXPECTED = {
  success: { status: 'ok' },
  body: { authorization: 'Bearer cct_a', body: '{"email":"ann+test@example.com","password":"p"}' },
  query: { email: 'ann+test@example.com' },
  problem: 'Problem unauthenticated',
  redirect: 'Problem unreachable',
  timeout: 'Problem unreachable',
  aborted: 'Error: left',
  offline: 'Problem unreachable',
  mistake: 'TypeError: Invalid address: pass the origin of the service as `baseUrl`',
}

let followed = 0
const server = createServer(async (request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? '', 'http://localhost')
  const json = (status: number, value: object, headers: Record<string, string> = {}) =>
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value))
  if (pathname === '/health') json(200, { status: 'ok' })
  else if (pathname === '/auth/login')
    json(200, { authorization: request.headers.authorization, body: await text(request) })
  else if (pathname === '/admin/users') json(200, { email: searchParams.get('email') })
  else if (pathname === '/auth/sessions') json(401, PROBLEM)
  else if (pathname === '/auth/session') json(302, {}, { location: '/elsewhere' })
  else if (pathname === '/elsewhere') {
    followed++
    json(200, {})
  } // no response to /auth/logout
})
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

async function text(request: IncomingMessage): Promise<string> {
  let all = ''
  for await (const chunk of request) all += chunk
  return all
}

async function inWorkerd(port: number): Promise<unknown> {
  const config = join(folder, 'config.capnp')
  await writeFile(
    config,
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .worker), (name = "internet", network = (allow = ["public", "private"]))],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")],
);
const worker :Workerd.Worker = (
  modules = [(name = "worker", esModule = embed "worker.js")],
  compatibilityDate = "2024-01-01", # refuses credentials, cache and redirect: error
);
`,
  )
  const workerd = spawn(bin('workerd'), ['serve', config], { stdio: 'inherit' })
  try {
    for (let attempt = 0; ; attempt++) {
      const response = await fetch(`http://127.0.0.1:${port}/?address=${address}`).catch((error: unknown) => {
        if (attempt > 50) throw error
      })
      if (response) return await response.json()
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  } finally {
    workerd.kill()
  }
}

let failed = false
try {
  const entryPoints = { main: 'main', worker: 'worker' }
  for (const [name, entry] of Object.entries(entryPoints))
    await build({
      entryPoints: [new URL(`${entry}.ts`, import.meta.url).pathname],
      outfile: join(folder, `${name}.js`),
      bundle: true,
      format: 'esm',
      platform: 'neutral',
    })
  await writeFile(join(folder, 'package.json'), '{"type":"module"}')
  const main = join(folder, 'main.js')
  const out = async (command: string, args: string[]) => JSON.parse((await run(command, args)).stdout)
  const { port } = await new Promise<AddressInfo>((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const found = probe.address() as AddressInfo
      probe.close(() => resolve(found))
    })
  })
  const runtimes: [name: string, results: () => Promise<unknown>][] = [
    ['node', () => out(process.execPath, [main, address])],
    ['deno', () => out(bin('deno'), ['run', '--no-remote', '--allow-net=127.0.0.1', main, address])],
    ['bun', () => out(bin('bun'), ['run', main, address])],
    ['workerd', () => inWorkerd(port)],
  ]
  for (const [name, results] of runtimes) {
    const found = await results()
    const isRight = isDeepStrictEqual(found, EXPECTED) && followed === 0
    console.log(`${name}: ${isRight ? 'as expected' : JSON.stringify(found)}`)
    failed ||= !isRight
  }
} finally {
  server.closeAllConnections()
  server.close()
  await rm(folder, { recursive: true, force: true })
}
process.exitCode = failed ? 1 : 0
