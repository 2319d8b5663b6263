import { pipeline, type Readable } from 'node:stream'
import { type CsvError, type Info, parse } from 'csv-parse'
import { Failure } from '../command.ts'
import { ADDRESSES } from './email-fields.ts'
import { plainName } from './field-values.ts'
import { type Line, MAX_LINE_BYTES } from './lines.ts'

/** What csv-parse puts in place of bytes that are not UTF-8. */
const REPLACEMENT = '\ufffd'

/**
 * Reads the records of a CSV file (RFC 4180: commas, double quotes, line breaks within quotes) as lines of JSON, whose
 * field names are those of the first record. A record with another number of columns is an invalid line; its number is
 * that of its first line.
 * @throws Failure for a header without an email, and for misplaced quotes: where the next record begins is then unknown
 */
export async function* readCsvLines(stream: Readable): AsyncGenerator<Line> {
  const records = parse({
    ...{ bom: true, info: true, relax_column_count: true, skip_empty_lines: true },
    ...{ record_delimiter: ['\r\n', '\n'], max_record_size: MAX_LINE_BYTES },
  })
  pipeline(stream, records, () => {}) // an error ends the iteration below
  let columns: string[] | undefined
  let returns = 0 // csv-parse counts a carriage return within quotes as a line of its own
  try {
    for await (const { info, record } of records as AsyncIterable<{ info: Info; record: string[] }>) {
      returns += countOf('\r', record)
      if (columns) yield toLine(columns, record, { ...info, lines: info.lines - returns })
      else columns = assertHeader(record)
    }
  } catch (error) {
    throw isCsvError(error) ? explain(error.code, error.lines - returns) : error
  }
}

function assertHeader(columns: string[]): string[] {
  if (!columns.some((name) => ADDRESSES.includes(plainName(name))))
    throw new Failure(
      'file_invalid',
      'The CSV file has no column email.',
      'Its first line must name the columns, separated by commas. Of Firebase, whose CSV has no such line, use the JSON export.',
    )
  const plain = columns.map(plainName)
  const repeated = columns.find((_, index) => plain.indexOf(plain[index] as string) !== index)
  if (repeated !== undefined)
    throw new Failure(
      'file_invalid',
      `The CSV file has two columns ${JSON.stringify(repeated)}.`,
      'Remove one of them.',
    )
  return columns
}

function toLine(columns: readonly string[], record: readonly string[], { lines, bytes }: Info): Line {
  const number = lines - countOf('\n', record)
  const invalid = (fault: string) => ({ number, position: bytes, text: undefined, fault })
  if (record.length !== columns.length)
    return invalid(`expected ${columns.length} columns as in the first line, found ${record.length}`)
  if (record.some((cell) => cell.includes(REPLACEMENT))) return invalid('not UTF-8')
  const fields = columns.map((name, index) => [name, readCell(name, record[index] as string)])
  return { number, position: bytes, text: JSON.stringify(Object.fromEntries(fields)), fault: '' }
}

function countOf(character: string, cells: readonly string[]): number {
  return cells.reduce((sum, cell) => sum + cell.split(character).length - 1, 0)
}

/** Every cell is a text, except scopes: separated by spaces or commas. */
function readCell(name: string, cell: string): string | string[] {
  return plainName(name) === 'scopes' ? cell.split(/[\s,]+/).filter((scope) => scope !== '') : cell
}

function isCsvError(error: unknown): error is CsvError & { lines: number } {
  return error instanceof Error && 'code' in error && 'lines' in error
}

/** The message of the error would contain a part of the line. */
function explain(code: string, lines: number): Failure {
  if (code === 'CSV_MAX_RECORD_SIZE')
    return new Failure(
      'file_invalid',
      `The CSV file has a record of more than ${MAX_LINE_BYTES} bytes that ends after line ${lines}.`,
      'Perhaps a quote is not closed.',
    )
  return new Failure(
    'file_invalid',
    `The CSV file has a misplaced or unclosed quote at or before line ${lines}.`,
    'A quote within a quoted field is written twice.',
  )
}
