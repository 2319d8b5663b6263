import type { ComponentChildren } from 'preact'

/** A list of names and values. `isCode` marks values that programs use, such as ids. */
export function Facts({
  rows,
}: {
  rows: readonly (readonly [name: string, value: ComponentChildren, isCode?: boolean])[]
}) {
  return (
    <dl class="facts">
      {rows.map(([name, value, isCode]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd class={isCode ? 'code' : undefined}>
            <bdi>{value}</bdi>
          </dd>
        </div>
      ))}
    </dl>
  )
}
