// Sums the JSON reports of Vitest in a folder and prints the last line of `.ci/run`.
// Usage: node .ci/count.mjs FOLDER EXIT_STATUS
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const [folder = '', status] = process.argv.slice(2)
let passed = 0
let failed = 0
for (const name of readdirSync(folder)) {
  const report = JSON.parse(readFileSync(join(folder, name), 'utf8'))
  passed += report.numPassedTests
  // A file that cannot be loaded fails without a failed test.
  failed += report.numFailedTests || (report.success ? 0 : 1)
}
if (status !== '0' && failed === 0) failed = 1 // a step that is no test run
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 && passed > 0 ? 0 : 1
