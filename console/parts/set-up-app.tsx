import { useSignal } from '@preact/signals'
import { Problem, type ResponseBody } from '../../client/index.ts'
import { useAction } from '../action.ts'
import { codeProblem } from '../code.ts'
import { callService, refreshSession } from '../service.ts'
import { text } from '../text.ts'
import { CodeField } from './code-field.tsx'
import { Dialog } from './dialog.tsx'
import { QrCode } from './qr-code.tsx'

interface SetUpAppProps {
  readonly shown: ResponseBody<'POST /auth/factors/totp'>
  readonly onClose: () => void
  /** `codes` come with the first second factor. */
  readonly onActivated: (codes: readonly string[] | undefined) => void
}

/** Shows the key of an authenticator app, and turns the app on with its first code. */
export function SetUpApp({ shown: { secret, uri }, onClose, onActivated }: SetUpAppProps) {
  const code = useSignal('')
  const { setUpTitle, scan, qrCode, open, key, activate, changed } = text.factors
  const action = useAction(async () => {
    try {
      const { recoveryCodes } = await callService('POST /auth/factors/totp/activate', { body: { code: code.value } })
      onActivated(recoveryCodes)
    } catch (error) {
      // The service's own sentence is for callers of the API.
      if (!(error instanceof Problem && error.code === 'conflict')) throw error
      throw new Problem({ ...error, detail: changed })
    }
    await refreshSession()
  })
  const problem = codeProblem('totp', action.problem)
  return (
    <Dialog title={setUpTitle} submit={activate} action={action} onClose={onClose}>
      <p>{scan}</p>
      <QrCode content={uri} label={qrCode} />
      <p>
        <a href={uri}>{open}</a>
      </p>
      <p>{key}</p>
      <p class="code shown-once">{secret.replace(/.{4}(?!$)/g, '$& ')}</p>
      <CodeField kind="totp" value={code} problem={problem} />
    </Dialog>
  )
}
