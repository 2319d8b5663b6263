import { mkdir, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { build, type Plugin, stop } from 'esbuild'
import { lambdaPlugin } from '../../../build/esbuild.ts'
import { readService } from '../../../local/service.ts'
import { buildFunctions } from '../../../scripts/dependencies.ts'

export const PLAIN = 'the plain SDK, bundled'
export const PLAIN_ALIASED = 'the plain SDK, bundled with our aliases'

export interface Bundle {
  readonly name: string
  readonly file: string
  readonly bytes: number
}

/** Every function as it is deployed, and the plain handler with the same options: with our aliases and without. */
export async function makeBundles(folder: string): Promise<Bundle[]> {
  const { bundles } = await buildFunctions()
  const { esbuild } = await readService('.', { stage: 'dev' })
  const { outputFileExtension: _, plugins: __, ...options } = esbuild
  const plain = async (name: string, plugins: Plugin[]) => {
    const entryPoints = ['lab/bench/cold/plain-handler.ts']
    const { outputFiles } = await build({ ...options, plugins, entryPoints, write: false, outdir: 'out' })
    return { name, text: outputFiles[0]?.text ?? '' }
  }
  const texts = [
    await plain(PLAIN, []),
    await plain(PLAIN_ALIASED, [lambdaPlugin()]),
    ...bundles.map(({ path, text }) => ({ name: basename(path, '.js'), text })),
  ]
  await stop()
  await mkdir(folder, { recursive: true })
  return Promise.all(
    texts.map(async ({ name, text }, index) => {
      const file = join(folder, `${index}.mjs`)
      await writeFile(file, text)
      return { name, file, bytes: Buffer.byteLength(text) }
    }),
  )
}
