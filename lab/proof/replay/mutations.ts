import type { Rule } from '../../model/rules.ts'
import type { Mutation } from './mutation.ts'
import { BESIDES } from './mutations-besides.ts'
import { OF_SESSIONS } from './mutations-sessions.ts'

/** Each rule has a place in the source: none is left out. */
export const MUTATIONS: Readonly<Record<Rule, Mutation>> = { ...OF_SESSIONS, ...BESIDES }
