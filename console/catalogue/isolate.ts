/** Isolates text that a user wrote, so that its direction does not affect the sentence around it (Unicode UAX #9). */
export const isolate = (words: string) => `\u2068${words}\u2069`
