import { execFile } from 'node:child_process'
import { mkdir, readdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** The environment without the variables of the npm that runs the tests, except for registry and cache. */
export const npmEnvironment: NodeJS.ProcessEnv = {
  ...Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(npm_(?!config_(registry|cache|userconfig|globalconfig)$)|VITEST|NODE_ENV|TEST$)/i.test(name),
    ),
  ),
  npm_config_audit: 'false',
  npm_config_fund: 'false',
  npm_config_prefer_offline: 'true',
}

/**
 * Both packages as `npm publish` would send them.
 * @param folder is created; tarballs that it has already are taken as they are
 */
export async function packTarballs(folder: string): Promise<{ coatcheck: string; dev: string }> {
  await mkdir(folder, { recursive: true })
  const find = async (pattern: RegExp) => {
    const name = (await readdir(folder)).find((entry) => pattern.test(entry))
    return name === undefined ? undefined : resolve(folder, name)
  }
  const pack = async (from: string, pattern: RegExp) => {
    const found = await find(pattern)
    if (found) return found
    await run('npm', ['pack', '--silent', '--pack-destination', resolve(folder)], {
      cwd: from,
      env: npmEnvironment,
      maxBuffer: 1e8,
    })
    return (await find(pattern)) ?? join(folder, 'missing')
  }
  return { coatcheck: await pack('.', /^coatcheck-\d.*\.tgz$/), dev: await pack('dev', /^coatcheck-dev-.*\.tgz$/) }
}
