import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { countMetric, writeMetrics } from '../../lib/metrics.ts'
import { object, text } from '../../local/json.ts'
import { readService, type Service } from '../../local/service.ts'
import { type Alarm, readAlarms } from '../support/alarms.ts'
import { captureOutput } from '../support/captured-output.ts'
import { type Datapoint, datapointsOf, METRIC_NAMES, metricLines } from '../support/metric-lines.ts'

// The alarms and the dashboard of resources/, evaluated on metrics. tests/routes/metrics.test.ts has those of real requests.

let service: Service
let alarms: Map<string, Alarm>
beforeAll(async () => {
  service = await readService('.', { stage: 'prod' })
  alarms = new Map((await readAlarms('prod')).map((alarm) => [alarm.id, alarm]))
})

/** What the log lines of the functions bring if these metrics are counted. */
function written(...counts: [name: Parameters<typeof countMetric>[0], by: number][]): Datapoint[] {
  const lines: string[] = []
  const output = captureOutput(lines)
  vi.stubEnv('METRICS', 'requests')
  vi.stubEnv('STAGE', 'prod')
  writeMetrics()
  lines.length = 0
  for (const [name, by] of counts) countMetric(name, by)
  writeMetrics()
  vi.unstubAllEnvs()
  output.mockRestore()
  return datapointsOf(metricLines(lines))
}

const ofAws = (
  namespace: string,
  name: string,
  dimensions: Record<string, string>,
  ...values: number[]
): Datapoint => ({
  namespace: `AWS/${namespace}`,
  name,
  dimensions,
  values,
})
const answers = (count: number, failed: number) =>
  ['Count', '5xx'].map((name, i) => ofAws('ApiGateway', name, { ApiId: 'HttpApi' }, [count, failed][i] ?? 0))
const AUTHORIZER = { FunctionName: 'AuthorizerLambdaFunction' }
const PUBLISH_EVENTS = { FunctionName: 'PublishDasheventsLambdaFunction' }
const EVENTS_QUEUE = { QueueName: 'PublishEventsFailures' }
const MAIL_QUEUE = { QueueName: 'SendMailFailures' }
const BOUNCES_QUEUE = { QueueName: 'RecordBouncesFailures' }
const FINISH_SWEEPS = { FunctionName: 'FinishDashsweepsLambdaFunction' }

