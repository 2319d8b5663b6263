import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { Identity } from '../../client/index.ts'
import { useAction } from '../action.ts'
import { formatExact } from '../clock.ts'
import { showNotice } from '../notice.ts'
import { outcomeText, providerOutcome } from '../provider-outcome.ts'
import { callService, refreshSession } from '../service.ts'
import { settings } from '../settings.ts'
import { text } from '../text.ts'
import { ProblemNote } from './problem-note.tsx'

const nameOf = (provider: string) => settings.providers.find(({ id }) => id === provider)?.name ?? provider

/** The identities of the user, with what links and unlinks them. */
export function Identities() {
  const identities = useSignal<readonly Identity[] | undefined>(undefined)
  const unlinking = useSignal('')
  const read = useAction(async () => {
    identities.value = (await callService('GET /auth/identities')).identities
  }, true)
  const link = useAction(async () => {
    const { url } = await callService('POST /auth/identities', {
      body: { provider: linking.value, returnTo: `${location.pathname}${location.hash}` },
    })
    location.assign(url)
  })
  const unlink = useAction(async () => {
    await callService('DELETE /auth/identities/{identityId}', { params: { identityId: unlinking.value } })
    showNotice(text.providers.unlinked)
    await refreshSession()
    read.run()
  })
  const linking = useSignal('')
  useEffect(() => void read.run(), [])
  if (settings.providers.length === 0 && !identities.value?.length) return null
  const { title, lead, none, linked, add, remove, removeNamed } = text.providers
  const outcome = providerOutcome.value
  return (
    <section class="card">
      <h2>{title}</h2>
      <p>{lead}</p>
      {outcome && <p role="status">{outcomeText(outcome.code)}</p>}
      <ProblemNote problem={read.problem ?? link.problem ?? unlink.problem} />
      {identities.value?.length === 0 && <p>{none}</p>}
      <ul class="passkeys">
        {identities.value?.map(({ id, provider, subject, linkedAt }) => (
          <li key={id}>
            <p>
              <bdi>{nameOf(provider)}</bdi>
            </p>
            <p class="hint">{linked(subject, formatExact(linkedAt))}</p>
            <div class="buttons start">
              <button
                type="button"
                class="danger outlined"
                aria-label={removeNamed(nameOf(provider))}
                aria-disabled={unlink.busy}
                onClick={() => {
                  unlinking.value = id
                  unlink.run()
                }}
              >
                {remove}
              </button>
            </div>
          </li>
        ))}
      </ul>
      <div class="buttons start">
        {settings.providers.map(({ id, name }) => (
          <button
            key={id}
            type="button"
            aria-disabled={link.busy}
            onClick={() => {
              linking.value = id
              link.run()
            }}
          >
            {add(name)}
          </button>
        ))}
      </div>
    </section>
  )
}
