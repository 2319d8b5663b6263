import { strict as assert } from 'node:assert'
import { paginateScan } from '@aws-sdk/client-dynamodb'
import { emailOf, openImportTrial } from './import-trial.ts'

// Kills `coatcheck users import` in the middle, looks at what is left, imports again and checks that every user is there:
//   node scripts/interrupt-import.ts [users, 100000 when left out]

const users = Number(process.argv[2] ?? 100_000)
const trial = await openImportTrial(users)
try {
  console.log(`${users} lines, ${trial.bytes} bytes, Node ${process.version}`)
  const killed = await trial.run(['--json'], (lines, kill) => {
    if (lines >= users * 0.4) kill()
  })
  // The last line may have been cut.
  const reported = killed.stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line).userId)
  const left = await readUsers()
  console.log(`killed after ${killed.seconds.toFixed(1)} s: ${reported.length} users reported, ${describe(left)}`)
  assert(reported.length > 0 && left.complete.size < users)
  const ids = new Set(left.complete.values())
  assert(
    reported.every((id) => ids.has(id)),
    'a user that was reported as created is missing or incomplete',
  )

  const again = await trial.run()
  const all = await readUsers()
  console.log(`again, in ${again.seconds.toFixed(1)} s: ${again.stdout.split('\n')[0]}; ${describe(all)}`)
  assert.match(
    again.stdout,
    new RegExp(
      `^${(users - left.complete.size).toLocaleString('en')} created, ${left.complete.size.toLocaleString('en')} existing, 0 refused`,
    ),
  )
  for (let index = 0; index < users; index++) assert(all.complete.has(emailOf(index)), `${emailOf(index)} is missing`)
  for (const [email, id] of left.complete) assert.equal(all.complete.get(email), id, `${email} is another user now`)
  assert.deepEqual([all.complete.size, all.dangling], [users, 0])
  // Not compared: a call that the engine answers too late also leaves an item, and is repeated with a new one.
  console.log('every user is there, with a password, and none twice')
} finally {
  await trial.close()
}

/** The users that an email leads to, and what an interruption leaves: it cannot sign in, and blocks no email. */
async function readUsers() {
  const emails = new Map<string, { email: string; hasHash: boolean }>()
  const pointers = new Map<string, string>()
  for await (const { Items = [] } of paginateScan({ client: trial.client }, { TableName: 'coatcheck-local-users' }))
    for (const { pk, email, userId, passwordHash } of Items) {
      const [kind, name = ''] = pk?.S?.split('#') ?? []
      if (kind === 'user') emails.set(name, { email: email?.S ?? '', hasHash: passwordHash?.S !== undefined })
      else pointers.set(name, userId?.S ?? '')
    }
  const complete = new Map<string, string>()
  for (const [email, id] of pointers) {
    const user = emails.get(id)
    if (user?.email === email && user.hasHash) complete.set(email, id)
  }
  return { complete, dangling: pointers.size - complete.size, itemsWithoutPointer: emails.size - complete.size }
}

function describe({ complete, dangling, itemsWithoutPointer }: Awaited<ReturnType<typeof readUsers>>): string {
  return `${complete.size} complete users, ${dangling} emails without a complete user, ${itemsWithoutPointer} user items without an email`
}
