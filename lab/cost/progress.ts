import { openProgress } from '../../cli/progress.ts'
import { terminalOf } from '../../cli/terminal.ts'

/** Shows how many sessions are simulated and how many seconds are left. */
export function showSessions(total: number): (done: number) => void {
  const startedAt = performance.now()
  const progress = openProgress(terminalOf(process), total)
  return (done) => {
    const secondsLeft = () => ((performance.now() - startedAt) / 1000) * (total / done - 1)
    const number = (value: number) => value.toLocaleString('en')
    progress.update(
      () => `${number(done)} of ${number(total)} sessions, ${number(Math.round(secondsLeft()))} s left`,
      done,
    )
    if (done === total) progress.clear()
  }
}