type Case = [alarm: string, what: string, fires: boolean, periods: () => Datapoint[][]]
const CASES: Case[] = [
  ['ErrorRateAlarm', '2 % of many requests for ten minutes', true, () => [answers(1000, 20), answers(1000, 20)]],
  ['ErrorRateAlarm', '0.5 % of many requests', false, () => [answers(1000, 5), answers(1000, 5), answers(1000, 5)]],
  ['ErrorRateAlarm', 'a failure of a few requests', false, () => [answers(5, 3), answers(5, 3)]],
  ['FaultsAlarm', 'an unexpected error', true, () => [written(['sys_crash', 1])]],
  ['FaultsAlarm', 'a foreign item', true, () => [written(['corrupt_item', 1])]],
  ['FaultsAlarm', 'a datastore failure', false, () => [written(['unavailable', 50])]],
  [
    'LoginFailuresAlarm',
    'many failures',
    true,
    () => Array(2).fill(written(['authn_login_fail', 60], ['authn_login_lock', 60])),
  ],
  [
    'LoginFailuresAlarm',
    'many failures, many more successes',
    false,
    () => Array(3).fill(written(['authn_login_fail', 120], ['authn_login_success', 900])),
  ],
  ['LoginFailuresAlarm', 'a busy five minutes', false, () => [[], written(['authn_login_fail', 500]), []]],
  [
    'ThrottlingAlarm',
    'reads of a table',
    true,
    () => Array(2).fill([ofAws('DynamoDB', 'ReadThrottleEvents', { TableName: 'SessionsTable' }, 3)]),
  ],
  [
    'ThrottlingAlarm',
    'a table of another service',
    false,
    () => Array(3).fill([ofAws('DynamoDB', 'ReadThrottleEvents', { TableName: 'Other' }, 3)]),
  ],
  ['AuthorizerAlarm', 'errors', true, () => Array(2).fill([ofAws('Lambda', 'Errors', AUTHORIZER, 1)])],
  [
    'AuthorizerAlarm',
    'throttles',
    true,
    () => Array(2).fill([ofAws('Lambda', 'Errors', AUTHORIZER, 0), ofAws('Lambda', 'Throttles', AUTHORIZER, 4)]),
  ],
  ['AuthorizerAlarm', 'no error', false, () => Array(5).fill([ofAws('Lambda', 'Errors', AUTHORIZER, 0)])],
  ['SweepsPendingAlarm', 'three periods', true, () => Array(3).fill(written(['sweeps_pending', 1]))],
  ['SweepsPendingAlarm', 'a period of an outage', false, () => [[], written(['sweeps_pending', 9]), []]],
  [
    'StreamAgeAlarm',
    'a lag of 20 minutes',
    true,
    () => Array(2).fill([ofAws('Lambda', 'IteratorAge', FINISH_SWEEPS, 1000, 1_200_000)]),
  ],
  [
    'StreamAgeAlarm',
    'a lag of the batch window',
    false,
    () => Array(2).fill([ofAws('Lambda', 'IteratorAge', FINISH_SWEEPS, 31_000)]),
  ],
  [
    'FinishSweepsAlarm',
    'a message',
    true,
    () => [[ofAws('SQS', 'ApproximateNumberOfMessagesVisible', { QueueName: 'FinishSweepsFailures' }, 1)]],
  ],
  [
    'FinishSweepsAlarm',
    'an empty queue',
    false,
    () => [[ofAws('SQS', 'ApproximateNumberOfMessagesVisible', { QueueName: 'FinishSweepsFailures' }, 0)]],
  ],
  [
    'EventsAgeAlarm',
    'a lag of 20 minutes',
    true,
    () => Array(2).fill([ofAws('Lambda', 'IteratorAge', PUBLISH_EVENTS, 1000, 1_200_000)]),
  ],
  [
    'EventsAgeAlarm',
    'a lag of the batch window',
    false,
    () => Array(2).fill([ofAws('Lambda', 'IteratorAge', PUBLISH_EVENTS, 6_000)]),
  ],
  [
    'EventsQueueAlarm',
    'a message',
    true,
    () => [[ofAws('SQS', 'ApproximateNumberOfMessagesVisible', EVENTS_QUEUE, 1)]],
  ],
  [
    'EventsQueueAlarm',
    'an empty queue',
    false,
    () => [[ofAws('SQS', 'ApproximateNumberOfMessagesVisible', EVENTS_QUEUE, 0)]],
  ],
  ['MailQueueAlarm', 'a message', true, () => [[ofAws('SQS', 'ApproximateNumberOfMessagesVisible', MAIL_QUEUE, 1)]]],
  [
    'MailQueueAlarm',
    'an empty queue',
    false,
    () => [[ofAws('SQS', 'ApproximateNumberOfMessagesVisible', MAIL_QUEUE, 0)]],
  ],
  [
    'BouncesQueueAlarm',
    'a message',
    true,
    () => [[ofAws('SQS', 'ApproximateNumberOfMessagesVisible', BOUNCES_QUEUE, 1)]],
  ],
  [
    'BouncesQueueAlarm',
    'an empty queue',
    false,
    () => [[ofAws('SQS', 'ApproximateNumberOfMessagesVisible', BOUNCES_QUEUE, 0)]],
  ],
]

