import { fstatSync, statSync } from 'node:fs'
import { devNull } from 'node:os'

/**
 * Whether a standard stream is the null device, which takes everything and shows nothing. Node.js opens it in the place
 * of a closed one.
 */
export function isNullDevice({ fd = -1 }: { fd?: number }): boolean {
  try {
    const stream = fstatSync(fd)
    return stream.isCharacterDevice() && stream.rdev === statSync(devNull).rdev
  } catch {
    return false
  }
}
