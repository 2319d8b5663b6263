interface OtherWaysProps<Way extends string> {
  readonly ways: readonly Way[]
  readonly current: Way
  /** What the button of each way says. */
  readonly names: Readonly<Record<Way, string>>
  readonly onChoose: (way: Way) => void
}

/** A button for each way to prove who one is, but for the current one. */
export function OtherWays<Way extends string>({ ways, current, names, onChoose }: OtherWaysProps<Way>) {
  return ways
    .filter((way) => way !== current)
    .map((way) => (
      <div class="other-way" key={way}>
        <button type="button" class="plain" onClick={() => onChoose(way)}>
          {names[way]}
        </button>
      </div>
    ))
}
