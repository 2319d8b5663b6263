import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { replaceFile } from '../../lib/replace-file.ts'

/** How far each mapping has delivered its stream, kept from start to start. */
export interface Positions {
  get(mapping: string): string | undefined
  save(mapping: string, position: string): Promise<void>
}

/** In a file of the folder; without a folder, until this process ends. */
export async function openPositions(folder?: string): Promise<Positions> {
  const file = folder && join(folder, 'stream-positions.json')
  const positions: Record<string, string> = file ? await readPositions(file) : {}
  let writing = Promise.resolve()
  return {
    get: (mapping) => positions[mapping],
    save(mapping, position) {
      positions[mapping] = position
      if (!file) return Promise.resolve()
      writing = writing.then(() => replaceFile(file, `${JSON.stringify(positions, null, 2)}\n`))
      return writing
    },
  }
}

/** Without a readable file, every record that is still kept comes again. */
async function readPositions(file: string): Promise<Record<string, string>> {
  try {
    return JSON.parse(await readFile(file, 'utf8'))
  } catch {
    return {}
  }
}
