import type { Template } from '../template/template.ts'

/** A promise about a template. */
export interface Rule {
  readonly name: string
  /** Why it must hold, one sentence. */
  readonly reason: string
  /** `every`: of every service that uses Coatcheck; `own`: of Coatcheck's own template alone. */
  readonly of: 'every' | 'own'
  /** The violations: which resource, and what it has. */
  check(template: Template): string[]
}
