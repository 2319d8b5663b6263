import { rename, writeFile } from 'node:fs/promises'

/**
 * Replaces the contents of a file at once, so that a reader, or the next start after a crash, finds the old or the new
 * contents and never a part. Only the owner can read the file.
 */
export async function replaceFile(file: string, content: string): Promise<void> {
  await writeFile(`${file}.new`, content, { mode: 0o600 })
  await rename(`${file}.new`, file)
}
