import { spawn } from 'node:child_process'

export interface Ended {
  readonly code: number | null
  /** Standard output, line by line. */
  readonly lines: string[]
  readonly stderr: string
}

/** Runs the command line as its users do: a process, with this environment and nothing else. */
export function coatcheck(
  args: readonly string[],
  environment: Record<string, string>,
  nodeOptions: readonly string[] = [],
): Promise<Ended> {
  const child = spawn(process.execPath, [...nodeOptions, 'cli/coatcheck.ts', ...args], {
    env: { PATH: '', HOME: '/nonexistent', AWS_EC2_METADATA_DISABLED: 'true', ...environment },
  })
  let [stdout, stderr] = ['', '']
  child.stdout.on('data', (chunk) => {
    stdout += chunk
  })
  child.stderr.on('data', (chunk) => {
    stderr += chunk
  })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, lines: stdout.split('\n').filter(Boolean), stderr }))
  })
}
