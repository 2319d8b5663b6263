import { askForChange, changeTo, completeChange, mailChange, time } from './address-change.ts'
import { mailUndo, undoChange } from './address-undo.ts'
import { changePassword, deletion, disable, removeFactors, revokeAll } from './administration.ts'
import { changeFactors, enrol, show, signInByTotp } from './enrolment.ts'
import { FIRST_SIGN_INS, LINKED, NEWCOMER, OF_SQUATTER, OF_STRANGER } from './identity-operations.ts'
import { acceptInvitation, mailInvitation, revokeInvitation } from './invitation.ts'
import { completeCode, mailCode } from './mailed-code.ts'
import { deleteNew, register } from './new-account.ts'
import { addPasskey, removePasskey, signInByPasskey } from './passkey.ts'
import type { Operation } from './play.ts'
import { completeRegistration, mailTicket } from './registration.ts'
import { givePassword } from './required-password.ts'
import { completeReset, mailReset, requestReset } from './reset.ts'
import type { SceneName } from './scenes.ts'
import { secondFactor } from './second-factor.ts'
import { login } from './sign-in.ts'
import { verify } from './verification.ts'

/** What `lab/model` knows already, as the new operations meet it. Two of these have their pairs there. */
const KNOWN: readonly Operation[] = [
  login('log in', 'p0'),
  login('log in and rehash', 'p0', { rehash: true }),
  changePassword(),
  revokeAll(),
  disable(),
  deletion(),
]
const RESET = [
  completeReset('reset', 'L0', 'p1'),
  completeReset('reset too', 'L0', 'p1'),
  completeReset('reset by newest', 'newest', 'p1'),
  requestReset(),
  mailReset('mail reset'),
  mailReset('mail reset too'),
]
const ADDRESS = [
  completeChange('change address'),
  completeChange('change address too'),
  completeChange('change address anew', 'user anew'),
  completeChange('stranger changes address', 'stranger'),
  changeTo('a'),
  changeTo('c'),
  askForChange(),
  mailChange('mail change'),
  mailUndo(),
  undoChange('undo'),
  undoChange('undo too'),
  time(),
]
const OTHERS = [register('a'), register('b')]
const CODES = [
  mailCode('mail code'),
  mailCode('mail code C1', 'C1'),
  completeCode('code', 'C0'),
  completeCode('code too', 'C0'),
  completeCode('guess', 'guess'),
  completeCode('guess too', 'guess'),
  completeCode('code in another browser', 'C0', 'C1'),
]
const FACTORS = [
  secondFactor('X0 step 1', 'X0', { step: 1 }),
  secondFactor('X0 step 2', 'X0', { step: 2 }),
  secondFactor('X1 step 1', 'X1', { step: 1 }),
  secondFactor('X0 recovery', 'X0', { recovery: 'r1' }),
  secondFactor('X1 recovery', 'X1', { recovery: 'r1' }),
  secondFactor('X0 by k1', 'X0', { passkey: 'k1', count: 6 }),
  secondFactor('X0 wrong', 'X0', 'wrong'),
  secondFactor('X1 wrong', 'X1', 'wrong'),
  secondFactor('X1 wrong too', 'X1', 'wrong'),
  changeFactors('remove totp'),
  changeFactors('replace totp'),
  changeFactors('make recovery codes'),
  removeFactors(),
]
const ENROLMENT = [enrol('t1'), enrol('t2'), show('t2'), signInByTotp('t1')]
const PASSKEYS = [
  signInByPasskey('k1 counts 6', 'k1', 6),
  signInByPasskey('copy of k1 counts 6', 'k1', 6),
  signInByPasskey('k1 counts 6, replayed', 'k1', 6, 'k1 counts 6'),
  signInByPasskey('k1 counts 7', 'k1', 7),
  signInByPasskey('k0', 'k0', 0),
  signInByPasskey('k0, replayed', 'k0', 0, 'k0'),
  addPasskey('k1', true),
  addPasskey('k2'),
  removePasskey('k1'),
  removePasskey('k1', 'remove k1 too'),
  removePasskey('k0'),
]
const REGISTRATION = [
  completeRegistration('register', 'T0', 'p1'),
  completeRegistration('register too', 'T0', 'p2'),
  completeRegistration('register by newest', 'newest', 'p3'),
  completeRegistration('register by newest too', 'newest', 'p4'),
  mailTicket('mail link', 'm1'),
  mailTicket('mail link too', 'm1'),
  mailTicket('mail link of squatter', 'm2'),
  acceptInvitation('accept', 'W0', 'p1'),
  acceptInvitation('accept too', 'W0', 'p2'),
  acceptInvitation('accept newest', 'newest', 'p3'),
  mailInvitation('mail invitation'),
  mailInvitation('mail invitation too'),
  revokeInvitation(),
  register('a'),
  deleteNew(),
]

