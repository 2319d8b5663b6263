import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { percentile } from '../figures/latency.ts'
import { type Instant, instant } from '../history/operation.ts'
import { percent } from '../section.ts'
import type { Population } from './population.ts'
import { arrivals, type Stretch } from './schedule.ts'

// Open loop: what is asked, and when, is settled beforehand, and nobody waits for an answer before asking the next.

/** How well the asking itself went. Front and proxy run in the generator's process, and count as its own. */
export interface Effort {
  readonly sent: number
  /** Of one core. */
  readonly cpuShare: number
  /** Whether it had no time to ask when it should have: then the run says nothing about the service. */
  readonly isVoid: boolean
  /** How much later than intended things were sent. */
  readonly lateMs: { readonly p50: number; readonly p99: number; readonly max: number }
  readonly eventLoopLagMs: { readonly p50: number; readonly p99: number; readonly max: number }
}

export interface Offering {
  readonly from: Instant
  /** When everything that was asked has been answered. */
  readonly done: Promise<Effort>
}

/** Of a core: whoever needs more measures themselves. */
const MOST_CPU = 0.7

/** Begins to ask, and goes on by itself. */
export function offer(population: Population, stretches: readonly Stretch[], seed: number): Offering {
  const from = instant()
  return { from, done: ask(population, stretches, seed, from) }
}

async function ask(population: Population, stretches: readonly Stretch[], seed: number, from: Instant) {
  const measured = startMeasuring()
  const late: number[] = []
  const pending = new Set<Promise<void>>()
  for (const { at, kind } of arrivals(stretches, seed)) {
    const intended = from + at
    // A timer is never early, and a turn of the loop is nobody's delay but its own.
    for (let left = intended - instant(); left > 0; left = intended - instant()) await sleep(left / 1000)
    late.push((instant() - intended) / 1000)
    const asked = population.act(kind, intended).finally(() => pending.delete(asked))
    pending.add(asked)
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
      // What the histogram has is the time between two looks at it, 10 ms when nothing is late.
      const at = (nanoseconds: number) => rounded(Math.max(0, nanoseconds / 1e6 - 10))
      const eventLoopLagMs = { p50: at(lag.percentile(50)), p99: at(lag.percentile(99)), max: at(lag.max) }
      return { cpuShare: rounded(cpuShare), isVoid: cpuShare >= MOST_CPU, eventLoopLagMs }
    },
  }
}

/** Whether the generator kept up. */
export function sayEffort({ sent, cpuShare, isVoid, lateMs, eventLoopLagMs }: Effort): string {
  const kept = `Generator, front and proxy, which are one process here, took ${percent(cpuShare)} of a core; of ${sent} requests 99 % were sent within ${lateMs.p99.toFixed(0)} ms of their instant, its event loop lagged ${eventLoopLagMs.p99.toFixed(0)} ms (99 %).`
  return isVoid ? `${kept} **That is too much: latencies here are the generator's as well.**` : kept
}

const rounded = (value: number) => Math.round(value * 1000) / 1000
