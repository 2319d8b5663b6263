import fc from 'fast-check'

/**
 * Any code point except surrogates, ASCII more often: a unit for `fc.string`. Its own unit `binary` takes half a second
 * to make, for a table of all code points.
 */
export const anyCharacter = fc
  .oneof(
    fc.integer({ min: 0, max: 0x7f }),
    fc.integer({ min: 0, max: 0xd7ff }),
    fc.integer({ min: 0xe000, max: 0x10ffff }),
  )
  .map((code) => String.fromCodePoint(code))
