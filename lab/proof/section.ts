/** A part of the report: a table, and what in it makes the proof fail. */
export interface Section {
  readonly title: string
  readonly text: string
  readonly columns: readonly string[]
  readonly rows: readonly (readonly (string | number)[])[]
  readonly failures: readonly string[]
  /** The same for machines, and more. */
  readonly data: unknown
}

export function tableOf({ columns, rows }: Pick<Section, 'columns' | 'rows'>): string {
  const line = (cells: readonly (string | number)[]) =>
    `| ${cells.map((cell) => String(cell).replaceAll('|', '\\|')).join(' | ')} |`
  return [line(columns), line(columns.map(() => '---')), ...rows.map(line)].join('\n')
}

/** Two digits that count. */
export const percent = (share: number | undefined): string =>
  share === undefined ? '–' : share === 1 ? '100 %' : `${(share * 100).toPrecision(share > 0.99 ? 5 : 2)} %`
