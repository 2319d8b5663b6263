type Cells = readonly string[]

/** A table of Markdown; all but the first of its columns are numbers unless said otherwise. */
export function markdownTable(head: Cells, rows: readonly Cells[], texts: readonly number[] = [0]): string {
  const line = (cells: Cells) => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map((_, at) => (texts.includes(at) ? '---' : '---:'))), ...rows.map(line)].join('\n')
}

/** The same for a terminal. */
export function plainTable(head: Cells, rows: readonly Cells[], texts: readonly number[] = [0]): string {
  const widths = head.map((_, at) => Math.max(...[head, ...rows].map((cells) => cells[at]?.length ?? 0)))
  const pad = (cell: string, at: number) =>
    texts.includes(at) ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)
  return [head, ...rows].map((cells) => cells.map(pad).join('  ').trimEnd()).join('\n')
}
