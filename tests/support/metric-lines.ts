import { readFileSync } from 'node:fs'
import { Ajv } from 'ajv'
import { AUDIT_EVENTS } from '../../lib/audit-events.ts'
import { PROBLEMS } from '../../lib/http/problem.ts'
import { OWN_METRICS } from '../../lib/metrics.ts'

// Reads metrics from log lines as CloudWatch does.

/** A value that CloudWatch takes from a line. */
export interface Datapoint {
  readonly namespace: string
  readonly name: string
  readonly dimensions: Readonly<Record<string, string>>
  readonly values: readonly number[]
}

interface Directive {
  readonly Namespace: string
  readonly Dimensions: readonly (readonly string[])[]
  readonly Metrics: readonly { readonly Name: string; readonly Unit: string }[]
}

/** Every name that a metric of Coatcheck can have. */
export const METRIC_NAMES: readonly string[] = [
  ...OWN_METRICS,
  ...Object.keys(AUDIT_EVENTS),
  ...Object.keys(PROBLEMS).map((code) => `refused_${code}`),
]

const SCHEMA = 'tests/fixtures/embedded-metric-format.schema.json'
const isValid = new Ajv({ allErrors: true }).compile(JSON.parse(readFileSync(SCHEMA, 'utf8')))

/** The lines that carry metrics, among those that a service has printed. */
export function metricLines(log: readonly string[]): Record<string, unknown>[] {
  return log.filter((line) => line.startsWith('{') && line.includes('"_aws"')).map((line) => JSON.parse(line))
}

/** What is wrong with a line: against the schema, and with the references to members that it does not express. */
export function metricFaults(line: Record<string, unknown>): string[] {
  if (!isValid(line)) return (isValid.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`)
  const faults: string[] = []
  for (const { Dimensions, Metrics } of directivesOf(line)) {
    for (const name of Dimensions.flat())
      if (typeof line[name] !== 'string') faults.push(`dimension ${name} is no text`)
    for (const { Name } of Metrics) {
      const values = [line[Name]].flat()
      if (values.length < 1 || values.length > 100) faults.push(`${Name} has ${values.length} values`)
      if (!values.every((value) => Number.isFinite(value))) faults.push(`${Name} is no number`)
      if (!METRIC_NAMES.includes(Name)) faults.push(`${Name} is unknown`)
    }
  }
  return faults
}

/** The values of these lines. */
export function datapointsOf(lines: readonly Record<string, unknown>[]): Datapoint[] {
  return lines.flatMap((line) =>
    directivesOf(line).flatMap(({ Namespace, Dimensions, Metrics }) =>
      Dimensions.flatMap((set) =>
        Metrics.map(({ Name }) => ({
          namespace: Namespace,
          name: Name,
          dimensions: Object.fromEntries(set.map((dimension) => [dimension, String(line[dimension])])),
          values: [line[Name]].flat() as number[],
        })),
      ),
    ),
  )
}

/** The sum of a metric over these lines. */
export const sumOf = (lines: readonly Record<string, unknown>[], name: string): number =>
  datapointsOf(lines)
    .filter((point) => point.name === name)
    .reduce((sum, { values }) => sum + values.reduce((a, b) => a + b, 0), 0)

const directivesOf = (line: Record<string, unknown>) =>
  (line._aws as { CloudWatchMetrics: Directive[] }).CloudWatchMetrics
