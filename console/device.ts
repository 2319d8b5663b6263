import { text } from './text.ts'

export type DeviceKind = keyof typeof text.device.kinds

export interface Device {
  /** Such as "Chrome on Windows": without versions, which differ from one visit to the next. */
  readonly name: string
  readonly kind: DeviceKind
}

/** The name of a session in lists: its label, or its device. */
export function sessionName({ label, userAgent }: { label?: string; userAgent: string }): string {
  return label?.trim() || describeDevice(userAgent).name
}

/** Names by what a user agent contains; the first that matches counts. Derived browsers name the one they derive from. */
type Names = readonly (readonly [pattern: RegExp, name: string])[]

const BROWSERS: Names = [
  [/Edg(?:e|A|iOS)?\//, 'Edge'],
  [/OPR\/|OPT\/|Opera/, 'Opera'],
  [/SamsungBrowser\//, 'Samsung Internet'],
  [/Vivaldi\//, 'Vivaldi'],
  [/YaBrowser\//, 'Yandex Browser'],
  [/DuckDuckGo\/|Ddg\//, 'DuckDuckGo'],
  [/UCBrowser\//, 'UC Browser'],
  [/Brave\//, 'Brave'],
  [/FB(?:AN|AV)\//, 'Facebook'],
  [/Instagram/, 'Instagram'],
  [/LinkedInApp/, 'LinkedIn'],
  [/\bLine\//, 'LINE'],
  [/GSA\//, 'Google'],
  [/Slack[/_]/, 'Slack'],
  [/Teams\//, 'Teams'],
  [/Electron\//, 'Electron'],
  [/FxiOS\/|Firefox\//, 'Firefox'],
  [/CriOS\/|Chrom(?:e|ium)\//, 'Chrome'],
  [/MSIE |Trident\//, 'Internet Explorer'],
  [/Version\/.* Safari\//, 'Safari'],
]

const SYSTEMS: Names = [
  [/CrOS/, 'ChromeOS'],
  [/iPhone|iPod/, 'iPhone'],
  [/iPad/, 'iPad'],
  [/Android/, 'Android'],
  [/Windows/, 'Windows'],
  [/Macintosh|Mac OS X|macOS/, 'macOS'],
  [/FreeBSD/, 'FreeBSD'],
  [/Linux|X11/, 'Linux'],
  [/Darwin/, 'Apple'],
]

const TELEVISIONS: Names = [
  [/AppleTV|tvOS/, 'Apple TV'],
  [/\bAFT\w/, 'Fire TV'],
  [/CrKey/, 'Chromecast'],
  [/Roku/, 'Roku'],
  [/PlayStation/, 'PlayStation'],
  [/Xbox/, 'Xbox'],
  [/Nintendo/, 'Nintendo'],
  [/Tizen.*TV|SMART-TV.*Tizen|SamsungTV/i, 'Samsung TV'],
  [/Web0S|webOS.TV|NetCast/i, 'LG TV'],
  [/BRAVIA/, 'Sony TV'],
  [/GoogleTV|Android TV/, 'Android TV'],
  [/SMART-?TV|HbbTV/i, ''],
]

/** Libraries with which apps send requests: they say that it is an app, not which. */
const APPS = /okhttp|CFNetwork|Dalvik\/|Dart\/|ReactNative|Expo\/|Alamofire|Cronet|Flutter/

/** Programs, by the library or tool that they use. */
const SCRIPTS: Names = [
  [/^curl\//i, 'curl'],
  [/^Wget\//i, 'Wget'],
  [/^(?:python|aiohttp|httpx|Boto3)/i, 'Python'],
  [/^(?:node|undici|axios|got |aws-sdk-js)/i, 'Node.js'],
  [/^Go-http-client/, 'Go'],
  [/^(?:Java\/|Apache-HttpClient|aws-sdk-java)/, 'Java'],
  [/^PostmanRuntime\//, 'Postman'],
  [/^insomnia\//i, 'Insomnia'],
  [/^(?:GuzzleHttp|PHP)/i, 'PHP'],
  [/^(?:Ruby|Faraday|rest-client)/i, 'Ruby'],
  [/PowerShell\//, 'PowerShell'],
]

const BOT = /bot\b|crawler|spider|slurp|facebookexternalhit|HeadlessChrome|Lighthouse|Pingdom|UptimeRobot/i

const nameIn = (names: Names, userAgent: string) => names.find(([pattern]) => pattern.test(userAgent))?.[1]

/** A device's name and kind from its user agent. Clients choose that header freely: it proves nothing. */
export function describeDevice(userAgent: string): Device {
  const [product = ''] = /^[\w.-]+/.exec(userAgent) ?? []
  if (product === '') return { name: text.device.unknown, kind: 'unknown' }
  if (BOT.test(userAgent)) return { name: botName(userAgent), kind: 'bot' }
  const television = nameIn(TELEVISIONS, userAgent)
  if (television !== undefined) return { name: television || text.device.tv, kind: 'tv' }
  const script = nameIn(SCRIPTS, userAgent)
  if (script) return { name: script, kind: 'script' }
  const system = nameIn(SYSTEMS, userAgent)
  if (APPS.test(userAgent)) return { name: appName(product, system), kind: 'app' }
  const browser = nameIn(BROWSERS, userAgent)
  if (!browser)
    return {
      name: product === 'Mozilla' ? (system ?? text.device.unknown) : product,
      kind: otherKind(userAgent, system),
    }
  return { name: system ? text.device.on(browser, system) : browser, kind: hardware(userAgent, system) }
}

function botName(userAgent: string): string {
  return /[\w.-]*(?:bot|crawler|spider|HeadlessChrome|Lighthouse)[\w.-]*/i.exec(userAgent)?.[0] ?? text.device.bot
}

/** Apps on Apple's devices put their own name first; the libraries of others put theirs. */
function appName(product: string, system: string | undefined): string {
  const isOwn = !APPS.test(`${product}/`) && product !== 'Mozilla'
  const [app, place] = [isOwn ? product : undefined, system === 'Apple' ? undefined : system]
  if (app) return place ? text.device.on(app, place) : app
  return place ? text.device.app(place) : text.device.anApp
}

function hardware(userAgent: string, system: string | undefined): DeviceKind {
  if (system === 'iPad' || /Tablet/.test(userAgent)) return 'tablet'
  if (system === 'iPhone' || system === 'Android')
    return system === 'Android' && !/Mobile/.test(userAgent) ? 'tablet' : 'phone'
  return 'computer'
}

const otherKind = (userAgent: string, system: string | undefined): DeviceKind =>
  userAgent.startsWith('Mozilla/') ? (system ? hardware(userAgent, system) : 'unknown') : 'script'
