import { quantile } from '../lab/shared/statistics.ts'
import { foreignHashes } from '../lab/timing/foreign-hashes.ts'
import { bcryptHasher } from '../lib/passwords/password-hasher.ts'
import { Secret } from '../lib/secret.ts'

// Prints the processor time that refusing a password takes, for each kind of stored hash and each bcrypt cost. Unlike
// lab/timing/login.long.ts it does not measure the rest of the login, and does not need a quiet machine:
//   node scripts/measure-verification.ts [verifications of each kind, 40 when left out]

const samples = Number(process.argv[2] ?? 40)
const password = new Secret('correct horse battery staple')
const pepper = new Secret('p'.repeat(32))

/** Milliseconds of processor time of this process; also the clock by which the hasher fills the time. */
function now(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

for (const cost of [10, 12]) {
  const hasher = bcryptHasher({ cost, pepper, now })
  const { pbkdf2, firebase, argon2 } = foreignHashes()
  const kinds = [
    { name: 'no such user', stored: undefined },
    { name: 'own hash', stored: await hasher.hash(new Secret('another')) },
    { name: 'own hash of cost 4', stored: await bcryptHasher({ cost: 4, pepper }).hash(new Secret('another')) },
    { name: 'PBKDF2, 200,000 iterations', stored: pbkdf2 },
    { name: 'Firebase’s scrypt', stored: firebase },
    { name: 'argon2id, 19 MiB, two passes', stored: argon2 },
    ...(cost < 12 ? [] : [{ name: 'PBKDF2, 1,000,000 iterations', stored: pbkdf2.replace('$200000$', '$1000000$') }]),
  ].map((kind) => ({ ...kind, times: [] as number[] }))
  for (let sample = 0; sample < samples; sample++)
    for (const { stored, times } of kinds) {
      const before = now()
      await hasher.verify(password, stored)
      times.push(now() - before)
    }
  const [base = 0] = kinds.map(({ times }) => quantile(times, 0.5))
  for (const { name, times } of kinds) {
    const median = quantile(times, 0.5)
    console.log(
      `cost ${cost}, ${name}: median ${median.toFixed(1)} ms, ${((100 * (median - base)) / base).toFixed(1)} %`,
    )
  }
}
