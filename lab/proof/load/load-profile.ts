import type { Phase } from '../phase.ts'
import { PASSWORD } from '../secrets.ts'
import type { Section } from '../section.ts'
import type { Sizes } from '../sizes.ts'
import { type Setting, startSystem } from '../system.ts'
import { type Capacity, CHECKS, capacitySection, findCapacity, LOGINS, LOGINS_AND_LOGOUTS } from './capacity.ts'
import { nominalRates, playSoak } from './soak.ts'

// The profile of a deployed service, with password hashes at their real cost: capacity, latency at about a third of it,
// and memory over time.

const COST = 10

export async function playLoad(
  setting: Setting,
  soak: NonNullable<Sizes['soak']>,
  engine: number | undefined,
): Promise<{ phase: Phase; sections: Section[] }> {
  const environment = { BCRYPT_COST: String(COST), SESSION_RENEW_SECONDS: '60' }
  const system = await startSystem({ ...setting, environment })
  try {
    const { seed } = setting
    const passwordHash = await system.hash(PASSWORD, COST)
    const found: { of: string; capacity: Capacity }[] = []
    for (const search of [CHECKS, LOGINS, LOGINS_AND_LOGOUTS]) {
      const capacity = await findCapacity(system, search, { name: `capacity, ${search.name}`, seed, passwordHash })
      console.log(`capacity, ${search.name}: ${capacity.rate} a second`)
      found.push({ of: `bcrypt at cost ${COST}`, capacity })
    }
    const rates = nominalRates(found[0]?.capacity.rate)
    const name = 'a steady load, the real profile'
    const { phase, sections } = await playSoak(system, { ...soak, name, seed, users: 100, passwordHash, rates, engine })
    return { phase, sections: [capacitySection(found), ...sections] }
  } finally {
    await system.close()
  }
}
