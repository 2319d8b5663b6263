/** Makes a file of comma-separated values (RFC 4180) that spreadsheets read as text: none of its cells is a formula. */
export function csvOf(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => `${row.map(cell).join(',')}\r\n`).join('')
}

/** Spreadsheets run a cell that starts with one of these (OWASP, CSV Injection). A leading apostrophe makes it text. */
const FORMULA = /^[=+\-@\t\r\n]/

function cell(value: string): string {
  const text = FORMULA.test(value) ? `'${value}` : value
  return `"${text.replaceAll('"', '""')}"`
}

/** Lets the browser save a text as a file, without a request. */
export function saveFile(name: string, type: string, content: string): void {
  const url = URL.createObjectURL(new Blob([content], { type }))
  const link = document.createElement('a')
  link.download = name
  link.href = url
  link.click()
  URL.revokeObjectURL(url)
}
