import { appendFile, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { DynamoDBRecord } from 'aws-lambda'
import { replaceFile } from '../../lib/replace-file.ts'
import type { Placed } from './deliver.ts'
import { type Change, type Item, type StreamTable, toRecord } from './record.ts'

/** A write that is about to happen: if this process is killed in it, the next start looks whether it did. */
export interface Intent {
  readonly table: string
  readonly keys: Item
  readonly old: Item | undefined
}

type Line =
  | { readonly kind: 'intent'; readonly id: number; readonly intent: Intent }
  | { readonly kind: 'done'; readonly id: number; readonly table: string; readonly record?: DynamoDBRecord }

/** The records of the embedded engine's writes, in order; in a file if the engine has a folder. */
export interface Journal {
  begin(intent: Intent): Promise<number>
  /** Appends the record of a write that has happened. */
  complete(id: number, table: StreamTable, change: Change): Promise<void>
  /** Writes that were interrupted by the end of the process before. */
  interrupted(): readonly { readonly id: number; readonly intent: Intent }[]
  read(table: string, after: string | undefined, limit: number): readonly Placed[]
}

export interface JournalOptions {
  readonly folder?: string | undefined
  readonly region: string
  readonly now?: () => number
}

/** DynamoDB keeps the records of a stream for a day. */
const KEPT_SECONDS = 24 * 60 * 60

/** @throws Error if the file cannot be read or written */
export async function openJournal({ folder, region, now = Date.now }: JournalOptions): Promise<Journal> {
  const file = folder && join(folder, 'streams.jsonl')
  const records = new Map<string, DynamoDBRecord[]>()
  const open = new Map<number, Intent>()
  let last = now() // so that numbers rise from start to start, even if no record is left of the start before

  const isRecent = (record: DynamoDBRecord | undefined) =>
    (record?.dynamodb?.ApproximateCreationDateTime ?? 0) > now() / 1000 - KEPT_SECONDS
  const keep = (table: string, record: DynamoDBRecord) => {
    const kept = records.get(table) ?? []
    records.set(table, kept)
    kept.push(record)
    while (!isRecent(kept[0])) kept.shift()
  }

  const lines = file ? await readLines(file) : []
  for (const line of lines) {
    last = Math.max(last, line.id, line.kind === 'done' ? Number(line.record?.dynamodb?.SequenceNumber ?? 0) : 0)
    if (line.kind === 'intent') open.set(line.id, line.intent)
    else {
      open.delete(line.id)
      if (line.record && isRecent(line.record)) keep(line.table, line.record)
    }
  }
  const left = [...open].map(([id, intent]) => ({ id, intent }))
  if (file) {
    const done = lines.filter((line) => line.kind === 'done' && isRecent(line.record))
    const remaining: Line[] = [...done, ...left.map((one): Line => ({ kind: 'intent', ...one }))]
    await replaceFile(file, remaining.map((line) => `${JSON.stringify(line)}\n`).join(''))
  }
  let writing = Promise.resolve()
  const append = (line: Line) => {
    if (!file) return Promise.resolve()
    writing = writing.then(() => appendFile(file, `${JSON.stringify(line)}\n`))
    return writing
  }

  return {
    async begin(intent) {
      const id = ++last
      await append({ kind: 'intent', id, intent })
      return id
    },
    async complete(id, table, change) {
      // The order of the records is that of the ends of the writes, which for one key is the order of the writes.
      const record = toRecord(table, change, { sequence: ++last, region, atMs: now() })
      await append({ kind: 'done', id, table: table.name, ...(record && { record }) })
      if (record) keep(table.name, record)
    },
    interrupted: () => left,
    read(table, after, limit) {
      const kept = records.get(table) ?? []
      const from = after === undefined ? 0 : kept.findIndex((record) => positionOf(record) > after)
      return from < 0 ? [] : kept.slice(from, from + limit).map((record) => ({ position: positionOf(record), record }))
    },
  }
}

const positionOf = ({ dynamodb }: DynamoDBRecord) => dynamodb?.SequenceNumber ?? ''

async function readLines(file: string): Promise<Line[]> {
  const content = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return ''
    throw new Error(`Cannot read the records of the streams in ${file} (${error.message}).`)
  })
  return content.split('\n').flatMap((line) => {
    try {
      return line ? [JSON.parse(line) as Line] : []
    } catch {
      return [] // the last line of a process that was killed while it wrote
    }
  })
}
