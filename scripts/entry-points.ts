import { readFileSync, writeFileSync } from 'node:fs'

// Writes `exports` and `typesVersions` of package.json for the entry points that `paths` in tsconfig.json lists: for ES
// modules, for CommonJS, and for `moduleResolution: node10`, which knows only `typesVersions`.

interface Manifest {
  exports: Record<string, unknown>
  typesVersions: { '*': Record<string, string[]> }
}

const tsconfig = JSON.parse(readFileSync('tsconfig.json', 'utf8').replace(/^\s*\/\/.*$/gm, ''))
const paths: Record<string, [string]> = tsconfig.compilerOptions.paths
const manifest: Manifest = JSON.parse(readFileSync('package.json', 'utf8'))

const entries = Object.entries(paths).map(([name, [source]]): [entry: string, file: string] => [
  name.replace('coatcheck', '.'),
  source.replace('./', './dist/').replace(/\.ts$/, ''),
])
manifest.exports = {
  ...Object.fromEntries(
    entries.map(([entry, file]) => [
      entry,
      {
        import: { types: `${file}.d.ts`, default: `${file}.js` },
        require: { types: `${file}.d.cts`, default: `${file}.cjs` },
      },
    ]),
  ),
  './openapi.json': './openapi.json',
  './package.json': './package.json',
}
const named = entries.filter(([entry]) => entry !== '.')
manifest.typesVersions = { '*': Object.fromEntries(named.map(([entry, file]) => [entry.slice(2), [`${file}.d.ts`]])) }
writeFileSync('package.json', `${JSON.stringify(manifest, null, 2)}\n`)
