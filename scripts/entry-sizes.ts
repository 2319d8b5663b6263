import { type BuildOptions, build } from 'esbuild'
import { lambdaOptions } from '../build/esbuild.ts'

// Measures what an application bundles with each entry point of the package. `npm run size` prints it; a test compares the
// sizes with their ceilings.

/** A bundle that imports an entry point. */
export interface EntrySize {
  readonly name: string
  /** Minified, with the settings of `coatcheck/esbuild`. */
  readonly bytes: number
  /** Minified by esbuild without further settings. */
  readonly plainBytes: number
  /** Whether it contains any of the AWS SDK, rather than a file beside it. */
  readonly hasSdk: boolean
}

/**
 * What an application imports, and the most that this may add to its bundle: about four percent above the size when it
 * was set. A commit that raises a ceiling says why.
 */
export const ENTRY_CEILINGS: Readonly<Record<string, { imports: string; bytes: number }>> = {
  'coatcheck/middleware': { imports: 'requireSession', bytes: 59_000 },
  'coatcheck/authorizer': { imports: 'createAuthorizer', bytes: 45_500 },
  'coatcheck/behind-authorizer': { imports: 'requireSession', bytes: 37_000 },
  'coatcheck/fetch': { imports: 'createSessionCheck, withSession', bytes: 55_500 },
  'coatcheck/hono': { imports: 'requireSession', bytes: 55_500 },
  'coatcheck/express': { imports: 'requireSession, sessionOf', bytes: 55_500 },
  'coatcheck/fastify': { imports: 'requireSession, sessionOf', bytes: 55_500 },
  'coatcheck/next': { imports: 'withSession, createSessionCheck, createSessionReader', bytes: 55_500 },
  'coatcheck/powertools': { imports: 'requireSession', bytes: 55_500 },
  'coatcheck/client': { imports: 'createClient, Problem', bytes: 4_450 },
}

export async function measureEntryPoints(): Promise<EntrySize[]> {
  return Promise.all(
    Object.entries(ENTRY_CEILINGS).map(async ([name, { imports }]) => {
      const contents = `export { ${imports} } from '${name}'`
      const own = await bundle(contents, lambdaOptions())
      const plain = await bundle(contents, { minify: true, format: 'esm', platform: 'node' })
      return {
        name,
        bytes: own.bytes,
        plainBytes: plain.bytes,
        hasSdk: own.inputs.some((file) => /@aws-sdk|@smithy/.test(file)),
      }
    }),
  )
}

async function bundle(contents: string, options: BuildOptions) {
  const { outputFiles, metafile } = await build({
    ...options,
    stdin: { contents, resolveDir: process.cwd(), loader: 'ts' },
    outfile: 'out.mjs', // required for names; nothing is written
    outExtension: {},
    bundle: true,
    write: false,
    metafile: true,
    tsconfig: 'tsconfig.json', // leads the package's name to its sources
  })
  const inputs = Object.values(metafile?.outputs ?? {}).flatMap((output) =>
    Object.entries(output.inputs).flatMap(([file, { bytesInOutput }]) => (bytesInOutput > 0 ? [file] : [])),
  )
  return { bytes: outputFiles?.[0]?.contents.length ?? 0, inputs }
}
