export interface Column<Row> {
  readonly title: string
  readonly of: (row: Row) => string
  /** Longer cells are cut. */
  readonly most?: number
}

/** Other people's text on a terminal: no control character, line end or change of direction among it. */
export function clean(text: string): string {
  return text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '\ufffd')
}

/**
 * Lays rows out in columns for people, batch by batch: the first one brings the titles, and columns only grow.
 */
export function openTable<Row>(columns: readonly Column<Row>[]): (rows: readonly Row[]) => string[] {
  const widths = columns.map(({ title }) => title.length)
  let titles: string[][] = [columns.map(({ title }) => title)]
  return (rows) => {
    const cells = rows.map((row) => columns.map(({ of, most = Infinity }) => cut(clean(of(row)), most)))
    for (const row of cells)
      for (const [index, cell] of row.entries()) widths[index] = Math.max(widths[index] ?? 0, lengthOf(cell))
    const lines = [...titles, ...cells].map((row) =>
      row
        .map((cell, index) => cell + ' '.repeat((widths[index] ?? 0) - lengthOf(cell)))
        .join('  ')
        .trimEnd(),
    )
    titles = []
    return lines
  }
}

/** One thing, a line for each of its fields. */
export function layOut(fields: readonly (readonly [title: string, text: string])[]): string[] {
  const width = Math.max(...fields.map(([title]) => title.length))
  return fields.map(([title, text]) => `${title.padEnd(width)}  ${clean(text)}`.trimEnd())
}

const lengthOf = (text: string) => [...text].length

function cut(text: string, most: number): string {
  const characters = [...text]
  return characters.length <= most ? text : `${characters.slice(0, most - 1).join('')}…`
}
