import { openImportTrial } from './import-trial.ts'

// Measures `coatcheck users import` on the embedded engine, first into an empty table, then with the same file again:
//   node scripts/measure-import.ts [users, 100000 when left out]

const users = Number(process.argv[2] ?? 100_000)
const trial = await openImportTrial(users)
try {
  console.log(`${users} lines, ${trial.bytes} bytes, Node ${process.version}`)
  for (const run of ['into an empty table', 'again']) {
    const { stdout, spent, seconds } = await trial.run()
    console.log(`${run}: ${seconds.toFixed(1)} s, ${Math.round(users / seconds)} a second, ${spent}: ${stdout}`)
  }
} finally {
  await trial.close()
}
