import type { ConfigReader } from './config-reader.ts'

/** When lines with metrics are written; `docs/metrics.md` states what each costs. */
const METRICS_MODES = ['off', 'events', 'requests'] as const

/** A problem's type where the environment names no pages that describe problems. */
const PROBLEM_URN = 'urn:coatcheck:problem:'

/** What the environment says about log lines. It is read with each line, also where no configuration is. */
export const logSettings = (): Readonly<Record<string, string | undefined>> => process.env

/** How the type of each problem begins; its code follows. It is read with each problem, also where no configuration is. */
export const problemTypes = (): string => process.env.PROBLEM_TYPE_URL || PROBLEM_URN

/** Checks `LOG_LEVEL`, `METRICS` and `PROBLEM_TYPE_URL` of Coatcheck's own functions; in other services the names may mean something else. */
export function checkLogSettings(read: ConfigReader): void {
  read.choice('LOG_LEVEL', 'INFO', ['INFO', 'WARN', 'ERROR'])
  read.choice('METRICS', 'off', METRICS_MODES)
  read.text(
    'PROBLEM_TYPE_URL',
    PROBLEM_URN,
    /^https:\/\/[^\s"#]+[/#=]$/,
    'an https URL that a code can follow, such as https://docs.example.com/problems/#',
  )
}
