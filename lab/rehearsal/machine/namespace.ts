import { execFile, spawn } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

// A private network and mount namespace: inside, DynamoDB's host name leads to this machine and no other host exists.

const MARK = 'COATCHECK_REHEARSAL_NAMESPACE'
// A process namespace too: nothing outlives it, not even a frozen process.
const WITH_ROOT = ['--net', '--mount', '--pid', '--fork', '--mount-proc', '--kill-child']
const WITHOUT_ROOT = ['--map-root-user', ...WITH_ROOT]

export const isInside = (): boolean => process.env[MARK] === 'inside'

/** The way into a namespace, or the reason why this machine has none. */
export async function findNamespace(): Promise<{ options: string[] } | { reason: string }> {
  if (process.platform !== 'linux')
    return {
      reason: `The functions are not started: a private network namespace needs Linux, this is ${process.platform}.`,
    }
  const failures: string[] = []
  for (const options of [WITH_ROOT, WITHOUT_ROOT]) {
    const command = 'ip link set lo up && mount --bind /etc/hosts /etc/hosts'
    const failure = await promisify(execFile)('unshare', [...options, 'sh', '-c', command]).then(
      () => undefined,
      (error: Error) => error.message.trim().split('\n').at(-1),
    )
    if (failure === undefined) return { options }
    failures.push(failure)
  }
  return {
    reason: `The functions are not started: unshare, ip and mount cannot make a private network namespace here (${failures.join('; ')}). Containers usually need --cap-add SYS_ADMIN.`,
  }
}

/** Runs a script of Node.js inside. @returns its exit code */
export async function runInside(
  options: readonly string[],
  folder: string,
  hosts: readonly string[],
  script: readonly string[],
): Promise<number> {
  const file = join(folder, 'hosts')
  await writeFile(file, ['127.0.0.1 localhost', ...hosts.map((host) => `127.0.0.1 ${host}`), ''].join('\n'))
  const enter = 'ip link set lo up && mount --bind "$1" /etc/hosts && shift && exec "$@"'
  const child = spawn('unshare', [...options, 'sh', '-c', enter, 'sh', file, process.execPath, ...script], {
    stdio: 'inherit',
    env: { ...process.env, [MARK]: 'inside' },
  })
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill('SIGKILL'))
  return await new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => resolve(code ?? 1))
  })
}
