import type { Template } from '../template/template.ts'
import { FUNCTION_RULES } from './functions.ts'
import { ROLE_RULES } from './roles.ts'
import type { Rule } from './rule.ts'
import { TABLE_RULES } from './tables.ts'

/** Every rule. */
export const RULES: readonly Rule[] = [...TABLE_RULES, ...ROLE_RULES, ...FUNCTION_RULES]

/** The violations of all rules that apply to a template, one sentence each. */
export const violationsOf = (template: Template, kind: 'own' | 'adopter', rules = RULES): string[] =>
  rules
    .filter((rule) => kind === 'own' || rule.of === 'every')
    .flatMap((rule) => rule.check(template).map((found) => `${rule.name}: ${found}. ${rule.reason}`))
