import { formatExact, formatFromNow } from '../clock.ts'

/** A relative time, with the exact one on hover. */
export function Instant({ at }: { at: string }) {
  return (
    <time dateTime={at} title={formatExact(at)}>
      {formatFromNow(at)}
    </time>
  )
}
