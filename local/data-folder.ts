import { chmod, mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * Creates the data folder, and makes it and everything in it accessible only to its owner, also what already exists with
 * a wider mode: it contains password hashes, the pepper and the engine's secret.
 * @throws Error if the folder cannot be created, or belongs to another user
 */
export async function protectDataFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    await chmod(folder, 0o700)
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() && !entry.isDirectory()) continue // a symbolic link would change a file outside the folder
      await chmod(join(entry.parentPath, entry.name), entry.isFile() ? 0o600 : 0o700).catch(ignoreDeleted)
    }
  } catch (error) {
    throw new Error(`Cannot create or protect the data folder ${folder} (${(error as Error).message}).`)
  }
}

/** A running engine deletes files at any time. */
function ignoreDeleted(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error
}
