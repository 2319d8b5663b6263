import { EMAIL_CHANGES } from '/work/wt/addr/lab/mutation/bugs/email-changes.ts'
import { copyTree, failingWith } from '/work/wt/addr/lab/mutation/run-mutants.ts'
const copy = await copyTree('.')
for (const bug of EMAIL_CHANGES) {
  const isStore = bug.patches.some(({ file }) => file.startsWith('lib/dynamodb'))
  const failing = await failingWith(copy, bug, [{ files: [isStore ? 'tests/contract/dynamodb.test.ts' : 'tests/races/email-change.test.ts'], ...(isStore && { titles: 'tells pointers' }), covers: () => true }])
  console.log(failing.size > 0 ? 'caught' : 'SURVIVES', bug.what, '|', [...failing.values()].flat()[0])
}
await copy.remove()
