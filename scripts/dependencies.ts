import { readFile, writeFile } from 'node:fs/promises'
import { build } from 'esbuild'
import { buildConsole } from '../build/console-plugin.ts'
import { esbuildOptions } from '../local/bundle.ts'
import { readService } from '../local/service.ts'

// Writes docs/dependencies.md: the packages that run in the functions, in the console and with the package. A test compares:
//   node scripts/dependencies.ts

/** Licenses that let anybody use, change and sell what contains the package, without publishing their own code. */
const ALLOWED_LICENSES = ['MIT', 'MIT-0', 'ISC', '0BSD', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0']

interface Package {
  readonly version: string
  readonly license: string
  readonly dependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

interface Lockfile {
  readonly packages: Readonly<Record<string, Package>>
}

/** Bundles the functions as they are deployed. `inputs` are the files that contribute to any bundle. */
export async function buildFunctions() {
  const service = await readService('.', { stage: 'dev' })
  const entryPoints = service.functions.map(({ name }) => `functions/${name}.ts`)
  const { metafile, outputFiles } = await build({
    ...(await esbuildOptions(service)),
    entryPoints,
    write: false,
    metafile: true,
    outdir: 'out',
  })
  const inputs = Object.values(metafile.outputs).flatMap((output) =>
    Object.entries(output.inputs).flatMap(([input, { bytesInOutput }]) => (bytesInOutput > 0 ? [input] : [])),
  )
  return { metafile, inputs: [...new Set(inputs)], bundles: outputFiles.map(({ path, text }) => ({ path, text })) }
}

/** The folder of a bundled package, as the lockfile names it. */
const PLACE = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/

/**
 * The packages that run, by their folder, with the places where each runs.
 * @param inputs the files in the functions' bundles
 * @throws Error for a package whose license is not allowed
 */
export async function packagesThatRun(inputs: readonly string[]) {
  const { packages }: Lockfile = JSON.parse(await readFile('package-lock.json', 'utf8'))
  const placesOf = (files: readonly string[]) => new Set(files.flatMap((file) => PLACE.exec(file)?.[0] ?? []))
  const bundled = placesOf(inputs)
  const shown = placesOf((await buildConsole()).inputs.map((input) => input.replace(/^(\.\.\/)+/, '')))
  const installed = new Set(['', ...dependenciesOf('', packages)])
  installed.delete('')
  return [...new Set([...bundled, ...shown, ...installed])].sort().map((place) => {
    const { version, license } = packages[place] ?? { version: '?', license: '?' }
    if (!ALLOWED_LICENSES.includes(license))
      throw new Error(`${place} has the license ${license}; what runs has one of ${ALLOWED_LICENSES.join(', ')}.`)
    const functions = bundled.has(place) && 'functions'
    const where = [functions, shown.has(place) && 'console', installed.has(place) && 'package'].filter((each) => each)
    return { place, version, license, where }
  })
}

export async function dependenciesPage({ inputs }: { inputs: readonly string[] }): Promise<string> {
  const rows = (await packagesThatRun(inputs)).map(
    ({ place, version, license, where }) =>
      `| ${place.replace(/.*node_modules\//, '')} | ${version} | ${license} | ${where.join(', ')} |`,
  )
  const { dependencies, peerDependencies } = JSON.parse(await readFile('package.json', 'utf8'))
  const ranges = (of: Record<string, string>) =>
    Object.entries(of).map(([name, range]) => `\`${name}\` ${range.replaceAll('|', '\\|')}`)
  return `# What runs

Written by \`npm run checklist\`; \`tests/packaging/deployed-code.test.ts\` compares. \`functions\`: bundled into the deployed functions. \`console\`: bundled into the page that browsers run. \`package\`: installed with the package. \`package-lock.json\` has the digest of each package, and \`npm ci\` installs only packages with these digests. Packages that only build and test are not listed. A license other than ${ALLOWED_LICENSES.join(', ')} fails that test. \`npm run sbom\` writes [CycloneDX](https://cyclonedx.org) bills of materials, of the package and of what is deployed; \`npm audit\` prints known vulnerabilities; [SECURITY.md](../SECURITY.md) states how soon they are fixed.

| package | version | license | in |
|---|---|---|---|
${rows.join('\n')}

\`lib/passwords/blocklist.ts\` is data: a part of a list of OWASP SecLists, CC BY-SA 3.0 ([why](decisions/010-blocklist.md)).

The package depends on ${ranges(dependencies).join(', ')}; its peer dependencies are ${ranges(peerDependencies).join(', ')}. Only the command line uses \`commander\`, \`cli-table3\`, \`cli-progress\` and \`csv-parse\`; they are dependencies because \`npx coatcheck\` must work without a further installation, and no other module may import them.
`
}

/** A package's dependencies, recursively; each is resolved from the nearest node_modules folder. */
function dependenciesOf(place: string, packages: Lockfile['packages'], found = new Set<string>()): Set<string> {
  const { dependencies, optionalDependencies } = packages[place] ?? {}
  for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
    const nested = `${place}/node_modules/${name}`
    const at = place !== '' && packages[nested] ? nested : `node_modules/${name}`
    if (found.has(at)) continue
    found.add(at)
    dependenciesOf(at, packages, found)
  }
  return found
}

if (import.meta.main) await writeFile('docs/dependencies.md', await dependenciesPage(await buildFunctions()))
