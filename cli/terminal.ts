import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'

/** The streams of a command; a test passes its own. */
export interface Terminal {
  /** Standard input. */
  readonly input: Readable
  /** Whether standard input is a terminal, which shows what is typed. */
  readonly isTyped: boolean
  /** Writes a line to standard output. */
  readonly print: (line: string) => void
  /** Writes a line to standard error. */
  readonly complain: (line: string) => void
  /** Standard error, if it is a terminal. */
  readonly screen?: NodeJS.WriteStream
  /** Asks a question, if input and output are a terminal. Ctrl-C gives an empty answer. */
  readonly ask?: (question: string) => Promise<string>
  /** After this call, the first Ctrl-C aborts the signal and the second ends the process. */
  readonly interruption: () => AbortSignal
}

const INTERRUPTED_EXIT_CODE = 130

/** The terminal of a process. */
export function terminalOf(process: NodeJS.Process): Terminal {
  const { stdin, stdout, stderr } = process
  return {
    input: stdin,
    isTyped: stdin.isTTY === true,
    print: (line) => void stdout.write(`${line}\n`),
    complain: (line) => void stderr.write(`${line}\n`),
    ...(stderr.isTTY && { screen: stderr }),
    ...(stdin.isTTY && stderr.isTTY && { ask: (question: string) => ask(question, stdin, stderr) }),
    interruption() {
      const controller = new AbortController()
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
        process.on(signal, () => (controller.signal.aborted ? process.exit(INTERRUPTED_EXIT_CODE) : controller.abort()))
      return controller.signal
    },
  }
}

function ask(question: string, input: NodeJS.ReadableStream, output: NodeJS.WritableStream): Promise<string> {
  return new Promise((resolve) => {
    const lines = createInterface({ input, output })
    const answerNothing = () => {
      output.write('\n')
      resolve('')
    }
    lines.on('SIGINT', () => lines.close())
    lines.on('close', answerNothing)
    lines.question(question, (answer) => {
      lines.off('close', answerNothing)
      lines.close()
      resolve(answer)
    })
  })
}
