import type { Signal } from '@preact/signals'
import { deskText } from '../desk-text.ts'
import { knownScopes } from '../directory.ts'
import { parseScopes } from '../scopes.ts'

/** The scopes in use as buttons that put them into a field, or take them out of it. */
export function ScopeChips({ value }: { value: Signal<string> }) {
  const chosen = parseScopes(value.value)
  return (
    <fieldset class="chips">
      <legend class="visually-hidden">{deskText.user.knownScopes}</legend>
      {knownScopes.value.map((scope) => (
        <button
          key={scope}
          type="button"
          class="chip code"
          aria-pressed={chosen.includes(scope)}
          onClick={() => {
            const next = chosen.includes(scope) ? chosen.filter((each) => each !== scope) : [...chosen, scope]
            value.value = next.join(' ')
          }}
        >
          {scope}
        </button>
      ))}
    </fieldset>
  )
}