describe('an alarm', () => {
  test.each(CASES)('%s, for %s: fires %s', (id, _, fires, periods) => {
    expect(alarms.get(id)?.fires(periods())).toBe(fires)
  })

  test('fires and stays silent in a case above, and not without any metric', () => {
    for (const fires of [true, false])
      expect([...new Set(CASES.filter((one) => one[2] === fires).map(([id]) => id))]).toEqual([...alarms.keys()])
    for (const alarm of alarms.values()) expect(alarm.fires([[], [], [], [], []]), alarm.id).toBe(false)
  })

  test('watches metrics that exist, with the dimensions that they have', () => {
    const [{ dimensions } = { dimensions: {} }] = written(['cold_starts', 1])
    const ofService = [
      ...Object.keys(service.resources),
      ...service.functions.map(({ logicalId }) => logicalId),
      'HttpApi',
    ]
    for (const { id, metrics } of alarms.values())
      for (const metric of metrics) {
        if (metric.namespace === 'Coatcheck') {
          expect(METRIC_NAMES, id).toContain(metric.name)
          expect(metric.dimensions, id).toEqual(dimensions)
        } else {
          expect(AWS_METRICS, id).toContain(`${metric.namespace} ${metric.name} ${Object.keys(metric.dimensions)}`)
          expect(ofService, id).toEqual(expect.arrayContaining(Object.values(metric.dimensions)))
        }
      }
  })

  test('notifies the topic of the parameter alarmTopic, without it nobody', async () => {
    for (const { actions } of alarms.values()) expect(actions).toEqual([{ Ref: 'AWS::NoValue' }])
    const topic = 'arn:aws:sns:eu-central-1:123456789012:alerts'
    for (const { actions } of await readAlarms('prod', { alarmTopic: topic })) expect(actions).toEqual([topic])
  })

  test('has a section in docs/runbooks.md, which says what it means and what to do', () => {
    const page = readFileSync('docs/runbooks.md', 'utf8')
    const sections = new Map(
      page
        .split(/^## /m)
        .slice(1)
        .map((part) => [/^[^\n]+/.exec(part)?.[0], part]),
    )
    for (const { id, description } of alarms.values()) {
      const [, anchor = ''] = /Runbook: docs\/runbooks\.md#([\w-]+)$/.exec(description) ?? []
      const title = [...sections.keys()].find((one) => one?.toLowerCase().replaceAll(' ', '-') === anchor)
      expect(sections.get(title), id).toMatch(/\*\*Means\.\*\*[\s\S]*\*\*Do\.\*\*/)
    }
  })
})

test('the dashboard shows metrics that exist, and every alarm', () => {
  const { DashboardBody } = object(object(service.resources.Dashboard).Properties)
  const { widgets } = JSON.parse(text(object(DashboardBody)['Fn::Sub']).replace(/\$\{([\w.:]+)\}/g, '$1'))
  const shown = new Set<string>()
  for (const { type, properties } of widgets) {
    if (type === 'alarm') {
      // Those of events and mail exist only with a bus or a mailer, and a dashboard cannot name an alarm that may be absent.
      const always = [...alarms.keys()].filter((id) => !/^(Events|Mail|Bounces)/.test(id))
      expect(properties.alarms).toEqual(always.map((id) => `${id}.Arn`))
      continue
    }
    let before: string[] = []
    for (const row of properties.metrics as (string | object)[][]) {
      const words = row.filter((word) => typeof word === 'string')
      if (words[0] !== '...') before = words.map((word, place) => (word === '.' ? (before[place] ?? '') : word))
      const [namespace = '', name = '', dimension = ''] = before
      shown.add(name)
      if (namespace === 'Coatcheck')
        expect([METRIC_NAMES, dimension]).toEqual([expect.arrayContaining([name]), 'stage'])
      else expect(AWS_METRICS).toContain(`${namespace} ${name} ${dimension}`)
    }
  }
  for (const { metrics } of alarms.values())
    for (const { name } of metrics) if (!/^(sys_crash|corrupt_)/.test(name)) expect(shown).toContain(name)
})

test('log lines stay longer than a table can be restored, in JSON without lines about each invocation', async () => {
  const { readConfiguration } = await import('../../local/framework.ts')
  const { provider } = await readConfiguration('.', { stage: 'prod' }, (why) => new Error(why))
  const { logRetentionInDays, logs } = object(provider)
  expect(logRetentionInDays).toBeGreaterThanOrEqual(35)
  expect(object(logs).lambda).toEqual({ logFormat: 'JSON', systemLogLevel: 'WARN' })
  expect(service.functions.map(({ environment }) => environment.METRICS)).toEqual(service.functions.map(() => 'events'))
  const local = await readService('.', { stage: 'local' })
  expect(new Set(local.functions.map(({ environment }) => environment.METRICS))).toEqual(new Set(['off']))
})

/** Metrics of AWS that are used, as namespace, name and dimension, from the services' CloudWatch pages. */
const AWS_METRICS = [
  ...['Count', '4xx', '5xx', 'Latency'].map((name) => `AWS/ApiGateway ${name} ApiId`),
  ...['Invocations', 'Errors', 'Throttles', 'Duration', 'IteratorAge'].map((name) => `AWS/Lambda ${name} FunctionName`),
  ...['ReadThrottleEvents', 'WriteThrottleEvents'].map((name) => `AWS/DynamoDB ${name} TableName`),
  'AWS/SQS ApproximateNumberOfMessagesVisible QueueName',
]
