import { formatTable } from '../../cli/table.ts'

type Cells = readonly string[]

/** A Markdown table. Columns are right-aligned, except those whose indexes are in `textColumns`. */
export function markdownTable(head: Cells, rows: readonly Cells[], textColumns: readonly number[] = [0]): string {
  const line = (cells: Cells) => `| ${cells.join(' | ')} |`
  const rule = head.map((_, index) => (textColumns.includes(index) ? '---' : '---:'))
  return [head, rule, ...rows].map(line).join('\n')
}

/** The same table for a terminal. */
export function plainTable(head: Cells, rows: readonly Cells[], textColumns: readonly number[] = [0]): string {
  const aligns = head.map((_, index) => (textColumns.includes(index) ? 'left' : 'right'))
  return formatTable([head, ...rows], { aligns }).join('\n')
}
