import { openProgress } from '../../cli/progress.ts'
import { terminalOf } from '../../cli/terminal.ts'

const startedAt = performance.now()
const progress = openProgress(terminalOf(process), 1)

/** Shows which share of a part is done, from 0 to 1, and the seconds since the benchmark started. */
export function showProgress(title: string, share: number): void {
  progress.update(() => `${title}, ${Math.round((performance.now() - startedAt) / 1000)} s in all`, share)
}

/** Removes the progress line before other output. */
export const endProgress = (): void => progress.clear()
