import type { AttemptOutcome } from '../../lib/ports.ts'
import type { EpochSeconds } from '../../lib/system.ts'

/** 0 for an attempt that was granted, else the seconds until attempts are allowed again. */
export const waitOf = ({ isGranted, opensAt }: AttemptOutcome, now: EpochSeconds): number =>
  isGranted ? 0 : opensAt - now
