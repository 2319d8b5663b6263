import { randomUUID } from 'node:crypto'
import { appendFile, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { protectDataFolder } from '../data-folder.ts'

/** A mail of the mailbox. */
export interface KeptMail {
  readonly id: string
  /** RFC 3339. */
  readonly at: string
  readonly from: string
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly html: string
  readonly headers: readonly (readonly [string, string])[]
}

/** The mails of a data folder. */
export interface KeptMails {
  add(mail: Omit<KeptMail, 'id' | 'at'>): Promise<KeptMail>
  /** The newest first. */
  list(): readonly KeptMail[]
  get(id: string): KeptMail | undefined
}

const MOST_MAILS = 500

/** Opens the mails that are kept in the data folder, the last 500, one JSON object a line. */
export async function openKeptMails(folder: string): Promise<KeptMails> {
  await protectDataFolder(folder)
  const file = join(folder, 'mails.jsonl')
  const text = await readFile(file, 'utf8').catch(() => '')
  const mails = text.split('\n').flatMap(parseMail).slice(-MOST_MAILS)
  const toLines = (some: readonly KeptMail[]) => some.map((mail) => `${JSON.stringify(mail)}\n`).join('')
  if (text !== '') await writeFile(file, toLines(mails), { mode: 0o600 })
  let writing = Promise.resolve()
  return {
    async add(given) {
      const mail = { ...given, id: randomUUID(), at: new Date().toISOString() }
      mails.push(mail)
      if (mails.length > MOST_MAILS) mails.shift()
      writing = writing.catch(() => {}).then(() => appendFile(file, toLines([mail]), { mode: 0o600 }))
      await writing
      return mail
    },
    list: () => mails.toReversed(),
    get: (id) => mails.find((mail) => mail.id === id),
  }
}

/** None for a line that was cut off when the machine stopped. */
function parseMail(line: string): KeptMail[] {
  try {
    const mail = JSON.parse(line)
    return typeof mail.id === 'string' && typeof mail.html === 'string' ? [mail] : []
  } catch {
    return []
  }
}
