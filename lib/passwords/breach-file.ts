import { fstatSync, openSync, readSync } from 'node:fs'
import { ConfigError } from '../config-error.ts'

/** The first 48 of the 160 bits of a hash: with 32 million entries, one unknown password in eight million matches. */
const ENTRY_BYTES = 6
/** 192 MB; a function has at most 250 MB with its layers (AWS, "Lambda quotas"). */
const MAX_ENTRIES = 2 ** 25
/** Entries that are compared on opening: any other format, and any other order, is noticed. */
const SAMPLES = 256

/** A file of breached passwords. */
export interface BreachFile {
  /** Whether the file has a password with this SHA-1 hash. At most 26 reads of six bytes, in no memory of its own. */
  has(sha1: Buffer): boolean
}

/**
 * Opens a file with the first six bytes of the SHA-1 hash of each password, in ascending order and with nothing between
 * them; docs/security.md says how to make it. About 260 reads of six bytes.
 * @throws ConfigError for a file that cannot be read or has another format
 */
export function openBreachFile(path: string): BreachFile {
  try {
    const descriptor = openSync(path, 'r') // for as long as the process lives
    const { size } = fstatSync(descriptor)
    const entries = size / ENTRY_BYTES
    if (size === 0 || !Number.isInteger(entries) || entries > MAX_ENTRIES)
      throw invalid(
        `expected ${ENTRY_BYTES} bytes for each of 1 to ${MAX_ENTRIES} hashes, got ${size} bytes in ${JSON.stringify(path)}`,
      )
    const read = (index: number) => readEntry(descriptor, index)
    if (!isAscending(read, entries))
      throw invalid(
        `expected the first ${ENTRY_BYTES} bytes of each hash, in ascending order, got something else in ${JSON.stringify(path)}`,
      )
    return { has: (sha1) => search(read, entries, sha1.subarray(0, ENTRY_BYTES)) }
  } catch (error) {
    if (error instanceof ConfigError) throw error
    throw invalid(
      `expected a file that can be read, got ${JSON.stringify(path)} (${(error as NodeJS.ErrnoException).code})`,
    )
  }
}

const invalid = (problem: string) => new ConfigError([`\`PASSWORD_BREACH_FILE\`: ${problem}`])

function readEntry(descriptor: number, index: number): Buffer {
  const entry = Buffer.alloc(ENTRY_BYTES)
  const length = readSync(descriptor, entry, 0, ENTRY_BYTES, index * ENTRY_BYTES)
  if (length < ENTRY_BYTES) throw new Error(`The file of breached passwords ends before entry ${index}`)
  return entry
}

function isAscending(read: (index: number) => Buffer, entries: number): boolean {
  let last = read(0)
  for (let sample = 1; sample <= SAMPLES; sample++) {
    const next = read(Math.floor(((entries - 1) * sample) / SAMPLES))
    if (next.compare(last) < 0) return false
    last = next
  }
  return true
}

function search(read: (index: number) => Buffer, entries: number, wanted: Buffer): boolean {
  let [low, high] = [0, entries]
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    const order = read(middle).compare(wanted)
    if (order === 0) return true
    if (order < 0) low = middle + 1
    else high = middle
  }
  return false
}
