const begun = performance.now()
let shown = ''

/** How far a part is: on a terminal one line that fills, elsewhere a line for every quarter. */
export function showProgress(title: string, share: number): void {
  const seconds = Math.round((performance.now() - begun) / 1000)
  const isTerminal = process.stdout.isTTY
  const steps = isTerminal ? 40 : 4
  const filled = Math.min(steps, Math.floor(share * steps))
  const bar = `${'█'.repeat(filled)}${'░'.repeat(steps - filled)}`
  const line = isTerminal ? `${title} ${bar} ${Math.floor(share * 100)} %` : `${title}: ${filled * 25} %`
  if (line === shown) return
  shown = line
  process.stdout.write(isTerminal ? `\r\x1b[K${line}, ${seconds} s in all` : `${line}, ${seconds} s in all\n`)
}

/** Makes room for something else. */
export function endProgress(): void {
  if (process.stdout.isTTY) process.stdout.write('\r\x1b[K')
}