const GIVEN = [
  login('log in by g1', 'g1'),
  login('log in by g1 and choose p4', 'g1', { chosen: 'p4' }),
  login('log in by g1 and choose p5', 'g1', { chosen: 'p5' }),
  login('log in by g2', 'g2'),
  login('log in by g2 and choose p4', 'g2', { chosen: 'p4' }),
  givePassword('give g2', 'g2'),
  changePassword('g1'),
  revokeAll(),
  disable(),
  deletion(),
]

const without = (operations: readonly Operation[], ...names: readonly string[]) =>
  operations.filter(({ name }) => !names.includes(name))

/** What may happen in each scene. */
export const OPERATIONS: Readonly<Record<SceneName, readonly Operation[]>> = {
  owner: [
    ...KNOWN,
    ...RESET,
    ...without(ADDRESS, 'undo too'),
    ...OTHERS,
    ...without(CODES, 'mail code C1'),
    ...FACTORS,
    ...PASSKEYS,
  ],
  bare: [
    ...KNOWN,
    completeReset('reset', 'L0', 'p1'),
    completeChange('change address'),
    ...CODES,
    ...ENROLMENT,
    removeFactors(),
    changeFactors('remove totp'),
    addPasskey('k2'),
    signInByPasskey('k0', 'k0', 0),
  ],
  given: [
    ...GIVEN,
    completeReset('reset', 'L0', 'p1'),
    completeCode('code', 'C0'),
    completeChange('change address'),
    addPasskey('k2'),
    signInByPasskey('k0', 'k0', 0),
  ],
  squatted: [
    ...KNOWN,
    completeReset('reset', 'L0', 'p1'),
    completeCode('code', 'C0'),
    completeCode('code too', 'C0'),
    mailCode('mail code C1', 'C1'),
    completeCode('code C1', 'C1', 'C1'),
    completeChange('stranger changes address', 'stranger'),
    askForChange(),
    mailChange('mail change'),
    addPasskey('k2'),
    signInByPasskey('k0', 'k0', 0),
    secondFactor('X0 step 1', 'X0', { step: 1 }),
    changeFactors('make recovery codes'),
    verify('stranger verifies', 'stranger'),
    ...without(FIRST_SIGN_INS, 'first callback M'),
    ...OF_SQUATTER,
  ],
  fresh: [
    ...KNOWN,
    verify('verify', 'user'),
    verify('verify too', 'user'),
    completeReset('reset', 'L0', 'p1'),
    completeCode('code', 'C0'),
    completeChange('change address'),
    changeTo('a'),
    mailChange('mail change'),
    addPasskey('k2'),
  ],
  legacy: [
    deletion(),
    ...without(ADDRESS, 'undo too', 'change address too', 'ask for b', 'mail change'),
    ...OTHERS,
    completeReset('reset', 'L0', 'p1'),
  ],
  moved: [
    ...without(KNOWN, 'log in and rehash', 'change password'),
    login('log in by a', 'p9'),
    login('log in by b', 'p9', { email: 'b' }),
    undoChange('undo'),
    undoChange('undo too'),
    changeTo('a'),
    changeTo('b'),
    changeTo('c'),
    completeChange('change address'),
    time(),
    ...OTHERS,
    register('c'),
    completeReset('reset', 'L0', 'p1'),
    addPasskey('k2'),
    signInByPasskey('k0', 'k0', 0),
    signInByPasskey('k9', 'k9', 0),
    secondFactor('X0 step 1', 'X0', { step: 1 }),
  ],
  linked: [
    ...without(KNOWN, 'log in and rehash'),
    ...without(LINKED, 'W links i'),
    OF_STRANGER,
    completeReset('reset', 'L0', 'p1'),
    completeChange('change address'),
    addPasskey('k2'),
  ],
  federated: [...LINKED, deletion(), disable(), revokeAll()],
  newcomer: [...NEWCOMER, register('a'), completeRegistration('register', 'T0', 'p1'), deleteNew()],
  vacant: REGISTRATION,
}

/** Two of these have their pairs in the models beside this folder. */
export const KNOWN_NAMES = new Set([...KNOWN, ...OTHERS, register('c'), removeFactors()].map(({ name }) => name))
