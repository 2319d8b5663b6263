import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'

const run = promisify(execFile)

describe('the locked Node runtime', () => {
  type Package = Readonly<Record<string, unknown>> & { optionalDependencies: Readonly<Record<string, string>> }
  const readJson = async (file: string) => JSON.parse(await readFile(file, 'utf8'))

  test('every platform package of Node has one version, a digest and no install script in the lockfile', async () => {
    const { optionalDependencies }: Package = await readJson('build/runtime/package.json')
    const { packages }: { packages: Record<string, Package> } = await readJson('package-lock.json')
    expect(Object.keys(optionalDependencies).length).toBeGreaterThanOrEqual(5)
    for (const [name, version] of Object.entries(optionalDependencies)) {
      const locked = packages[`node_modules/${name}`]
      expect(locked, name).toMatchObject({ version, optional: true, dev: true, bin: { node: expect.anything() } })
      expect(locked?.integrity, name).toMatch(/^sha512-[\w+/]{86}==$/)
      expect(locked, name).not.toHaveProperty('hasInstallScript')
      expect(locked, name).toMatchObject({ os: expect.anything(), cpu: expect.anything() })
    }
  })

  test('npm runs no install script of a package that is called node', async () => {
    const { allowScripts, devDependencies } = await readJson('package.json')
    expect(allowScripts).not.toHaveProperty('node')
    expect(devDependencies).not.toHaveProperty('node')
  })
})

describe('npm start', () => {
  /** Runs the version check of `npm start` in a process that reports another version of Node. */
  const check = (version: string) => {
    const pretend = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${version}' } })`
    const imports = [`data:text/javascript,${encodeURIComponent(pretend)}`, './build/runtime/check-node-version.js']
    return run(process.execPath, [...imports.flatMap((file) => ['--import', file]), '--eval', 'console.log("started")'])
  }

  test('checks the version of Node before it loads any TypeScript', async () => {
    const { scripts } = JSON.parse(await readFile('package.json', 'utf8'))
    expect(scripts.start).toBe('exec node --import ./build/runtime/check-node-version.js local/start.ts')
  })

  test.each(['20.20.2', '24.1.0'])('exits with 1 on Node %s and says which version to install', async (version) => {
    const failure = await check(version).catch((error) => error)
    expect(failure).toMatchObject({ code: 1, stdout: '' })
    expect(failure.stderr).toBe(
      `Coatcheck needs Node 24.2 or later and found Node ${version}: npm has installed no Node for ${process.platform}-${process.arch}, so install Node 24 from https://nodejs.org and try again.\n`,
    )
  })

  test.each(['24.2.0', '26.0.0'])('starts on Node %s', async (version) => {
    expect((await check(version)).stdout).toBe('started\n')
  })
})
