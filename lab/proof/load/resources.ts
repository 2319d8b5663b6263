import { setTimeout as sleep } from 'node:timers/promises'
import pidusage from 'pidusage'

// R19: processor time and memory of processes, by their pids.

export interface Sample {
  readonly pid: number
  /** Milliseconds since 1970. */
  readonly at: number
  readonly rssMb: number
  /** Processor time so far. */
  readonly cpuMs: number
}

/** The slope of resident memory, with one standard error. */
export interface Trend {
  readonly mbPerHour: number
  readonly standardError: number
}

export interface Component {
  readonly name: string
  readonly processes: number
  /** Share of one core. */
  readonly cpuShare: number
  readonly rssStartMb: number
  readonly rssEndMb: number
  /** The sum of its processes; `undefined` for fewer than three samples each. */
  readonly trend: Trend | undefined
}

/** Samples processes until `stop`. */
export function startSampling(pidsOf: () => Record<string, readonly number[]>, everyMs: number) {
  const samples = new Map<string, Sample[]>()
  const stopped = new AbortController()
  const sampling = (async () => {
    while (!stopped.signal.aborted) {
      for (const [name, pids] of Object.entries(pidsOf())) {
        const seen = samples.get(name) ?? []
        samples.set(name, seen)
        // `pidusage` fails if one of the processes has just ended.
        const found = await pidusage([...pids]).catch(() => ({}))
        for (const { pid, timestamp, memory, ctime } of Object.values(found))
          seen.push({ pid, at: timestamp, rssMb: memory / 1e6, cpuMs: ctime })
      }
      await sleep(everyMs, undefined, { signal: stopped.signal }).catch(() => {})
    }
  })()
  return {
    async stop(): Promise<Component[]> {
      stopped.abort()
      await sampling
      pidusage.clear()
      return [...samples].map(([name, seen]) => componentOf(name, seen))
    },
  }
}

export function componentOf(name: string, samples: readonly Sample[]): Component {
  const processes = [...Map.groupBy(samples, ({ pid }) => pid).values()]
  const sum = (of: (process: Sample[]) => number) => processes.reduce((total, process) => total + of(process), 0)
  const trends = processes.map(trendOf).filter((trend) => trend !== undefined)
  return {
    name,
    processes: processes.length,
    cpuShare: sum(cpuShareOf),
    rssStartMb: sum((process) => process[0]?.rssMb ?? 0),
    rssEndMb: sum((process) => process.at(-1)?.rssMb ?? 0),
    trend:
      trends.length === 0
        ? undefined
        : {
            mbPerHour: trends.reduce((total, { mbPerHour }) => total + mbPerHour, 0),
            standardError: Math.hypot(...trends.map(({ standardError }) => standardError)),
          },
  }
}

function cpuShareOf(process: readonly Sample[]): number {
  const [first, last] = [process[0], process.at(-1)]
  return first && last && last.at > first.at ? (last.cpuMs - first.cpuMs) / (last.at - first.at) : 0
}

/** A straight line through the samples, by least squares. */
export function trendOf(samples: readonly Pick<Sample, 'at' | 'rssMb'>[]): Trend | undefined {
  const n = samples.length
  if (n < 3) return undefined
  const hours = samples.map(({ at }) => at / 3_600_000)
  const mean = (values: readonly number[]) => values.reduce((total, value) => total + value, 0) / n
  const [middle, level] = [mean(hours), mean(samples.map(({ rssMb }) => rssMb))]
  const spread = hours.reduce((total, hour) => total + (hour - middle) ** 2, 0)
  if (spread === 0) return undefined
  const offs = samples.map(({ rssMb }, i) => ({ hour: (hours[i] ?? middle) - middle, rss: rssMb - level }))
  const slope = offs.reduce((total, { hour, rss }) => total + hour * rss, 0) / spread
  const residuals = offs.reduce((total, { hour, rss }) => total + (rss - slope * hour) ** 2, 0)
  return { mbPerHour: slope, standardError: Math.sqrt(residuals / (n - 2) / spread) }
}
