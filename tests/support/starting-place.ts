import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { mkdtemp, readdir, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { inject } from 'vitest'

export interface Started {
  readonly child: ChildProcess
  readonly output: () => string
  /** Resolves with the exit code once the process is gone. */
  readonly exit: Promise<number | null>
  /** Resolves when it says that it listens; rejects when it ends first. */
  readonly ready: Promise<void>
}

/** A working folder for `npm start` with the checkout's code and data of its own. */
export interface StartOptions {
  /** A device for standard output, which is otherwise part of `output()`. */
  readonly output?: '/dev/full' | '/dev/null'
  readonly args?: readonly string[]
}

export interface StartingPlace {
  /** Where the process has its temporary files. */
  readonly temporary: string
  readonly dataFolder: string
  start(environment: Record<string, string>, options?: StartOptions): Started
  remove(): Promise<void>
}

export async function makeStartingPlace(): Promise<StartingPlace> {
  const folder = await mkdtemp(join(tmpdir(), 'coatcheck-start-'))
  const temporary = await mkdtemp(join(tmpdir(), 'coatcheck-temporary-'))
  for (const entry of await readdir('.')) if (entry !== '.coatcheck') await symlink(resolve(entry), join(folder, entry))
  const running = new Set<ChildProcess>()
  return {
    temporary,
    dataFolder: join(folder, '.coatcheck'),
    start(environment, options = {}) {
      const variables = { PATH: process.env.PATH ?? '', TMPDIR: temporary, NODE_COMPILE_CACHE: inject('made') }
      const started = start(folder, { ...variables, ...environment }, options)
      running.add(started.child)
      return started
    },
    async remove() {
      for (const child of running) child.kill('SIGKILL')
      await rm(folder, { recursive: true, force: true })
      await rm(temporary, { recursive: true, force: true })
    },
  }
}

function start(cwd: string, env: Record<string, string>, { output: device, args = [] }: StartOptions): Started {
  const file = device === undefined ? 'pipe' : openSync(device, 'w')
  const child = spawn(process.execPath, ['local/start.ts', ...args], { cwd, env, stdio: ['pipe', file, 'pipe'] })
  if (typeof file === 'number') closeSync(file)
  let output = ''
  const exit = new Promise<number | null>((done) => child.once('close', (code) => done(code)))
  const ready = new Promise<void>((done, fail) => {
    const read = (chunk: Buffer) => {
      output += chunk
      if (output.includes('Try it:')) done()
    }
    child.stdout?.on('data', read)
    child.stderr?.on('data', read)
    exit.then((code) => fail(new Error(`ended with ${code}: ${output}`)))
  })
  ready.catch(() => {})
  return { child, exit, ready, output: () => output }
}
