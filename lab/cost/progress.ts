interface Terminal {
  readonly isTTY?: boolean
  write(text: string): unknown
}

const WIDTH = 24
/** Where nobody looks on, and it is kept: a line for every so much of it. */
const LINE_EVERY = 0.1

/** Says how far something is: in one line that is drawn anew, or a line now and then where it is no terminal. */
export function progressBar(terminal: Terminal, total: number, clock: () => number = () => performance.now()) {
  const begun = clock()
  let drawn = Number.NEGATIVE_INFINITY
  let nextLine = LINE_EVERY

  return (done: number): void => {
    const share = done / total
    const seconds = (clock() - begun) / 1000
    const left =
      share === 1 ? `${seconds.toFixed(0)} s in all` : `${((seconds / share) * (1 - share)).toFixed(0)} s left`
    const words = `${Math.floor(share * 100)} %, ${done.toLocaleString('en')} of ${total.toLocaleString('en')} sessions, ${left}`
    if (!terminal.isTTY) {
      if (share < nextLine && share < 1) return
      nextLine = share + LINE_EVERY
      terminal.write(`${words}\n`)
    } else if (share === 1 || seconds - drawn > 0.1) {
      drawn = seconds
      const bar = '#'.repeat(Math.floor(share * WIDTH)).padEnd(WIDTH, '.')
      terminal.write(`\r[${bar}] ${words}\x1b[K${share === 1 ? '\n' : ''}`)
    }
  }
}
