import { settings } from './settings.ts'

type Rgb = readonly [red: number, green: number, blue: number]

/** The contrast that text needs is 4.5 (WCAG 1.4.3); that of marked links is less than with the surface itself. */
const LEAST_CONTRAST = 5.5
const SURFACES = { light: [255, 255, 255], dark: [30, 33, 37] } as const satisfies Record<string, Rgb>

/** Gives links and buttons the operator's color, in each scheme light or dark enough to be read. */
export function applyBrand(): void {
  const color = parse(settings.color)
  if (!color) return
  const { style } = document.documentElement
  style.setProperty('--accent-light', readable(color, SURFACES.light, [0, 0, 0]))
  style.setProperty('--accent-dark', readable(color, SURFACES.dark, [255, 255, 255]))
}

function parse(text: string): Rgb | undefined {
  const [, red, green, blue] = /^#(..)(..)(..)$/.exec(text) ?? []
  return red && green && blue ? [parseInt(red, 16), parseInt(green, 16), parseInt(blue, 16)] : undefined
}

/** The color, mixed with black or white until its contrast with the surface suffices. */
function readable(color: Rgb, surface: Rgb, towards: Rgb): string {
  for (let part = 0; ; part += 0.05) {
    const mixed = color.map((value, index) =>
      Math.round(value + ((towards[index] ?? 0) - value) * part),
    ) as unknown as Rgb
    if (contrast(mixed, surface) >= LEAST_CONTRAST || part >= 1) return `rgb(${mixed.join(' ')})`
  }
}

function contrast(one: Rgb, other: Rgb): number {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b)
  return (lighter + 0.05) / (darker + 0.05)
}

/** The relative luminance of WCAG 2.2. */
function luminance(color: Rgb): number {
  const [red, green, blue] = color.map((value) => {
    const part = value / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  }) as unknown as Rgb
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}
