import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'
import { unzipSync } from 'fflate'
import type { Service } from './service.ts'

const EXTENSIONS = ['.mjs', '.js', '.cjs']

/** Unpacks the functions whose zip is made already (`package.artifact`), each into a folder of its own. */
export async function unpackArtifacts(
  { folder: home, functions }: Service,
  outputFolder: string,
): Promise<Map<string, { file: string; exportName: string }>> {
  const bundles = new Map<string, { file: string; exportName: string }>()
  for (const { name, handler, artifact: declared } of functions) {
    if (declared === undefined) continue
    // The service in the package names its zips as a folder does in which the package is installed.
    const artifact = existsSync(declared) ? declared : join(home, 'functions', basename(declared))
    const folder = join(outputFolder, 'artifacts', name)
    for (const [path, contents] of Object.entries(unzipSync(await readFile(artifact)))) {
      if (path.endsWith('/')) continue
      await mkdir(dirname(join(folder, path)), { recursive: true })
      await writeFile(join(folder, path), contents)
    }
    const exportName = extname(handler).slice(1)
    const base = join(folder, handler.slice(0, -exportName.length - 1))
    const file = EXTENSIONS.map((extension) => base + extension).find(existsSync)
    if (!file) throw new Error(`Function ${name}: the handler ${handler} is not in ${artifact}.`)
    bundles.set(name, { file, exportName })
  }
  return bundles
}
