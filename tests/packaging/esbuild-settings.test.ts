import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { lambdaOptions, lambdaPlugin } from 'coatcheck/esbuild'
import { httpApiEvent, invoke } from 'coatcheck/testing'
import { build, type Plugin } from 'esbuild'
import { expect, onTestFinished, test } from 'vitest'
import { STAND_INS } from '../../build/stand-ins.ts'
import { readService } from '../../local/service.ts'
import { expectFallback } from '../support/expect-fallback.ts'

// `coatcheck/esbuild`: the settings that applications bundle with.

async function inputsOf(contents: string, options: ReturnType<typeof lambdaOptions>, plugins: Plugin[] = []) {
  const { metafile } = await build({
    ...options,
    plugins: [...plugins, ...options.plugins],
    stdin: { contents, resolveDir: process.cwd() },
    write: false,
    metafile: true,
    outfile: 'out.mjs',
    outExtension: {},
  })
  return Object.keys(metafile.inputs)
}

test('coatcheck/esbuild has the settings of serverless.yml', async () => {
  const { plugins: file, outputFileExtension, ...settings } = (await readService('.', { stage: 'dev' })).esbuild
  const { plugins, outExtension, ...options } = lambdaOptions()
  expect(options).toEqual(settings)
  expect(outExtension).toEqual({ '.js': outputFileExtension })
  expect(plugins.map(({ name }) => name)).toEqual(['coatcheck-lambda'])
  const own: { default: Plugin[] } = await import(/* @vite-ignore */ resolve(String(file)))
  expect(own.default.map(({ name }) => name)).toEqual(['coatcheck-lambda', 'console'])
})

test('a handler that is bundled with coatcheck/esbuild runs, and has the SDK in a file beside it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'coatcheck-bundle-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const entry = join(folder, 'handler.ts')
  await writeFile(
    entry,
    `import { withSession } from '${resolve('middleware/index.ts')}'
export const handler = withSession(async () => ({ statusCode: 200 }), { log: () => {} })`,
  )
  await build({ ...lambdaOptions(), entryPoints: [entry], outdir: folder })
  const { handler } = await import(/* @vite-ignore */ pathToFileURL(join(folder, 'handler.mjs')).href)
  expect(await invoke(handler, httpApiEvent())).toMatchObject({ statusCode: 401 })
  await expectFallback(join(folder, 'handler.mjs'), { statusCode: 200 })
})

test('coatcheck/esbuild replaces three parts of the SDK, and keeps event streams on request', async () => {
  const contents = "export { DynamoDBClient } from '@aws-sdk/client-dynamodb'"
  const standIns = (inputs: string[]) => inputs.filter((file) => file.startsWith('build/')).sort()
  const every = Object.values(STAND_INS).map((name) => `build/${name}.ts`)
  expect(standIns(await inputsOf(contents, lambdaOptions()))).toEqual(every.sort())
  const streaming = await inputsOf(contents, lambdaOptions({ eventStreams: true }))
  expect(standIns(streaming)).toEqual(every.filter((file) => !file.includes('event-streams')))
  expect(streaming.some((file) => file.includes('submodules/event-streams'))).toBe(true)
})

test('coatcheck/esbuild loads node:http without undici, with every name that a module imports', async () => {
  const contents = `import { Agent, METHODS, STATUS_CODES } from 'node:http'
import http from 'http'
export const loaded = [typeof Agent, METHODS.length > 0, STATUS_CODES[404], http.Agent === Agent]`
  const { outputFiles } = await build({
    ...{ ...lambdaOptions(), stdin: { contents, resolveDir: process.cwd() } },
    ...{ banner: {}, write: false, outfile: 'out.mjs', outExtension: {} },
  })
  const text = outputFiles[0]?.text ?? ''
  expect(text).not.toMatch(/from ?"(node:)?http"/)
  expect(await import(/* @vite-ignore */ `data:text/javascript,${encodeURIComponent(text)}`)).toMatchObject({
    loaded: ['function', true, 'Not Found', true],
  })
})

test('coatcheck/esbuild leaves the discovery of endpoints to the clients of other services', async () => {
  const contents = "export * from '@aws-sdk/middleware-endpoint-discovery'"
  const inputs = await inputsOf(contents, lambdaOptions())
  expect(inputs).not.toContain('build/lambda-endpoint-discovery.ts')
})

test('coatcheck/esbuild resolves the imports of a stand-in from the module that it replaces', async () => {
  const resolved: string[] = []
  const spy: Plugin = {
    name: 'spy',
    setup({ onResolve }) {
      onResolve({ filter: /credential-provider-env$/ }, ({ resolveDir }) => {
        resolved.push(resolveDir)
        return undefined
      })
    },
  }
  await inputsOf("export { DynamoDBClient } from '@aws-sdk/client-dynamodb'", lambdaOptions(), [spy])
  expect(resolved).not.toEqual([])
  for (const folder of resolved) expect(folder).toContain('@aws-sdk/credential-provider-node')
})

test('coatcheck/esbuild leaves an import that cannot be resolved to esbuild’s own error', async () => {
  const calls: object[] = []
  const [plugin] = [lambdaPlugin()]
  let resolveStandIn: ((args: never) => Promise<unknown>) | undefined
  plugin.setup({
    resolve: async (...args) => {
      calls.push(args)
      return { path: '', errors: [{}] }
    },
    onResolve: (_options, callback) => {
      resolveStandIn = async (args) => callback(args)
    },
    onLoad: () => {},
    onEnd: () => {},
    initialOptions: {},
    esbuild: { build: async () => ({}) },
  })
  const args = { path: '@aws-sdk/credential-provider-node', importer: '', resolveDir: '.', kind: 'import-statement' }
  expect(await resolveStandIn?.(args as never)).toBeUndefined()
  expect(calls).toHaveLength(1)
})
