export const ORIGIN = 'https://fuzz.example.com'
export const TRUSTED = 'https://trusted.example.com'
