import { isAlive, type Mutant } from './report.ts'
import type { Survivor } from './survivor.ts'
import { DOMAIN_SURVIVORS } from './survivors/domain.ts'
import { DOOR_SURVIVORS } from './survivors/doors.ts'
import { STORE_SURVIVORS } from './survivors/stores.ts'

const SURVIVORS: readonly Survivor[] = [...DOMAIN_SURVIVORS, ...DOOR_SURVIVORS, ...STORE_SURVIVORS]

const matches = ({ file, code, within = '', becomes }: Survivor, mutant: Mutant) =>
  mutant.file === file &&
  mutant.text.includes(within) &&
  (code.endsWith('…') ? mutant.original.startsWith(code.slice(0, -1)) : mutant.original === code) &&
  (becomes === undefined || mutant.replacement === becomes)

export interface Judgement {
  readonly reasons: ReadonlyMap<Mutant, string>
  readonly unlisted: readonly Mutant[]
  readonly stale: readonly Survivor[]
}

/** The survivors with their reasons, those that have none, and what is listed though nothing of it survives. */
export function judge(mutants: readonly Mutant[], survivors = SURVIVORS): Judgement {
  const reasons = new Map<Mutant, string>()
  const used = new Set<Survivor>()
  for (const mutant of mutants.filter(isAlive))
    for (const survivor of survivors)
      if (matches(survivor, mutant)) {
        reasons.set(mutant, survivor.reason)
        used.add(survivor)
      }
  return {
    reasons,
    unlisted: mutants.filter((mutant) => isAlive(mutant) && !reasons.has(mutant)),
    stale: survivors.filter((survivor) => !used.has(survivor)),
  }
}
