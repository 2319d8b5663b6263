import { type ChildProcess, spawn } from 'node:child_process'
import { resolve as absolute } from 'node:path'
import { inject } from 'vitest'

export interface Ended {
  readonly code: number | null
  /** Standard output, line by line. */
  readonly lines: string[]
  readonly stderr: string
}

interface ProcessOptions {
  /** The folder it is run in. */
  readonly cwd?: string
  /** What is piped into it; nothing when left out. */
  readonly input?: string | Uint8Array
  /** Sees the process while it runs. */
  readonly watch?: (child: ChildProcess) => void
}

/** A hundred processes compile the same modules: most of what they take. */
const compiled = { NODE_COMPILE_CACHE: inject('made') }

/** Runs the command line as its users do: a process, with this environment and nothing else. */
export function coatcheck(
  args: readonly string[],
  environment: Record<string, string>,
  nodeOptions: readonly string[] = [],
  { cwd = '.', input, watch }: ProcessOptions = {},
): Promise<Ended> {
  const child = spawn(process.execPath, [...nodeOptions, absolute('cli/coatcheck.ts'), ...args], {
    cwd,
    env: { PATH: '', HOME: '/nonexistent', AWS_EC2_METADATA_DISABLED: 'true', ...compiled, ...environment },
  })
  let [stdout, stderr] = ['', '']
  child.stdout.on('data', (chunk) => {
    stdout += chunk
  })
  child.stderr.on('data', (chunk) => {
    stderr += chunk
  })
  if (input !== undefined) child.stdin.end(input)
  watch?.(child)
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, lines: stdout.split('\n').filter(Boolean), stderr }))
  })
}
