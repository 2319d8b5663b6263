import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { percentile } from '../figures/latency.ts'
import { type Instant, instant } from '../history/operation.ts'
import { percent } from '../section.ts'
import type { Population } from './population.ts'
import { arrivals, type Stretch } from './schedule.ts'

// Open loop: the schedule of requests is fixed beforehand, and no request waits for the response to another.

/** How well the generator kept its schedule. Front and proxy run in its process. */
export interface Effort {
  readonly sent: number
  /** Share of one core. */
  readonly cpuShare: number
  /** Whether the generator was too busy to keep the schedule, so that the run says nothing about the service. */
  readonly isVoid: boolean
  /** Delay between the intended instant and sending. */
  readonly lateMs: { readonly p50: number; readonly p99: number; readonly max: number }
  readonly eventLoopLagMs: { readonly p50: number; readonly p99: number; readonly max: number }
}

export interface Offering {
  readonly from: Instant
  /** Resolves when every request has returned. */
  readonly done: Promise<Effort>
}

/** Share of a core above which the generator measures itself. */
const MOST_CPU = 0.7

export function offer(population: Population, stretches: readonly Stretch[], seed: number): Offering {
  const from = instant()
  return { from, done: sendAll(population, stretches, seed, from) }
}

async function sendAll(population: Population, stretches: readonly Stretch[], seed: number, from: Instant) {
  const measured = startMeasuring()
  const late: number[] = []
  const pending = new Set<Promise<void>>()
  for (const { at, kind } of arrivals(stretches, seed)) {
    const intended = from + at
    for (let left = intended - instant(); left > 0; left = intended - instant()) await sleep(left / 1000)
    late.push((instant() - intended) / 1000)
    const request = population.act(kind, intended).finally(() => pending.delete(request))
    pending.add(request)
  }
  const length = stretches.reduce((sum, { seconds }) => sum + seconds, 0) * 1000
  await sleep(Math.max(0, length - (instant() - from) / 1000))
  const effort = measured.stop()
  await Promise.all(pending)
  const sorted = Float64Array.from(late).sort()
  const at = (share: number) => rounded(percentile(sorted, share))
  return { sent: late.length, ...effort, lateMs: { p50: at(0.5), p99: at(0.99), max: at(1) } }
}

function startMeasuring() {
  const lag = monitorEventLoopDelay({ resolution: 10 })
  lag.enable()
  const began = performance.now()
  const before = process.cpuUsage()
  return {
    stop(): Pick<Effort, 'cpuShare' | 'isVoid' | 'eventLoopLagMs'> {
      const { user, system } = process.cpuUsage(before)
      const cpuShare = (user + system) / 1000 / (performance.now() - began)
      lag.disable()
      // The histogram has the time between two samples, 10 ms without any delay.
      const at = (nanoseconds: number) => rounded(Math.max(0, nanoseconds / 1e6 - 10))
      const eventLoopLagMs = { p50: at(lag.percentile(50)), p99: at(lag.percentile(99)), max: at(lag.max) }
      return { cpuShare: rounded(cpuShare), isVoid: cpuShare >= MOST_CPU, eventLoopLagMs }
    },
  }
}

/** A sentence on whether the generator kept up. */
export function describeEffort({ sent, cpuShare, isVoid, lateMs, eventLoopLagMs }: Effort): string {
  const kept = `Generator, front and proxy are one process: it took ${percent(cpuShare)} of a core, sent 99 % of ${sent} requests within ${lateMs.p99.toFixed(0)} ms of their instant, and its event loop had a delay of ${eventLoopLagMs.p99.toFixed(0)} ms (p99).`
  return isVoid ? `${kept} **The generator was too busy: latencies include its own delay.**` : kept
}

const rounded = (value: number) => Math.round(value * 1000) / 1000
