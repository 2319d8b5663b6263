import { execFile } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import { resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, describe, expect, test } from 'vitest'
import { fixture, removeFolders, temporaryFolder } from './support.ts'

afterAll(removeFolders)

/** Runs a script with a front in a process that ends only when the front has released everything. */
async function run(script: string) {
  const local = resolve(import.meta.dirname, '../../local')
  const temporary = await temporaryFolder()
  const code = `
    import { connect } from 'node:net'
    import { startFront } from '${local}/front.ts'
    import { readService } from '${local}/service.ts'
    const service = await readService('${fixture('gateway')}', { stage: 'local' })
    const start = (options) => startFront({ services: [service], environment: {}, port: 0, log: () => {}, ...options })
    ${script}`
  const { stdout, stderr } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', code], {
    env: { TMPDIR: temporary },
    timeout: 100_000,
    killSignal: 'SIGKILL',
  })
  return { stdout: stdout.trim(), stderr, left: await readdir(temporary) }
}

const cleanExit = (stdout: string) => ({ stdout, stderr: '', left: [] })

describe('a front leaves no socket, worker or folder', () => {
  test('after close during requests', async () => {
    const script = `
      const front = await start()
      const kept = await fetch(front.url + '/literal')
      await kept.arrayBuffer()
      const idle = connect(front.port, '127.0.0.1').on('error', () => {})
      const spin = { method: 'POST', body: 'spin', headers: { 'content-type': 'text/plain' } }
      const ends = Promise.allSettled([fetch(front.url + '/fail', spin), fetch(front.url + '/heavy')])
      await fetch(front.url + '/light')
      await Promise.all([front.close(), front.close()])
      await front.close()
      console.log(kept.status, (await ends)[0].status, await fetch(front.url).catch(() => 'closed'))`
    expect(await run(script)).toEqual(cleanExit('200 rejected closed'))
  })

  test.each([
    [
      'no bundle',
      `{ services: [{ ...service, functions: [{ ...service.functions[0], handler: 'no.file' }] }] }`,
      'no file',
    ],
    ['two routes', '{ services: [service, service] }', 'declared twice'],
    ['no such address', `{ host: '203.0.113.1' }`, 'EADDRNOTAVAIL'],
  ])('after a failed start: %s', async (_why, options, message) => {
    const { stdout, ...rest } = await run(`console.log(await start(${options}).catch(({ message }) => message))`)
    expect(stdout).toContain(message)
    expect(rest).toEqual({ stderr: '', left: [] })
  })
})
