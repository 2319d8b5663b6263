import type { Rule } from '../../model/rules.ts'
import { type Patch, patch } from '../patch.ts'

/** One change of the code that breaks an invariant as a real bug would: in one condition, for some requests. */
export interface SeededBug {
  /** Says what the broken code does, and for which requests if not for all. */
  readonly what: string
  /** The invariant of `docs/invariants.md` that no longer holds; `lists`: users are missing from a list. */
  readonly breaks: `I${number}` | 'lists'
  readonly patches: readonly Patch[]
  /** The bug's name in `docs/proof.md`: the proof has a trap for it (`lab/proof/power/power.ts`). */
  readonly id?: string
  /** The rules of the model that the code no longer follows. */
  readonly rules?: readonly Rule[]
}

export const bug = (
  breaks: SeededBug['breaks'],
  what: string,
  patches: readonly Patch[],
  more: Pick<SeededBug, 'id' | 'rules'> = {},
): SeededBug => ({ breaks, what, patches, ...more })

export const inFile = (file: string) => (anchor: Patch['anchor'], to: string) => patch(file, anchor, to)
