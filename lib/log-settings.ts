import type { ConfigReader } from './config-reader.ts'

/** When lines with metrics are written; `docs/metrics.md` states what each costs. */
const METRICS_MODES = ['off', 'events', 'requests'] as const

/** What the environment says about log lines. It is read with each line, also where no configuration is. */
export const logSettings = (): Readonly<Record<string, string | undefined>> => process.env

/** Checks `LOG_LEVEL` and `METRICS` of Coatcheck's own functions; in other services the names may mean something else. */
export function checkLogSettings(read: ConfigReader): void {
  read.choice('LOG_LEVEL', 'INFO', ['INFO', 'WARN', 'ERROR'])
  read.choice('METRICS', 'off', METRICS_MODES)
}
