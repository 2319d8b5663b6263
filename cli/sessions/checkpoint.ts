import { readFile, rm } from 'node:fs/promises'
import type { Item } from '../../lib/dynamodb/item.ts'
import { replaceFile } from '../../lib/replace-file.ts'
import type { EpochSeconds } from '../../lib/system.ts'
import { Failure, UsageError } from '../command.ts'

/** Where a segment of the table goes on. */
export type Place = 'start' | 'done' | Item

/** How far a revocation of many sessions has come. */
export interface RevocationState {
  /** The options that select; a checkpoint goes on only with the same ones. */
  readonly selection: string
  readonly startedAt: EpochSeconds
  segments: Place[]
  /** Sessions revoked in this pass over the table, and in all. */
  revokedInPass: number
  revoked: number
  scanned: number
  matched: number
  units: number
  passes: number
}

/** Keeps the state in a file between two runs. */
export interface Checkpoint {
  /** The state of an interrupted run; `undefined` if there is none. */
  load(selection: string): Promise<RevocationState | undefined>
  save(state: RevocationState): Promise<void>
  remove(): Promise<void>
}

/** @param file without one, nothing is kept */
export function openCheckpoint(file: string | undefined): Checkpoint {
  if (file === undefined) return { load: async () => undefined, save: async () => {}, remove: async () => {} }
  let writing = Promise.resolve() // segments save side by side
  return {
    async load(selection) {
      const content = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return undefined
        throw new Failure('file_unreadable', `Cannot read ${file} (${error.message}).`)
      })
      if (content === undefined) return undefined
      const state = parse(content)
      if (state?.selection === selection) return state
      throw new UsageError(
        state ? `${file} is the checkpoint of another selection.` : `${file} is not a checkpoint.`,
        'Give the options of the interrupted run, or another file.',
      )
    },
    async save(state) {
      const content = `${JSON.stringify(state)}\n`
      writing = writing.then(() => replaceFile(file, content))
      await writing
    },
    remove: () => rm(file, { force: true }),
  }
}

function parse(content: string): RevocationState | undefined {
  try {
    return JSON.parse(content) as RevocationState
  } catch {
    return undefined
  }
}
