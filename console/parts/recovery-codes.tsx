import { useSignal } from '@preact/signals'
import { useAction } from '../action.ts'
import { text } from '../text.ts'
import { Dialog } from './dialog.tsx'

/** Shows the recovery codes, once. */
export function RecoveryCodes({ codes, onDone }: { codes: readonly string[]; onDone: () => void }) {
  const copying = useSignal('')
  const action = useAction(async () => onDone())
  const lines = codes.join('\n')
  const { codesTitle, codesEffect, copy, copied, notCopied, download, file, print, saved } = text.factors
  return (
    <Dialog title={codesTitle} submit={saved} action={action}>
      <p>{codesEffect}</p>
      <ul class="recovery-codes code shown-once" aria-label={text.factors.recoveryCodes}>
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <div class="buttons start">
        <button
          type="button"
          onClick={async () => {
            copying.value = await navigator.clipboard.writeText(lines).then(
              () => copied,
              () => notCopied,
            )
          }}
        >
          {copy}
        </button>
        <button type="button" onClick={() => saveFile(file, `${lines}\n`)}>
          {download}
        </button>
        <button type="button" onClick={() => window.print()}>
          {print}
        </button>
      </div>
      <p class="hint" role="status">
        {copying.value}
      </p>
    </Dialog>
  )
}

/** Lets the browser save a text as a file, without a request. */
function saveFile(name: string, content: string): void {
  const link = document.createElement('a')
  link.download = name
  link.href = `data:text/plain;charset=utf-8,${encodeURIComponent(content)}`
  link.click()
}
