import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { Problem, type ResponseBody } from '../../client/index.ts'
import { useAction } from '../action.ts'
import { formatExact } from '../clock.ts'
import { showNotice } from '../notice.ts'
import { callService } from '../service.ts'
import { text } from '../text.ts'
import type { Viewer } from '../viewer.ts'
import { RemoveFactors, ReplaceCodes } from './factor-changes.tsx'
import { Facts } from './facts.tsx'
import { Passkeys } from './passkeys.tsx'
import { ProblemNote } from './problem-note.tsx'
import { RecoveryCodes } from './recovery-codes.tsx'
import { SetUpApp } from './set-up-app.tsx'

type Factors = ResponseBody<'GET /auth/factors'>
type Shown = ResponseBody<'POST /auth/factors/totp'>

/** From here on the page recommends new recovery codes. */
const FEW_CODES = 3

/** The user’s second factors: their state, and the dialogs that change them. */
export function TwoFactor({ user, session }: Viewer) {
  const factors = useSignal<Factors | undefined>(undefined)
  const problem = useSignal<Problem | undefined>(undefined)
  const retries = useSignal(0)
  const open = useSignal<'replace' | 'remove' | undefined>(undefined)
  const shown = useSignal<Shown | undefined>(undefined)
  const made = useSignal<{ codes: readonly string[]; done: string } | undefined>(undefined)

  // Every change of the factors, here or in another tab, replaces the session.
  useEffect(() => {
    let isLatest = true
    loadFactors().then((loaded) => {
      if (!isLatest) return
      if (loaded instanceof Problem) problem.value = loaded
      else {
        factors.value = loaded
        problem.value = undefined
      }
    })
    return () => {
      isLatest = false
    }
  }, [session.id, retries.value])

  const setUp = useAction(async () => {
    shown.value = await callService('POST /auth/factors/totp')
  })
  const show = (dialog: 'replace' | 'remove') => {
    open.value = dialog
  }
  const close = () => {
    open.value = undefined
    shown.value = undefined
  }
  const finish = (codes: readonly string[] | undefined, done: string) => {
    close()
    if (codes) made.value = { codes, done }
    else showNotice(done)
  }
  const { title, activated, replaced, replace, remove } = text.factors
  return (
    <section class="card">
      <h2 id="factors" tabIndex={-1}>
        {title}
      </h2>
      <State factors={factors.value} />
      {factors.value && !isOn(factors.value) && <MissingScopes user={user} session={session} />}
      <ProblemNote problem={problem.value ?? setUp.problem} />
      <div class="buttons">
        {problem.value ? (
          <button type="button" onClick={() => retries.value++}>
            {text.retry}
          </button>
        ) : (
          <>
            {isOn(factors.value) && (
              <button type="button" onClick={() => show('replace')}>
                {replace}
              </button>
            )}
            {factors.value?.totp ? (
              <button type="button" class="danger outlined" onClick={() => show('remove')}>
                {remove}
              </button>
            ) : (
              <button type="button" onClick={setUp.run} aria-disabled={setUp.busy} disabled={!factors.value}>
                {text.factors.setUp}
              </button>
            )}
          </>
        )}
      </div>
      {factors.value && (
        <Passkeys
          passkeys={factors.value.passkeys}
          onRenamed={() => retries.value++}
          onAdded={(codes) => finish(codes, text.passkeys.done)}
        />
      )}
      {shown.value && (
        <SetUpApp shown={shown.value} onClose={close} onActivated={(codes) => finish(codes, activated)} />
      )}
      {open.value === 'replace' && <ReplaceCodes onClose={close} onReplaced={(codes) => finish(codes, replaced)} />}
      {open.value === 'remove' && <RemoveFactors onClose={close} />}
      {made.value && (
        <RecoveryCodes
          codes={made.value.codes}
          onDone={() => {
            showNotice(made.value?.done ?? '')
            made.value = undefined
          }}
        />
      )}
    </section>
  )
}

const isOn = (factors: Factors | undefined) => !!factors && (!!factors.totp || factors.passkeys.length > 0)

function State({ factors }: { factors: Factors | undefined }) {
  const { off, app, appSince, recoveryCodes, left, fewLeft } = text.factors
  if (!factors || !isOn(factors)) return <p>{off}</p>
  const apps = factors.totp ? [[app, appSince(formatExact(factors.totp.createdAt))] as const] : []
  return (
    <>
      <Facts rows={[...apps, [recoveryCodes, left(factors.recoveryCodesLeft)]]} />
      {factors.recoveryCodesLeft <= FEW_CODES && <p class="hint">{fewLeft}</p>}
    </>
  )
}

/** Tells an administrator why scopes are missing: the service may grant them to sessions of two factors only. */
function MissingScopes({ user, session }: Viewer) {
  const missing = user.scopes.filter((scope) => !session.scopes.includes(scope))
  return missing.length > 0 ? <p class="hint">{text.factors.missingScopes(missing.join(' '))}</p> : null
}

async function loadFactors(): Promise<Factors | Problem> {
  try {
    return await callService('GET /auth/factors')
  } catch (error) {
    if (error instanceof Problem) return error
    throw error
  }
}
