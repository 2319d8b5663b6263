import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { deploymentFiles } from './deployment-files.ts'

/**
 * Writes a folder from which Coatcheck is deployed with the package's functions.
 * @throws Error if the folder has files already
 */
export async function init(folder: string): Promise<void> {
  const found = await readdir(folder).catch(() => [])
  if (found.length > 0) throw new Error(`${resolve(folder)} has files already: name a new folder.`)
  await mkdir(folder, { recursive: true })
  for (const [name, text] of Object.entries(deploymentFiles())) await writeFile(join(folder, name), text)
  console.log(`Wrote ${Object.keys(deploymentFiles()).join(', ')} to ${folder}. Next:
  cd ${folder} && npm install
  npx serverless package --stage prod   # all but the upload, without an account
  npx serverless deploy --stage prod --region eu-central-1 --param origin=https://auth.example.com`)
}
