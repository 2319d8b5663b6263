import type { SessionId, SessionRow } from '../../../lib/session.ts'
import type { CreatedSession } from '../../../lib/sessions/create-session.ts'
import type { EpochSeconds } from '../../../lib/system.ts'
import type { Email, User, UserId } from '../../../lib/user.ts'
import { passwordIn, type Scene, soon } from '../../../tests/support/observed-scene.ts'
import { NOW } from '../../../tests/support/samples.ts'
import type { Performance } from './actors.ts'
import { type Fact, roleOf } from './roles.ts'

// What must hold after each kind of schedule, in addition to the checks of `Scene`: the promises of the models.

/** An actor's performance, and whether the first session was not yet revoked when it began. */
export interface Played extends Performance {
  readonly actor: string
  readonly beforeEnd: boolean
}

const answered = (played: readonly Played[], role: string) =>
  played.filter(({ actor, error }) => roleOf(actor) === role && error === 'none')

const REPLACES = ['reauthenticate', 'end others']
const REVOKES_ALL = ['end all', 'set password', 'disable', 'remove scope']

/** `promise.ts`: acknowledged changes hold, and revoked sessions have no successors. */
export async function judgeSessions(scene: Scene, played: readonly Played[]): Promise<void> {
  const user = await scene.current()
  const is = (role: string) => answered(played, role).length > 0
  scene.violate(is('set password') && passwordIn(user?.passwordHash) !== 'new' && 'I3: the old password is valid again')
  scene.violate(is('disable') && user?.status !== 'disabled' && 'a user who was disabled is active')
  const scopes: readonly string[] = user?.scopes ?? []
  scene.violate(is('remove scope') && scopes.includes('a') && 'a scope that was taken away is held again')
  scene.violate(is('grant scope') && !scopes.includes('c') && 'a scope that was granted is not held')

  const living = new Set((await scene.living()).map(({ id }) => id))
  const severed = played.filter(
    ({ actor, value, error, beforeEnd }) =>
      error === 'none' && ((REVOKES_ALL.includes(roleOf(actor)) && beforeEnd) || value === 'deleted'),
  )
  for (const successor of REPLACES.flatMap((role) => answered(played, role))) {
    const { id } = (successor.value as CreatedSession).session
    for (const { actor } of severed)
      scene.violate(living.has(id) && `I1: ${id} carries on a session whose revocation was acknowledged to ${actor}`)
  }
}

/** `accounts.ts`: a registered user can sign in, a deleted user cannot. */
export async function judgeAccounts(scene: Scene, played: readonly Played[]): Promise<void> {
  const pointer = await scene.stores.users.getPointer(scene.user.email, soon())
  const canSignIn = async (userId: UserId) => pointer === userId && (await scene.current(userId)) !== undefined
  const isLeaving = played.some(({ actor }) => roleOf(actor) === 'delete')
  const told = answered(played, 'register').map(({ value }) => (value as User).id)
  for (const userId of isLeaving ? told : [scene.user.id, ...told])
    scene.violate(!(await canSignIn(userId)) && `a registered user cannot sign in: ${userId}`)
  if (answered(played, 'delete').length > 0)
    scene.violate((await canSignIn(scene.user.id)) && 'a deleted user can sign in')
}

const byAge = (a: SessionRow, b: SessionRow) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1)

/** `cap.ts`: the newest sessions are left, and none gave way before the cap was exceeded. */
export function judgeCap(scene: Scene, replaced: readonly SessionId[]) {
  const cap = scene.setting.cap ?? 0
  return {
    async watch(): Promise<void> {
      const rows = await scene.rows()
      const made = new Set([...rows.map(({ id }) => id), ...scene.held.keys()])
      const put = scene.put.filter(({ id }) => made.has(id) && !replaced.includes(id))
      for (const [index, row] of put.toSorted(byAge).entries()) {
        const gaveWay = !rows.some(({ id }) => id === row.id)
        scene.violate(gaveWay && put.length - index - 1 < cap && `I2: ${row.id} gave way to fewer than the cap`)
      }
    },
    async judge(): Promise<void> {
      const newest = scene.put
        .filter(({ id }) => !replaced.includes(id))
        .toSorted(byAge)
        .slice(-cap)
      const ids = (rows: readonly { id: SessionId }[]) => `${rows.map(({ id }) => id).sort()}`
      const living = ids(await scene.living())
      scene.violate(living !== ids(newest) && `${living || 'none'} are left, and not ${ids(newest)}`)
    },
  }
}

/** `attempts.ts`: no more verifications than the budget. */
export function judgeAttempts(scene: Scene, facts: readonly Fact[], slots: number): void {
  const verified = facts.filter(({ kind }) => kind === 'verified').length
  scene.violate(verified > slots && `I7: ${verified} verifications with a budget of ${slots}`)
}

/** `pagination.ts`: users who existed throughout are in the list. */
export function judgeList(scene: Scene, facts: readonly Fact[], throughout: readonly Email[]): void {
  const shown = facts.flatMap((fact) => (fact.kind === 'shown' ? fact.emails : []))
  for (const email of throughout) scene.violate(!shown.includes(email) && 'a user who existed throughout is not shown')
}

interface Life {
  readonly idleSeconds: number
  readonly lifetimeSeconds: number
  readonly renewSeconds: number
}

/** `expiry.ts`: requests are accepted until a timeout, and none after it. `isLossy`: a renewal may be late. */
export function judgeExpiry(scene: Scene, life: Life, clock: () => EpochSeconds, isLossy: boolean) {
  let [activeAt, renewedAt, isRefused] = [NOW, NOW, false]
  return (fact: Fact): void => {
    const now = clock()
    if (fact.kind === 'accepted') {
      if (fact.began >= NOW + life.lifetimeSeconds) scene.violate('I5: accepted after the absolute timeout')
      else if (isRefused && !isLossy) scene.violate('I4: alive again after it had expired')
      else if (fact.began >= activeAt + life.idleSeconds) scene.violate('I5: accepted after the idle timeout')
      activeAt = now
      if (fact.isRenewed) renewedAt = now
    } else if (fact.kind === 'refused') {
      isRefused = true
      const isEarly = now < NOW + life.lifetimeSeconds && now < renewedAt + life.idleSeconds - life.renewSeconds
      scene.violate(isEarly && 'I2: refused as expired before its timeout')
    }
  }
}
