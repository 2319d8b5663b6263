// Text that people type: it must arrive as it was typed, and be seen as it is.

/** The character by which lenient decoders replace bytes that are not UTF-8, so that different texts become the same. */
const REPLACEMENT_CHARACTER = '\ufffd'

/** Emoji and some scripts need joiners and variation selectors. */
const INVISIBLE =
  /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\u2800]|(?!\u200c|\u200d|\ufe0e|\ufe0f)\p{Default_Ignorable_Code_Point}/u
const EVERY_INVISIBLE = new RegExp(INVISIBLE, 'gu')
const PRINTABLE_ASCII = /^[\x20-\x7e]*$/

/** Whether no part of the text was lost: it is well-formed and no byte of it was replaced. */
export function isIntact(text: string): boolean {
  return text.isWellFormed() && !text.includes(REPLACEMENT_CHARACTER)
}

/** Whether the text has a character that is not seen or that changes the order of others. */
export function hasInvisible(text: string): boolean {
  return INVISIBLE.test(text)
}

/** The text without its invisible characters and those that change the order of others. */
export function withoutInvisible(text: string): string {
  return PRINTABLE_ASCII.test(text) ? text : text.replace(EVERY_INVISIBLE, '')
}
