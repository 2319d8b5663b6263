/** A section of the report. */
export interface Section {
  readonly title: string
  readonly text: string
  readonly columns: readonly string[]
  readonly rows: readonly (readonly (string | number)[])[]
  /** Findings that make the proof fail. */
  readonly failures: readonly string[]
  /** For `docs/proof.json`. */
  readonly data: unknown
}

export function tableOf({ columns, rows }: Pick<Section, 'columns' | 'rows'>): string {
  const line = (cells: readonly (string | number)[]) =>
    `| ${cells.map((cell) => String(cell).replaceAll('|', '\\|')).join(' | ')} |`
  return [line(columns), line(columns.map(() => '---')), ...rows.map(line)].join('\n')
}

/** With two significant digits, more close to 100 %. */
export const percent = (share: number | undefined): string =>
  share === undefined ? '–' : share === 1 ? '100 %' : `${(share * 100).toPrecision(share > 0.99 ? 5 : 2)} %`
