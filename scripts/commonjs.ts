import { globSync, readFileSync, writeFileSync } from 'node:fs'

// Makes dist/ usable from CommonJS: a `.cjs` for each entry point that loads the ES module, which Node allows since 22.12,
// and a `.d.cts` beside each published `.d.ts`, since CommonJS TypeScript under `module: node16` refuses declarations of ES
// modules. There is one copy of the code, so that errors are instances of the same classes for both.

const SPECIFIER = /((?:from|import) ?\(?['"]\.[^'"]+)\.[jt]s(['"])/g

for (const file of globSync('dist/!(cli)/**/*.d.ts')) {
  const declarations = readFileSync(file, 'utf8').replace(SPECIFIER, '$1.cjs$2')
  writeFileSync(file.replace(/\.d\.ts$/, '.d.cts'), declarations)
}

const manifest: { exports: Record<string, string | { require: { default: string } }> } = JSON.parse(
  readFileSync('package.json', 'utf8'),
)
for (const entry of Object.values(manifest.exports)) {
  if (typeof entry === 'string') continue
  const file = entry.require.default
  writeFileSync(file, `module.exports = require('./${file.replace(/^.*\//, '').replace('.cjs', '.js')}')\n`)
}
