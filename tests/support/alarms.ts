import { object, text } from '../../local/json.ts'
import { readService } from '../../local/service.ts'
import type { Datapoint } from './metric-lines.ts'

// Evaluates the alarms of resources/ as CloudWatch does, as far as they use it.

/** A metric that an alarm watches. */
export interface WatchedMetric {
  readonly id: string
  readonly namespace: string
  readonly name: string
  /** A literal, or the logical id that it refers to. */
  readonly dimensions: Readonly<Record<string, string>>
  readonly stat: string
}

export interface Alarm {
  readonly id: string
  readonly description: string
  readonly metrics: readonly WatchedMetric[]
  readonly actions: readonly unknown[]
  /** Whether the alarm fires if each of these lists is what a period brought. */
  fires(periods: readonly (readonly Datapoint[])[]): boolean
}

/** The alarms of the service at a stage. */
export async function readAlarms(stage: string, params: Record<string, string> = {}): Promise<Alarm[]> {
  const { resources } = await readService('.', { stage, params })
  return Object.entries(resources).flatMap(([id, resource]) =>
    object(resource).Type === 'AWS::CloudWatch::Alarm' ? [toAlarm(id, object(object(resource).Properties))] : [],
  )
}

function toAlarm(id: string, properties: Record<string, unknown>): Alarm {
  const { Expression = 'only', metrics } = metricsOf(properties)
  const { Threshold, DatapointsToAlarm, EvaluationPeriods, ComparisonOperator, TreatMissingData } = properties
  if (ComparisonOperator !== 'GreaterThanThreshold' || TreatMissingData !== 'notBreaching')
    throw new Error(`${id}: only GreaterThanThreshold and notBreaching are evaluated here.`)
  return {
    id,
    description: text(properties.AlarmDescription),
    metrics,
    actions: properties.AlarmActions as unknown[],
    fires(periods) {
      const latest = periods.slice(-Number(EvaluationPeriods))
      const results = latest.map((points) =>
        evaluate(Expression, new Map(metrics.map((each) => [each.id, statOf(each, points)]))),
      )
      return (
        results.filter((value) => value !== undefined && value > Number(Threshold)).length >= Number(DatapointsToAlarm)
      )
    },
  }
}

type Query = { Id: string; Expression?: string; MetricStat?: { Metric: Record<string, unknown>; Stat: string } }

function metricsOf(properties: Record<string, unknown>): { Expression?: string; metrics: WatchedMetric[] } {
  if (!properties.Metrics) {
    const { Statistic } = properties
    return { metrics: [toMetric('only', properties, text(Statistic))] }
  }
  const queries = properties.Metrics as Query[]
  const metrics = queries.flatMap(({ Id, MetricStat }) =>
    MetricStat ? [toMetric(Id, MetricStat.Metric, MetricStat.Stat)] : [],
  )
  return { Expression: queries.find(({ Expression }) => Expression)?.Expression ?? '', metrics }
}

function toMetric(
  id: string,
  { Namespace, MetricName, Dimensions }: Record<string, unknown>,
  stat: string,
): WatchedMetric {
  const dimensions = (Dimensions as { Name: string; Value: unknown }[]).map(({ Name, Value }) => {
    const { Ref, 'Fn::GetAtt': attribute } = object(Value)
    return [Name, text(Ref) || text((attribute as string[] | undefined)?.[0]) || text(Value)]
  })
  return { id, namespace: text(Namespace), name: text(MetricName), dimensions: Object.fromEntries(dimensions), stat }
}

function statOf(
  { namespace, name, dimensions, stat }: WatchedMetric,
  points: readonly Datapoint[],
): number | undefined {
  const values = points
    .filter(
      (point) => point.namespace === namespace && point.name === name && sameEntries(point.dimensions, dimensions),
    )
    .flatMap((point) => point.values)
  if (values.length === 0) return undefined
  return stat === 'Sum' ? values.reduce((a, b) => a + b, 0) : Math.max(...values)
}

const sameEntries = (a: object, b: object) =>
  JSON.stringify(Object.entries(a).sort()) === JSON.stringify(Object.entries(b).sort())

/** CloudWatch's metric math, as far as the alarms use it: arithmetic, comparisons, IF and FILL. */
function evaluate(expression: string, values: ReadonlyMap<string, number | undefined>): number | undefined {
  const missing = new Error('missing')
  const IF = (condition: boolean, then: number, otherwise: number) => (condition ? then : otherwise)
  const FILL = (read: () => number, fill: number) => {
    try {
      return read()
    } catch (error) {
      if (error !== missing) throw error
      return fill
    }
  }
  const script = expression.replace(/FILL\((\w+),/g, 'FILL(() => $1,')
  const scope = new Proxy({ IF, FILL } as Record<string, unknown>, {
    has: (_, name) => typeof name === 'string',
    get(functions, name) {
      if (typeof name !== 'string') return undefined
      if (name in functions) return functions[name]
      if (!values.has(name)) throw new ReferenceError(`The expression names ${name}, which no metric has as its id.`)
      const value = values.get(name)
      if (value === undefined) throw missing
      return value
    },
  })
  try {
    return new Function('scope', `with (scope) { return ${script} }`)(scope)
  } catch (error) {
    if (error === missing) return undefined
    throw error
  }
}
