import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { systemRandomText } from '../lib/system.ts'

/** The pepper of this machine's data folder, made on the first start: whoever has only the tables cannot guess at them. */
export async function localPepper(folder: string): Promise<string> {
  const file = join(folder, 'pepper')
  await mkdir(folder, { recursive: true })
  try {
    await writeFile(file, systemRandomText(64), { flag: 'wx', mode: 0o600 })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  return (await readFile(file, 'utf8')).trim()
}
