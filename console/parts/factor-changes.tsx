import { useAction } from '../action.ts'
import { showNotice } from '../notice.ts'
import { callService, refreshSession } from '../service.ts'
import { text } from '../text.ts'
import { Dialog } from './dialog.tsx'

interface ReplaceCodesProps {
  readonly onClose: () => void
  readonly onReplaced: (codes: readonly string[] | undefined) => void
}

export function ReplaceCodes({ onClose, onReplaced }: ReplaceCodesProps) {
  const { replace, replaceTitle, replaceEffect } = text.factors
  const action = useAction(async () => {
    const { recoveryCodes } = await callService('POST /auth/factors/recovery-codes')
    onReplaced(recoveryCodes)
    await refreshSession()
  })
  return (
    <Dialog title={replaceTitle} submit={replace} action={action} onClose={onClose}>
      <p>{replaceEffect}</p>
    </Dialog>
  )
}

export function RemoveFactors({ onClose }: { onClose: () => void }) {
  const { removeTitle, removeEffect, removeSubmit, removed } = text.factors
  const action = useAction(async () => {
    await callService('DELETE /auth/factors/totp')
    showNotice(removed)
    onClose()
    await refreshSession()
  })
  return (
    <Dialog title={removeTitle} submit={removeSubmit} action={action} onClose={onClose} danger>
      <p>{removeEffect}</p>
    </Dialog>
  )
}
