import Table, { type CharName, type HorizontalAlignment } from 'cli-table3'

export interface Column<Row> {
  readonly title: string
  readonly textOf: (row: Row) => string
  /** Longer cells are cut. */
  readonly maxLength?: number
}

type Cells = readonly string[]

interface TableOptions {
  /** Left for columns that are not named. */
  readonly aligns?: HorizontalAlignment[]
  /** The least width of each column; raised to the widths that the rows need. */
  readonly widths?: number[]
}

const BORDERS: readonly CharName[] = [
  ...(['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right'] as const),
  ...(['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid'] as const),
]
const BORDERLESS = {
  chars: { ...Object.fromEntries(BORDERS.map((name) => [name, ''])), middle: '  ' },
  style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
}

/** Lays out rows in columns without borders, a line for each row. */
export function formatTable(rows: readonly Cells[], { aligns = [], widths = [] }: TableOptions = {}): string[] {
  const render = (colWidths: number[] = []) => {
    const table = new Table({ ...BORDERLESS, colAligns: aligns, colWidths })
    table.push(...rows.map((cells) => [...cells]))
    const lines = table.toString().split('\n')
    return { lines: lines.map((line) => line.trimEnd()), needed: table.options.colWidths.map((width) => width ?? 0) }
  }
  const { lines, needed } = render()
  const isWider = needed.some((width, index) => width < (widths[index] ?? 0))
  for (const [index, width] of needed.entries()) widths[index] = Math.max(width, widths[index] ?? 0)
  return isWider ? render([...widths]).lines : lines
}

/** Formats rows page by page: only the first page has the titles, and a column never becomes narrower. */
export function openTable<Row>(columns: readonly Column<Row>[]): (rows: readonly Row[]) => string[] {
  const widths: number[] = []
  let titles = [columns.map(({ title }) => title)]
  return (rows) => {
    const cells = rows.map((row) =>
      columns.map(({ textOf, maxLength = Infinity }) => truncate(sanitize(textOf(row)), maxLength)),
    )
    const page = [...titles, ...cells]
    titles = []
    return page.length > 0 ? formatTable(page, { widths }) : []
  }
}

/** Formats one object, a line for each field. */
export function formatFields(fields: readonly (readonly [title: string, text: string])[]): string[] {
  return formatTable(fields.map(([title, text]) => [title, sanitize(text)]))
}

/** Replaces what a terminal would obey in text from users: control characters, line ends and direction marks. */
export function sanitize(text: string): string {
  return text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '\ufffd')
}

function truncate(text: string, maxLength: number): string {
  const characters = [...text]
  return characters.length <= maxLength ? text : `${characters.slice(0, maxLength - 1).join('')}…`
}
