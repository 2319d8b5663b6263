import { basename, dirname } from 'node:path'
import { gzipSync } from 'node:zlib'
import { plainTable } from '../lab/shared/table.ts'
import { buildFunctions } from './dependencies.ts'
import { ENTRY_CEILINGS, type EntrySize, measureEntryPoints } from './entry-sizes.ts'
import { CEILINGS, type Ceiling, KB, SDK_CEILING } from './size-ceilings.ts'

// Measures the bundles of the functions as they are deployed, and fails if a bundle exceeds its ceiling; a test does the
// same. With the name of a function it also lists the files in its bundle:
//   npm run size
//   npm run size -- authorizer

export interface Part {
  readonly name: string
  readonly bytes: number
}

export interface FunctionSize {
  readonly name: string
  /** Minified, as deployed. */
  readonly bytes: number
  readonly gzipBytes: number
  /** The bytes of each package and of each folder of Coatcheck, the largest first; they add up to `bytes`. */
  readonly parts: readonly Part[]
  readonly files: readonly Part[]
}

/** Files that are listed on their own instead of with their folder, such as long lists. */
const OWN_LINE_FROM = 10_000

/** The functions, and the file with the SDK beside those that load it on demand. */
export async function measureDeployed(): Promise<{ sizes: FunctionSize[]; sdkBytes: number }> {
  const { metafile, bundles } = await buildFunctions()
  const texts = new Map(bundles.map(({ path, text }) => [basename(path), text]))
  const sdkBytes = Buffer.byteLength(texts.get('sdk.mjs') ?? '')
  const sizes = Object.entries(metafile.outputs).map(([path, { bytes, inputs }]) => {
    const files = Object.entries(inputs)
      .map(([file, { bytesInOutput }]) => ({ name: file, bytes: bytesInOutput }))
      .filter((file) => file.bytes > 0)
    const attributed = files.reduce((sum, file) => sum + file.bytes, 0)
    const parts = new Map([["esbuild's own", bytes - attributed]]) // banner, imports of node:, the exports
    for (const file of files) parts.set(partOf(file), (parts.get(partOf(file)) ?? 0) + file.bytes)
    return {
      name: basename(path, '.js'),
      bytes,
      gzipBytes: gzipSync(texts.get(basename(path)) ?? '').length,
      parts: largestFirst([...parts].map(([name, bytes]) => ({ name, bytes }))),
      files: largestFirst(files),
    }
  })
  return { sizes, sdkBytes }
}

function partOf({ name, bytes }: Part): string {
  const [, packageName] = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(name) ?? []
  if (packageName) return packageName
  if (bytes < OWN_LINE_FROM && name.includes('/')) return `${dirname(name)}/`
  return name.replace(/^\w+:(?=\w+:)/, '') // a plugin's namespace
}

function largestFirst(parts: readonly Part[]): Part[] {
  return parts.toSorted((a, b) => b.bytes - a.bytes || (a.name < b.name ? -1 : 1))
}

/** Returns a sentence for each function that exceeds its ceiling or has none. */
export function findFaults(sizes: readonly FunctionSize[], ceilings: readonly Ceiling[] = CEILINGS): string[] {
  const names = new Set(sizes.map(({ name }) => name))
  const unknown = ceilings.flatMap(({ functions }) => functions).filter((name) => !names.has(name))
  return [
    ...sizes.flatMap(({ name, bytes }) => {
      const own = ceilings.filter(({ functions }) => functions.includes(name))
      const [ceiling] = own
      if (!ceiling || own.length > 1)
        return [`${name} has ${ceiling ? 'more than one' : 'no'} ceiling: see scripts/size-ceilings.ts.`]
      if (bytes <= ceiling.bytes) return []
      const over = count(bytes - ceiling.bytes)
      return [
        `${name} is ${over} bytes above its ceiling: it has ${count(bytes)}, and may have ${count(ceiling.bytes)}.`,
      ]
    }),
    ...unknown.map((name) => `scripts/size-ceilings.ts has a ceiling for ${name}, which is not a function.`),
  ]
}

const count = (bytes: number) => bytes.toLocaleString('en-GB')

