import type { Signal } from '@preact/signals'
import { generatePassword } from '../generate-password.ts'
import { text } from '../text.ts'

/** A button that fills a password field with a generated password and shows it. */
export function GeneratePassword({ value, shown }: { value: Signal<string>; shown: Signal<boolean> }) {
  return (
    <div class="buttons start">
      <button
        type="button"
        onClick={() => {
          value.value = generatePassword()
          shown.value = true
        }}
      >
        {text.fields.generate}
      </button>
    </div>
  )
}
