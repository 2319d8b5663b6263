import { type Block, orderOf } from './rounds.ts'

/** One thing to be measured. */
export interface Lane {
  readonly name: string
  run(): unknown
  /** Calls in a block, by default the run's number. Calls that take microseconds need more of them. */
  readonly calls?: number
}

export interface Turns {
  readonly rounds: number
  readonly calls: number
  /** Rounds whose figures are thrown away, before those that count. */
  readonly warmUp: number
}

/** The blocks of each lane, by its name; as many as there were rounds. */
export type Measured = ReadonlyMap<string, readonly Block[]>

/** Lanes take turns in small blocks, one call after the other: no lane starts while another is under way. */
export async function takeTurns(
  lanes: readonly Lane[],
  { rounds, calls, warmUp }: Turns,
  progress: (share: number) => void,
): Promise<Measured> {
  const measured = new Map(lanes.map(({ name }) => [name, [] as Block[]]))
  for (let round = -warmUp; round < rounds; round++) {
    for (const lane of orderOf(lanes, round + warmUp)) {
      const block = await measureBlock(lane, lane.calls ?? calls)
      if (round >= 0) measured.get(lane.name)?.push(block)
    }
    progress((round + warmUp + 1) / (rounds + warmUp))
  }
  return measured
}

async function measureBlock({ run }: Lane, calls: number): Promise<Block> {
  const cpu = process.cpuUsage()
  const begun = performance.now()
  for (let call = 0; call < calls; call++) await run()
  const us = (performance.now() - begun) * 1000
  const { user, system } = process.cpuUsage(cpu)
  return { us: us / calls, cpuUs: (user + system) / calls }
}

/** The blocks of a lane. @throws RangeError for one that took no part. */
export function blocksOf(measured: Measured, name: string): readonly Block[] {
  const blocks = measured.get(name)
  if (!blocks) throw new RangeError(`no lane is called ${name}`)
  return blocks
}
