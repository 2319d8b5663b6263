import { SingleBar } from 'cli-progress'
import { monotonicMilliseconds } from '../lib/system.ts'
import type { Terminal } from './terminal.ts'

export interface Progress {
  /** Shows how much of the total is done; the text is made only when it is shown. */
  update(text: () => string, done?: number): void
  /** Removes the line from the screen, before other output and at the end. */
  clear(): void
}

const FRAMES_PER_SECOND = 10
const LOG_INTERVAL_MS = 10_000

/**
 * Shows progress on standard error: on a terminal a line that is redrawn, with a bar when the total is known; in a log
 * a line every ten seconds.
 */
export function openProgress(
  { screen, complain }: Pick<Terminal, 'screen' | 'complain'>,
  total?: number,
  now: () => number = monotonicMilliseconds,
): Progress {
  return screen ? screenProgress(screen, total) : logProgress(complain, total, now)
}

function screenProgress(stream: NodeJS.WriteStream, total = 0): Progress {
  const bar = new SingleBar({
    stream,
    format: `${total > 0 ? '[{bar}] {percentage} %  ' : ''}{text}`,
    barCompleteChar: '#',
    barIncompleteChar: '-',
    barsize: 24,
    autopadding: true,
    fps: FRAMES_PER_SECOND,
    clearOnComplete: true,
    gracefulExit: false, // its handler would keep Ctrl-C from ending the process
    linewrap: true,
  })
  return {
    update(text, done = 0) {
      const payload = { text: { toString: text } } // called for each frame that is drawn
      if (bar.isActive) bar.update(done, payload)
      else bar.start(total, done, payload)
    },
    clear: () => bar.stop(),
  }
}

function logProgress(complain: Terminal['complain'], total: number | undefined, now: () => number): Progress {
  let loggedAt = now()
  return {
    update(text, done = 0) {
      if (now() - loggedAt < LOG_INTERVAL_MS) return
      loggedAt = now()
      complain(total ? `${Math.floor((done / total) * 100)} %  ${text()}` : text())
    },
    clear() {},
  }
}

/** `1,234 users`, `1 user`. */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${number.toLocaleString('en')} ${number === 1 ? one : many}`
}
