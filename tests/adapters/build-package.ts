import { spawnSync } from 'node:child_process'
import { cp, mkdir, readFile, rm, symlink } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** Builds Coatcheck and puts it beside the frameworks, as `npm install coatcheck` would. */
export async function setup(): Promise<void> {
  const target = at('node_modules/coatcheck')
  await rm(target, { recursive: true, force: true })
  await mkdir(`${target}/node_modules`, { recursive: true })
  const args = ['-p', at('../../tsconfig.build.json'), '--outDir', `${target}/dist`]
  const { status, stdout } = spawnSync(at('../../node_modules/.bin/tsc'), args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`The build of Coatcheck failed:\n${stdout}`)
  await cp(at('../../package.json'), `${target}/package.json`)
  // Frameworks bring other versions of the same packages.
  const { dependencies } = JSON.parse(await readFile(at('../../package.json'), 'utf8'))
  for (const name of Object.keys(dependencies))
    await symlink(at(`../../node_modules/${name}`), `${target}/node_modules/${name}`)
}
