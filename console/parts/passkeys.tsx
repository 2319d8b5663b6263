import { type Signal, useSignal } from '@preact/signals'
import type { Problem, ResponseBody } from '../../client/index.ts'
import { fieldProblem, useAction } from '../action.ts'
import { formatExact } from '../clock.ts'
import { describeDevice } from '../device.ts'
import { showNotice } from '../notice.ts'
import { createPasskey, hasPasskeys } from '../passkey.ts'
import { callService, refreshSession } from '../service.ts'
import { text } from '../text.ts'
import { Dialog } from './dialog.tsx'
import { Field } from './field.tsx'

type Passkey = ResponseBody<'GET /auth/factors'>['passkeys'][number]
type Open = { readonly kind: 'add' } | { readonly kind: 'rename' | 'remove'; readonly passkey: Passkey }

interface PasskeysProps {
  readonly passkeys: readonly Passkey[]
  /** Called once a name was changed. */
  readonly onRenamed: () => void
  /** `codes` come with the first second factor. */
  readonly onAdded: (codes: readonly string[] | undefined) => void
}

/** The user’s passkeys, and the dialogs that add, rename and remove them. */
export function Passkeys({ passkeys, onRenamed, onAdded }: PasskeysProps) {
  const open = useSignal<Open | undefined>(undefined)
  const close = () => {
    open.value = undefined
  }
  const { title, none, notSupported, add, rename, renameNamed, remove, removeNamed, added, used, unused } =
    text.passkeys
  return (
    <>
      <h3>{title}</h3>
      {passkeys.length === 0 && <p>{none}</p>}
      <ul class="passkeys">
        {passkeys.map((passkey) => (
          <li key={passkey.id}>
            <p>
              <bdi>{passkey.name}</bdi>
            </p>
            <p class="hint">
              {added(formatExact(passkey.createdAt))}{' '}
              {passkey.lastUsedAt ? used(formatExact(passkey.lastUsedAt)) : unused}
            </p>
            <div class="buttons start">
              <button
                type="button"
                aria-label={renameNamed(passkey.name)}
                onClick={() => {
                  open.value = { kind: 'rename', passkey }
                }}
              >
                {rename}
              </button>
              <button
                type="button"
                class="danger outlined"
                aria-label={removeNamed(passkey.name)}
                onClick={() => {
                  open.value = { kind: 'remove', passkey }
                }}
              >
                {remove}
              </button>
            </div>
          </li>
        ))}
      </ul>
      {hasPasskeys ? (
        <div class="buttons start">
          <button
            type="button"
            onClick={() => {
              open.value = { kind: 'add' }
            }}
          >
            {add}
          </button>
        </div>
      ) : (
        <p class="hint">{notSupported}</p>
      )}
      {open.value?.kind === 'add' && (
        <AddPasskey
          onClose={close}
          onAdded={(codes) => {
            close()
            onAdded(codes)
          }}
        />
      )}
      {open.value?.kind === 'rename' && (
        <RenamePasskey
          passkey={open.value.passkey}
          onClose={close}
          onRenamed={() => {
            close()
            onRenamed()
          }}
        />
      )}
      {open.value?.kind === 'remove' && <RemovePasskey passkey={open.value.passkey} onClose={close} />}
    </>
  )
}

function AddPasskey({ onClose, onAdded }: Pick<PasskeysProps, 'onAdded'> & { readonly onClose: () => void }) {
  const name = useSignal(describeDevice(navigator.userAgent).name)
  const { add, addTitle, addEffect } = text.passkeys
  const action = useAction(async () => {
    const { options } = await callService('POST /auth/passkeys/options')
    const response = await createPasskey(options)
    const { recoveryCodes } = await callService('POST /auth/passkeys', { body: { response, name: name.value } })
    onAdded(recoveryCodes)
    await refreshSession()
  })
  return (
    <Dialog title={addTitle} submit={add} action={action} onClose={onClose} fields={['/name']}>
      <p>{addEffect}</p>
      <PasskeyName value={name} problem={action.problem} />
    </Dialog>
  )
}

interface ChangeProps {
  readonly passkey: Passkey
  readonly onClose: () => void
}

function RenamePasskey({ passkey: { id, ...passkey }, onClose, onRenamed }: ChangeProps & { onRenamed: () => void }) {
  const name = useSignal(passkey.name)
  const { renameTitle, renameSubmit, renamed } = text.passkeys
  const action = useAction(async () => {
    await callService('PATCH /auth/passkeys/{passkeyId}', { params: { passkeyId: id }, body: { name: name.value } })
    showNotice(renamed(name.value))
    onRenamed()
  })
  return (
    <Dialog title={renameTitle} submit={renameSubmit} action={action} onClose={onClose} fields={['/name']}>
      <PasskeyName value={name} problem={action.problem} />
    </Dialog>
  )
}

function RemovePasskey({ passkey: { id, name }, onClose }: ChangeProps) {
  const { removeTitle, removeEffect, removeSubmit, removed } = text.passkeys
  const action = useAction(async () => {
    await callService('DELETE /auth/passkeys/{passkeyId}', { params: { passkeyId: id } })
    showNotice(removed(name))
    onClose()
    await refreshSession()
  })
  return (
    <Dialog title={removeTitle(name)} submit={removeSubmit} action={action} onClose={onClose} danger>
      <p>{removeEffect}</p>
    </Dialog>
  )
}

function PasskeyName({ value, problem }: { readonly value: Signal<string>; readonly problem: Problem | undefined }) {
  const { name, nameHint } = text.passkeys
  return (
    <Field
      label={name}
      hint={nameHint}
      value={value}
      problem={fieldProblem(problem, '/name')}
      autocomplete="off"
      isProse
      autofocus
    />
  )
}