function table(sizes: readonly FunctionSize[]): string {
  const head = ['function', 'bytes', 'KB', 'gzip', 'ceiling', 'room', '']
  const groups = CEILINGS.flatMap(({ kind, bytes: ceiling, functions }) => {
    const members = sizes.filter(({ name }) => functions.includes(name)).toSorted((a, b) => b.bytes - a.bytes)
    return members.map(({ name, bytes, gzipBytes }, index) => {
      const room = ceiling - bytes
      const share = `${((room / ceiling) * 100).toFixed(1)} %`.padStart(7)
      return [
        ...[name, count(bytes), (bytes / KB).toFixed(1), count(gzipBytes), count(ceiling), `${count(room)} ${share}`],
        index === 0 ? kind : '',
      ]
    })
  })
  return plainTable(head, groups, [0, head.length - 1])
}

const MOST_FILES = 40

function composition({ name, bytes, parts, files }: FunctionSize): string {
  const list = (of: readonly Part[]) =>
    of.map(
      (part) =>
        `${count(part.bytes).padStart(9)}  ${((part.bytes / bytes) * 100).toFixed(1).padStart(4)} %  ${part.name}`,
    )
  const shown = files.slice(0, MOST_FILES)
  const rest = files.length - shown.length
  return [
    `${name}: ${count(bytes)} bytes, by package and folder`,
    ...list(parts),
    '',
    rest > 0 ? `its ${MOST_FILES} largest files, and ${rest} smaller ones` : 'its files',
    ...list(shown),
  ].join('\n')
}

/** Returns a sentence if the file with the SDK is missing or exceeds its ceiling. */
export function findSdkFaults(bytes: number): string[] {
  if (bytes > 0 && bytes <= SDK_CEILING) return []
  return [`sdk.mjs has ${count(bytes)} bytes, and may have 1 to ${count(SDK_CEILING)}.`]
}

/** Returns a sentence for each entry point that exceeds its ceiling. */
export function findEntryFaults(sizes: readonly EntrySize[]): string[] {
  return sizes.flatMap(({ name, bytes }) => {
    const { bytes: ceiling = 0 } = ENTRY_CEILINGS[name] ?? {}
    return bytes <= ceiling
      ? []
      : [`${name} is ${count(bytes - ceiling)} bytes above its ceiling of ${count(ceiling)}.`]
  })
}

function entryTable(sizes: readonly EntrySize[]): string {
  const rows = sizes.map(({ name, bytes, plainBytes, hasSdk }) => [
    ...[name, count(bytes), count(plainBytes), hasSdk ? 'yes' : 'no'],
  ])
  return plainTable(['entry point', 'bytes', "with esbuild's defaults", 'AWS SDK'], rows, [0])
}

if (import.meta.main) {
  const { sizes, sdkBytes } = await measureDeployed()
  const wanted = process.argv.slice(2)
  const strange = wanted.find((name) => !sizes.some((size) => size.name === name))
  if (strange !== undefined) {
    console.error(`Unknown function ${strange}. Functions are: ${sizes.map(({ name }) => name).join(', ')}.`)
    process.exit(2)
  }
  console.log(`Minified, as deployed. 1 KB is ${KB} bytes.\n\n${table(sizes)}\n`)
  if (wanted.length === 0) {
    console.log(`sdk.mjs, which the authorizer loads on demand: ${count(sdkBytes)} bytes of ${count(SDK_CEILING)}.\n`)
    console.log('The parts of each bundle; npm run size -- <function> lists its files:\n')
    for (const { name, parts } of sizes)
      console.log(`${name}: ${parts.map((part) => `${part.name} ${count(part.bytes)}`).join(', ')}`)
  }
  const entries = wanted.length === 0 ? await measureEntryPoints() : []
  if (wanted.length === 0)
    console.log(`\nWhat an application bundles, minified, with coatcheck/esbuild:\n\n${entryTable(entries)}\n`)
  for (const size of sizes.filter(({ name }) => wanted.includes(name))) console.log(`${composition(size)}\n`)
  const faults = [...findFaults(sizes), ...findSdkFaults(sdkBytes), ...findEntryFaults(entries)]
  for (const fault of faults) console.error(`\n${fault}`)
  if (faults.length > 0) process.exit(1)
}
