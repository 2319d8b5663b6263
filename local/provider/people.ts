/** A person whom the stand-in provider signs in. */
export interface Person {
  readonly sub: string
  readonly name: string
  readonly email: string
}

/** The persons to choose from. */
export const PEOPLE: readonly Person[] = [
  { sub: 'ada', name: 'Ada Lovelace', email: 'ada@example.com' },
  { sub: 'grace', name: 'Grace Hopper', email: 'grace@example.com' },
  { sub: 'alan', name: 'Alan Turing', email: 'alan@example.com' },
]
