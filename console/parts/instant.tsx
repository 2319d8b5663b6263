import { exactly, fromNow } from '../clock.ts'

/** An instant in words, the exact one on hover. */
export function Instant({ at }: { at: string }) {
  return (
    <time dateTime={at} title={exactly(at)}>
      {fromNow(at)}
    </time>
  )
}
