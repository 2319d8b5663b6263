import { execFileSync } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { buildFunctions, packagesThatRun } from './dependencies.ts'

// Writes the bills of materials of a release, CycloneDX 1.6, from package-lock.json:
//   npm run sbom
// sbom/package.cdx.json: what `npm install coatcheck` installs. sbom/deployed.cdx.json: what is in the functions and the
// console; these are development dependencies, because esbuild puts them into the bundles.

interface Component {
  readonly 'bom-ref': string
  readonly properties?: readonly { readonly name: string; readonly value: string }[]
  readonly [name: string]: unknown
}

interface Bom {
  readonly components: readonly Component[]
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn?: readonly string[] }[]
}

const PACKAGE = 'sbom/package.cdx.json'
const DEPLOYED = 'sbom/deployed.cdx.json'
const TOOL = 'scripts/sbom/node_modules/@cyclonedx/cyclonedx-npm/bin/cyclonedx-npm-cli.js'

const readBom = async (file: string): Promise<Bom> => JSON.parse(await readFile(file, 'utf8'))

/** Without `--package-lock-only`, the locked Node would count as a part of the package. */
function writeBom(file: string, ...options: string[]): void {
  const common = ['--package-lock-only', '--output-reproducible', '--spec-version', '1.6', '--output-file', file]
  execFileSync(process.execPath, [TOOL, ...common, ...options], { stdio: 'inherit' })
}

/** Leaves out what runs neither in the functions nor in the console. */
async function keepDeployed(file: string): Promise<void> {
  const bom = await readBom(file)
  const deployed = (await packagesThatRun((await buildFunctions()).inputs)).filter(({ where }) =>
    where.some((each) => each !== 'package'),
  )
  const places = new Set(deployed.map(({ place }) => place))
  const components = bom.components
    .filter(({ properties = [] }) =>
      properties.some(({ name, value }) => name === 'cdx:npm:package:path' && places.has(value)),
    )
    .map(({ properties: _, scope: __, ...component }) => component)
  if (components.length !== places.size)
    throw new Error(`${file} would list ${components.length} of the ${places.size} packages in docs/dependencies.md.`)
  const kept = new Set(components.map((component) => component['bom-ref']))
  const dependencies = bom.dependencies
    .filter(({ ref }) => kept.has(ref))
    .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter((each) => kept.has(each)) }))
  await writeFile(file, `${JSON.stringify({ ...bom, components, dependencies }, undefined, 2)}\n`)
}

await mkdir('sbom', { recursive: true })
writeBom(PACKAGE, '--omit', 'dev')
writeBom(DEPLOYED)
await keepDeployed(DEPLOYED)
for (const file of [PACKAGE, DEPLOYED]) console.log(`${file}: ${(await readBom(file)).components.length} packages`)
