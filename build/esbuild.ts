import { readFile } from 'node:fs/promises'
import { dirname, extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { EsbuildPlugin, StandIn } from './plugin-types.ts'
import { placeSdk } from './sdk-file.ts'
import { STAND_INS } from './stand-ins.ts'

// The settings of the Lambda functions' bundles.

export type * from './plugin-types.ts'

/** Options of `lambdaOptions` and `lambdaPlugin`. */
export interface LambdaBundleOptions {
  /**
   * Whether a function uses event streams of another AWS service, as Bedrock, Kinesis, Lex, Transcribe and Lambda's
   * streamed invocations have. Default: `false`, and using one throws.
   */
  readonly eventStreams?: boolean | undefined
}

/** Options for esbuild's `build`. */
export interface EsbuildOptions {
  bundle: true
  minify: true
  format: 'esm'
  platform: 'node'
  target: string
  mainFields: string[]
  outExtension: { '.js': string }
  banner: { js: string }
  plugins: EsbuildPlugin[]
}

const BUILTIN = 'coatcheck-builtin'
const EVENT_STREAMS = '@smithy/core/event-streams'
const ENDPOINT_DISCOVERY = '@aws-sdk/middleware-endpoint-discovery'
const FOLDER = dirname(fileURLToPath(import.meta.url))
const EXTENSION = extname(fileURLToPath(import.meta.url)) // sources are .ts, the package is .js

/**
 * Creates the esbuild plugin that replaces parts of the AWS SDK that a Lambda function with DynamoDB never uses, which
 * halves the bytes and the start-up time: the search for credentials outside Lambda (its environment always has them),
 * DynamoDB's endpoint discovery, and event streams. `node:http` is loaded without undici, which every function with HTTP would otherwise load. Not
 * for SnapStart, containers and servers, which get their credentials elsewhere.
 * @example
 * ```ts
 * import { lambdaPlugin } from 'coatcheck/esbuild'
 *
 * // esbuild-plugins.mjs, for `custom.esbuild.plugins` of serverless-esbuild
 * export default [lambdaPlugin()]
 * ```
 */
export function lambdaPlugin({ eventStreams = false }: LambdaBundleOptions = {}): EsbuildPlugin {
  const names = Object.keys(STAND_INS).filter((name) => !(eventStreams && name === EVENT_STREAMS))
  const originals = {} // marks our own resolutions
  return {
    name: 'coatcheck-lambda',
    setup(build) {
      placeSdk(build, () => lambdaPlugin({ eventStreams }))
      // As an ES module, node:http loads undici for the sake of `WebSocket`: nine times the time of the module itself
      // (nodejs/node#59686).
      build.onResolve({ filter: /^(node:)?http$/ }, ({ kind }) =>
        kind === 'require-call' ? undefined : { path: 'node:http', namespace: BUILTIN },
      )
      build.onLoad({ filter: /./, namespace: BUILTIN }, ({ path }) => ({
        contents: `module.exports=process.getBuiltinModule(${JSON.stringify(path)})`,
        loader: 'js',
      }))
      build.onResolve({ filter: new RegExp(`^(${names.join('|')})$`) }, async (args) => {
        const { path, importer, resolveDir, kind, pluginData } = args
        if (pluginData === originals) return undefined
        // Other clients, such as Timestream's, need the discovery of endpoints.
        if (path === ENDPOINT_DISCOVERY && !/client-dynamodb/.test(importer)) return undefined
        const original = await build.resolve(path, { kind: kind as never, resolveDir, pluginData: originals })
        if (original.errors.length > 0) return undefined // esbuild reports it
        const standIn = `${FOLDER}/${STAND_INS[path]}${EXTENSION}`
        return { path: standIn, pluginData: { standsIn: true, resolveDir: dirname(original.path) } }
      })
      build.onLoad({ filter: /lambda-[\w-]+\.[jt]s$/ }, async ({ path, pluginData }) => {
        const { standsIn, resolveDir } = (pluginData ?? {}) as Partial<StandIn['pluginData']>
        if (!standsIn || resolveDir === undefined) return undefined
        return { contents: await readFile(path, 'utf8'), loader: EXTENSION === '.ts' ? 'ts' : 'js', resolveDir }
      })
    },
  }
}

/**
 * The esbuild options with which Coatcheck's own functions are bundled: minified ES modules for Node.js 24, with
 * `lambdaPlugin`. Name the entry points and the output folder, and change what you like.
 * @example
 * ```ts
 * import { build } from 'esbuild'
 * import { lambdaOptions } from 'coatcheck/esbuild'
 *
 * await build({ ...lambdaOptions(), entryPoints: ['handler.ts'], outdir: 'dist' })
 * ```
 */
export function lambdaOptions(options: LambdaBundleOptions = {}): EsbuildOptions {
  return {
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    mainFields: ['module', 'main'],
    outExtension: { '.js': '.mjs' },
    // Bundled CommonJS modules call `require`.
    banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
    plugins: [lambdaPlugin(options)],
  }
}
