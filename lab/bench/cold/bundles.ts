import { mkdir, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { build, type Plugin, stop } from 'esbuild'
import { lambdaPlugin } from '../../../build/esbuild.ts'
import { readService } from '../../../local/service.ts'
import { buildFunctions } from '../../../scripts/dependencies.ts'

export const PLAIN = 'the plain SDK, bundled'
export const PLAIN_ALIASED = 'the plain SDK, bundled with our plugin'
export const FLOOR = 'a request signed by hand'
export const JWT = 'a JWT (`jose`, ES256), no datastore'
export const GUARDED = 'a guarded handler'
export const GUARDED_WARM = 'a guarded handler with `warmUp()`'
export const AUTHORIZER = 'authorizer'

export interface Bundle {
  readonly name: string
  readonly file: string
  /** What Node parses before the first answer, unless that fails. */
  readonly bytes: number
}

interface Text {
  readonly name: string
  readonly text: string
}

/** The handlers that functions are compared with, made with the same options. */
export async function makeLanes(folder: string): Promise<Bundle[]> {
  const { esbuild } = await readService('.', { stage: 'dev' })
  const { outputFileExtension: _, plugins: __, ...options } = esbuild
  const sdk: Text[] = []
  const lane = async (name: string, handler: string, plugins: Plugin[]): Promise<Text> => {
    const entryPoints = [`lab/bench/cold/${handler}-handler.ts`]
    const { outputFiles } = await build({ ...options, plugins, entryPoints, write: false, outdir: 'out' })
    for (const { path, text } of outputFiles) if (basename(path) === SDK) sdk[0] = { name: SDK, text }
    return { name, text: outputFiles[0]?.text ?? '' }
  }
  const texts = [
    await lane(PLAIN, 'plain', []),
    await lane(PLAIN_ALIASED, 'plain', [lambdaPlugin()]),
    await lane(FLOOR, 'floor', [lambdaPlugin()]),
    await lane(JWT, 'jwt', [lambdaPlugin()]),
    await lane(GUARDED, 'guarded', [lambdaPlugin()]),
    await lane(GUARDED_WARM, 'guarded-warm', [lambdaPlugin()]),
  ]
  return writeBundles(folder, [...texts, ...sdk])
}

/** Functions as they are deployed. */
export async function makeBundles(folder: string, names: readonly string[]): Promise<Bundle[]> {
  const { bundles } = await buildFunctions()
  const texts = bundles.map(({ path, text }) => ({ name: basename(path) === SDK ? SDK : basename(path, '.js'), text }))
  return writeBundles(
    folder,
    texts.filter(({ name }) => name === SDK || names.includes(name)),
  )
}

/** The file with the SDK, which stands beside all. */
const SDK = 'sdk.mjs'

async function writeBundles(folder: string, texts: readonly Text[]): Promise<Bundle[]> {
  await stop()
  await mkdir(folder, { recursive: true })
  const bundles = await Promise.all(
    texts.map(async ({ name, text }, index) => {
      const file = join(folder, name === SDK ? SDK : `${index}.mjs`)
      await writeFile(file, text)
      return { name, file, bytes: Buffer.byteLength(text) }
    }),
  )
  return bundles.filter(({ name }) => name !== SDK)
}
