import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { resolve as absolute } from 'node:path'
import { inject } from 'vitest'

export interface Ended {
  readonly code: number | null
  /** Standard output, line by line. */
  readonly lines: string[]
  readonly stderr: string
}

interface ProcessOptions {
  /** Working folder. */
  readonly cwd?: string
  /** Standard input (default: nothing). */
  readonly input?: string | Uint8Array
  /**
   * Standard output: a device, `closed` for a file descriptor that is not open, or `unread` for a pipe that its reader
   * closes at once (default: a pipe that is read).
   */
  readonly stdout?: '/dev/full' | '/dev/null' | 'closed' | 'unread'
  /** Receives the running process. */
  readonly watch?: (child: ChildProcess) => void
}

/** All processes share one compile cache, since compiling takes most of their time. */
const compiled = { NODE_COMPILE_CACHE: inject('made') }

/** Runs the command line in a process with exactly this environment. */
export function coatcheck(
  args: readonly string[],
  environment: Record<string, string>,
  nodeOptions: readonly string[] = [],
  { cwd = '.', input, stdout: output, watch }: ProcessOptions = {},
): Promise<Ended> {
  const file = output?.startsWith('/') ? openSync(output, 'w') : 'pipe'
  const stdio: StdioOptions = ['pipe', file, 'pipe']
  const command = [process.execPath, ...nodeOptions, absolute('cli/coatcheck.ts'), ...args]
  const [program = '', ...rest] = output === 'closed' ? ['/bin/sh', '-c', 'exec "$0" "$@" >&-', ...command] : command
  const child = spawn(program, rest, {
    cwd,
    stdio,
    env: { PATH: '', HOME: '/nonexistent', AWS_EC2_METADATA_DISABLED: 'true', ...compiled, ...environment },
  })
  if (typeof file === 'number') closeSync(file)
  if (output === 'unread') child.stdout?.destroy()
  let [stdout, stderr] = ['', '']
  child.stdout?.on('data', (chunk) => {
    stdout += chunk
  })
  child.stderr?.on('data', (chunk) => {
    stderr += chunk
  })
  if (input !== undefined) child.stdin?.end(input)
  watch?.(child)
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, lines: stdout.split('\n').filter(Boolean), stderr }))
  })
}
