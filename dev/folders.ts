import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { SERVICE_FOLDER } from './service-folder.ts'

/**
 * The folders of the services to run, Coatcheck's first: its own, or a folder of `coatcheck init`.
 * @throws Error if a folder has no serverless.yml
 */
export async function chooseFolders({
  folders,
  alone = false,
}: {
  folders: readonly string[]
  alone?: boolean | undefined
}): Promise<string[]> {
  const given = folders.length === 0 && !alone && existsSync('serverless.yml') ? ['.'] : folders
  const [coatcheck, others]: [string[], string[]] = [[], []]
  for (const folder of given) {
    const file = join(folder, 'serverless.yml')
    const text = await readFile(file, 'utf8').catch(() => {
      throw new Error(`${resolve(file)} is missing: name folders with a serverless.yml, or none and --alone.`)
    })
    const list = text.includes('node_modules/coatcheck-dev/service/') ? coatcheck : others
    list.push(folder)
  }
  if (coatcheck.length > 1) throw new Error(`Coatcheck runs once, and ${coatcheck.join(' and ')} are both its service.`)
  return [coatcheck[0] ?? SERVICE_FOLDER, ...others]
}
