import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'

/** What a command reads and writes, so that a test needs no process. */
export interface Terminal {
  /** Standard input. */
  readonly input: Readable
  /** Somebody types it, and would see what they type. */
  readonly isTyped: boolean
  readonly print: (line: string) => void
  readonly complain: (line: string) => void
  /** Shown in place of what it showed before; '' takes it away. Only where standard error is a terminal. */
  readonly show?: (text: string) => void
  /** Only where somebody can be asked. An interruption is an empty answer. */
  readonly ask?: (question: string) => Promise<string>
  /** From here on the first Ctrl-C only aborts the signal, and the second ends the process. */
  readonly interruption: () => AbortSignal
}

const INTERRUPTED = 130

/** The streams of a process. */
export function terminalOf(process: NodeJS.Process): Terminal {
  const { stdin, stdout, stderr } = process
  return {
    input: stdin,
    isTyped: stdin.isTTY === true,
    print: (line) => void stdout.write(`${line}\n`),
    complain: (line) => void stderr.write(`${line}\n`),
    ...(stderr.isTTY && { show: (text: string) => void stderr.write(`\r\u001b[K${text}`) }),
    ...(stdin.isTTY && stderr.isTTY && { ask: (question: string) => ask(question, stdin, stderr) }),
    interruption() {
      const controller = new AbortController()
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
        process.on(signal, () => (controller.signal.aborted ? process.exit(INTERRUPTED) : controller.abort()))
      return controller.signal
    },
  }
}

function ask(question: string, input: NodeJS.ReadableStream, output: NodeJS.WritableStream): Promise<string> {
  return new Promise((resolve) => {
    const lines = createInterface({ input, output })
    const giveUp = () => {
      output.write('\n')
      resolve('')
    }
    lines.on('SIGINT', () => lines.close())
    lines.on('close', giveUp)
    lines.question(question, (answer) => {
      lines.off('close', giveUp)
      lines.close()
      resolve(answer)
    })
  })
}
