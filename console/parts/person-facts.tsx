import type { User } from '../../client/index.ts'
import { exactly } from '../clock.ts'
import { text } from '../text.ts'
import { Facts } from './facts.tsx'
import type { PersonAction } from './person-actions.tsx'

interface PersonFactsProps {
  readonly user: User
  readonly isYou: boolean
  readonly mayChange: boolean
  readonly onAsk: (action: PersonAction) => void
}

/** Who somebody is, and what can be done about it. */
export function PersonFacts({ user, isYou, mayChange, onAsk }: PersonFactsProps) {
  const { facts, you, edit, disable, enable, remove, notYourself } = text.person
  const { name, noName, since, id } = text.account
  const isDisabled = user.status === 'disabled'
  /** Nobody who holds it does this to themselves. */
  const isSafe = isYou && user.scopes.includes('admin:write')
  return (
    <section class="card">
      <h2 class="unseen">{facts}</h2>
      <p class="badges">
        {isYou && <span class="badge">{you}</span>}
        <span class={isDisabled ? 'badge warning' : 'badge'}>
          {isDisabled ? text.people.disabled : text.people.active}
        </span>
      </p>
      <Facts
        rows={[
          [name, user.name || noName],
          [text.fields.scopes, user.scopes.join(' ') || text.people.noScopes, user.scopes.length > 0],
          [since, exactly(user.createdAt)],
          [id, user.id, true],
        ]}
      />
      {mayChange && isSafe && <p class="hint">{notYourself}</p>}
      {mayChange && (
        <div class="buttons">
          <button type="button" onClick={() => onAsk('edit')}>
            {edit}
          </button>
          {isSafe ? null : isDisabled ? (
            <button type="button" onClick={() => onAsk('enable')}>
              {enable}
            </button>
          ) : (
            <button type="button" onClick={() => onAsk('disable')}>
              {disable}
            </button>
          )}
          {!isSafe && (
            <button type="button" class="grave outlined" onClick={() => onAsk('remove')}>
              {remove}
            </button>
          )}
        </div>
      )}
    </section>
  )
}
