import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { relative } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, describe, expect, test } from 'vitest'
import { bundleService } from '../../local/bundle.ts'
import { readService } from '../../local/service.ts'
import { removeFolders, temporaryFolder } from './support.ts'

afterAll(removeFolders)

/** Bundles a service with one function for each handler. */
async function bundle(files: Record<string, string>, esbuild: string, ...handlers: string[]) {
  const functions = handlers.map((handler, index) => `  f${index}: { handler: ${handler} }`).join('\n')
  const yaml = `service: s\nprovider: { name: aws, runtime: nodejs24.x }\nfunctions:\n${functions}\ncustom: { esbuild: ${esbuild} }`
  const service = await readService(await temporaryFolder({ ...files, 'serverless.yml': yaml }), { stage: 'local' })
  const output = await temporaryFolder()
  const bundles = await bundleService(service, output)
  return { bundles, output }
}

const esm = '{ format: esm, outputFileExtension: .mjs }'

describe('bundleService bundles like serverless-esbuild', () => {
  test('with one file for each entry', async () => {
    const files = { 'functions/a.ts': 'export const one: number = 1, two = 2', 'b/index.js': 'export const three = 3' }
    const { bundles, output } = await bundle(files, esm, 'functions/a.one', 'functions/a.two', 'b.three')
    const found = [...bundles].map(([name, { file, exportName }]) => [name, relative(output, file), exportName])
    expect(found).toEqual([
      ['f0', 'functions/a.mjs', 'one'],
      ['f1', 'functions/a.mjs', 'two'],
      ['f2', 'b/index.mjs', 'three'],
    ])
    expect(await import(bundles.get('f2')?.file ?? '')).toMatchObject({ three: 3 })
  })

  test('as CommonJS by default, without the options of the plugin', async () => {
    const files = { 'a.ts': 'import fs from "node:fs"; export const handler = async () => typeof fs.readFileSync' }
    const { bundles } = await bundle(
      files,
      '{ packager: npm, concurrency: 3, exclude: ["*"], keepOutputDirectory: true }',
      'a.handler',
    )
    const { handler } = await import(bundles.get('f0')?.file ?? '')
    expect(await handler()).toBe('function')
  })

  test('with aliases relative to the service, minification, banner and externals', async () => {
    const files = {
      'a.ts': 'import { value } from "far"; import "outside"; export const handler = async () => value',
      'near.ts': 'export const value = "aliased"',
    }
    const options =
      '{ format: esm, minify: true, alias: { far: ./near.ts }, banner: { js: /* first */ }, external: [outside] }'
    const { bundles } = await bundle(files, options, 'a.handler')
    const code = await readFile(bundles.get('f0')?.file ?? '', 'utf8')
    expect(code).toMatch(/^\/\* first \*\//)
    expect(code).toContain('import"outside"')
    expect(code).toContain('aliased')
  })
})

test('bundleService uses plugins from a file and leaves no process of esbuild', async () => {
  const plugin = `export default [{ name: 'made', setup({ onResolve, onLoad }) {
    onResolve({ filter: /^made$/ }, ({ path }) => ({ path, namespace: 'made' }))
    onLoad({ filter: /./, namespace: 'made' }, () => ({ contents: '"made up"', loader: 'json' }))
  } }]`
  const files = { 'a.ts': 'import value from "made"; export const handler = async () => value', 'plugins.mjs': plugin }
  const options = '{ format: esm, outputFileExtension: .mjs, plugins: plugins.mjs }'
  const twice = await Promise.all([bundle(files, options, 'a.handler'), bundle(files, options, 'a.handler')])
  for (const { bundles } of twice) expect(await (await import(bundles.get('f0')?.file ?? '')).handler()).toBe('made up')
  const { stdout } = await promisify(execFile)('ps', ['-o', 'args=', '--ppid', String(process.pid)])
  expect(stdout).not.toContain('esbuild')
})

describe('bundleService names the cause of a failure', () => {
  test.each([
    ['a missing file', {}, esm, /^Function f0: the handler a\.handler has no file in /],
    [
      'a syntax error',
      { 'a.ts': 'export const = 1' },
      esm,
      'Function f0 cannot be bundled: a.ts:1:13: Expected identifier',
    ],
    [
      'a missing import',
      { 'a.ts': 'import "./b.ts"' },
      esm,
      'Function f0 cannot be bundled: a.ts:1:7: Could not resolve',
    ],
    [
      'an error further in',
      { 'a.ts': 'import "./b.ts"', 'b.ts': 'const' },
      esm,
      'Service s cannot be bundled: b.ts:1:5: Expected identifier',
    ],
    ['an unknown option', { 'a.ts': '' }, '{ colour: red }', 'Service s cannot be bundled'],
    [
      'custom.esbuild.config',
      { 'a.ts': '' },
      '{ config: config.js }',
      's: custom.esbuild.config is not supported locally.',
    ],
    [
      'a missing file of plugins',
      { 'a.ts': '' },
      '{ plugins: plugins.mjs }',
      /^s: custom\.esbuild\.plugins must name .*Cannot find/,
    ],
    [
      'plugins that are not a list',
      { 'a.ts': '', 'plugins.mjs': 'export default {}' },
      '{ plugins: plugins.mjs }',
      's: custom.esbuild.plugins must name a file whose default export is a list of plugins.',
    ],
  ])('for %s', async (_what, files, options, message) => {
    await expect(bundle(files, options, 'a.handler')).rejects.toThrow(message)
  })
})
