import { EventEmitter } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { devNull } from 'node:os'
import { PassThrough, Writable } from 'node:stream'
import { describe, expect, test } from 'vitest'
import type { ExitCode } from '../../cli/command.ts'
import { Failure } from '../../cli/command-error.ts'
import { confirm } from '../../cli/confirm.ts'
import { newPassword } from '../../cli/password.ts'
import { complete } from '../../cli/run.ts'
import { changeAfterShowing } from '../../cli/show-password.ts'
import { conclude, terminalOf } from '../../cli/terminal.ts'
import { parseConfig } from '../../lib/config.ts'
import { isNullDevice } from '../../lib/null-device.ts'
import { Secret } from '../../lib/secret.ts'

// The terminal of a process whose streams fail and that receives signals.

const NEVER = () => undefined
/** A stream that keeps what is written, or fails with this code. */
function output(failure: () => string | undefined) {
  const written: string[] = []
  const stream = new Writable({
    write(chunk, _, done) {
      const code = failure()
      if (code === undefined && chunk.length > 0) written.push(String(chunk))
      done(code === undefined ? null : Object.assign(new Error(`write ${code}`), { code }))
    },
    // As Node.js does it for standard streams, which are never destroyed.
    destroy(error, done) {
      done(error)
      ;(this as unknown as { _undestroy(): void })._undestroy()
    },
  })
  return { stream, written }
}

function openTerminal({ stdout = NEVER, stderr = NEVER, isTTY = false }: Partial<Fakes> = {}) {
  const [out, err] = [output(stdout), output(stderr)]
  const exits: number[] = []
  let time = 0
  const process = Object.assign(new EventEmitter(), {
    stdin: Object.assign(new PassThrough(), { isTTY }),
    stdout: out.stream,
    stderr: Object.assign(err.stream, { isTTY }),
    exit: (code: number) => exits.push(code),
  })
  const terminal = terminalOf(process as unknown as NodeJS.Process, () => time)
  const signal = (name: string, afterMs = 0) => {
    time += afterMs
    process.emit(name)
  }
  return { terminal, process, signal, exits, out: out.written, err: err.written }
}

interface Fakes {
  readonly stdout: () => string | undefined
  readonly stderr: () => string | undefined
  readonly isTTY: boolean
}

const settled = () => new Promise((resolve) => setImmediate(resolve))

describe('standard output', () => {
  test.each([
    ['EPIPE', 130, 'output_closed'],
    ['ENOSPC', 1, 'output_failed'],
    ['EIO', 1, 'output_failed'],
    ['EBADF', 1, 'output_failed'],
  ])('that fails with %s interrupts with exit code %i', async (code, exitCode, reason) => {
    const { terminal, err } = openTerminal({ stdout: () => code })
    terminal.print('a line')
    await settled()
    expect(terminal.interruption.reason).toMatchObject({ exitCode, code: reason })
    await expect(terminal.deliver('more')).rejects.toMatchObject({ exitCode, code: reason })
    await conclude(terminal, 'Done.', 'Done without the secret.')
    expect(err).toEqual(['Done without the secret.\n'])
    expect(await complete(async () => 0, terminal, { json: true })).toBe(exitCode)
    expect(JSON.parse(err[1] ?? '')).toMatchObject({ code: reason })
  })

  test('that works gets the result, and standard error nothing', async () => {
    const { terminal, out, err } = openTerminal()
    await conclude(terminal, 'Done.')
    expect([out, err, await complete(async () => 0, terminal, { json: false })]).toEqual([['Done.\n'], [], 0])
  })

  test('that fails only at the end is a failure too', async () => {
    const { terminal } = openTerminal({ stdout: () => 'EIO' })
    const work = async (): Promise<ExitCode> => {
      terminal.print('all')
      return 0
    }
    expect(await complete(work, terminal, { json: false })).toBe(1)
  })
})

test('standard error that fails interrupts nothing', async () => {
  const { terminal } = openTerminal({ stderr: () => 'EPIPE' })
  terminal.complain('a line')
  await settled()
  expect(terminal.interruption.aborted).toBe(false)
})

describe('a signal', () => {
  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'])('%s interrupts with exit code 130', async (name) => {
    const { terminal, signal, exits, err } = openTerminal()
    const { interruption } = terminal
    signal(name)
    expect(interruption.reason).toMatchObject({ exitCode: 130, code: 'interrupted', reason: name })
    expect(exits).toEqual([])
    expect(await complete(async () => 0, terminal, { json: false })).toBe(130)
    expect(err.join('')).toMatch(new RegExp(`^Interrupted by ${name}\\. The work in progress was completed`))
  })

  test('that npm repeats is one; a second one, a second later, ends the process', () => {
    const { terminal, signal, exits } = openTerminal()
    expect(terminal.interruption.aborted).toBe(false)
    signal('SIGINT')
    signal('SIGINT', 5)
    signal('SIGHUP', 5000)
    expect(exits).toEqual([])
    signal('SIGINT')
    expect(exits).toEqual([130])
  })

  test('after output that was closed is the first one', async () => {
    const { terminal, signal, exits } = openTerminal({ stdout: () => 'EIO' })
    terminal.print('a line')
    await settled()
    expect(terminal.interruption.aborted).toBe(true)
    signal('SIGHUP')
    signal('SIGINT', 100)
    expect(exits).toEqual([])
  })

  test('ends the process before a command watches', () => {
    expect(openTerminal().process.listenerCount('SIGINT')).toBe(0)
  })

  test('during a question is no answer', async () => {
    const { terminal, signal } = openTerminal({ isTTY: true })
    const asked = confirm('Sure?', {}, terminal)
    await settled()
    signal('SIGTERM')
    await expect(asked).rejects.toMatchObject({ code: 'interrupted' })
  })

  test('ends the wait for a password on standard input', async () => {
    const { terminal, signal } = openTerminal()
    const config = parseConfig({})
    const read = newPassword({ passwordStdin: true }, { email: 'ann@example.com' }, { config, terminal })
    await settled()
    signal('SIGTERM')
    await expect(read).rejects.toMatchObject({ code: 'interrupted' })
  })

  test('before a generated password is shown keeps it from being set', async () => {
    const { terminal, signal, out } = openTerminal()
    expect(terminal.interruption.aborted).toBe(false)
    signal('SIGINT')
    const change = () => Promise.reject(new Error('changed'))
    const chosen = { password: new Secret('x'.repeat(24)), generated: true }
    const changed = changeAfterShowing(chosen, change, () => ({ lines: '', document: {} }), {}, terminal)
    await expect(changed).rejects.toMatchObject({ code: 'interrupted' })
    expect(out).toEqual([])
  })
})

test('an error is reported once, with the exit code of the interruption', async () => {
  const { terminal, signal, err } = openTerminal()
  expect(terminal.interruption.aborted).toBe(false)
  signal('SIGTERM')
  const failing = () => Promise.reject(new Failure('declined', 'Nothing was changed.', 'Try again.'))
  expect(await complete(failing, terminal, { json: true })).toBe(130)
  expect(err.map((line) => JSON.parse(line))).toEqual([
    { code: 'declined', message: 'Nothing was changed.', remedy: 'Try again.' },
  ])
})

test('the null device is told from a file and from a stream without a file', () => {
  const [nothing, file] = [openSync(devNull, 'w'), openSync('package.json', 'r')]
  expect([isNullDevice({ fd: nothing }), isNullDevice({ fd: file }), isNullDevice({})]).toEqual([true, false, false])
  closeSync(nothing)
  closeSync(file)
})
