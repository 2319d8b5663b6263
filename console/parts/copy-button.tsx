import { useSignal } from '@preact/signals'
import { text } from '../text.ts'

/** Copies a text, and says whether the browser allowed it. */
export function CopyButton({ content, onCopied }: { content: string; onCopied?: () => void }) {
  const outcome = useSignal('')
  const { copy, copied, notCopied } = text.fields
  return (
    <div class="buttons start">
      <button
        type="button"
        onClick={async () => {
          outcome.value = await navigator.clipboard.writeText(content).then(
            () => copied,
            () => notCopied,
          )
          onCopied?.()
        }}
      >
        {copy}
      </button>
      <span class="hint" role="status">
        {outcome.value}
      </span>
    </div>
  )
}
