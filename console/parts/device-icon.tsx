import type { DeviceKind } from '../device.ts'

const PATHS: Record<DeviceKind, string> = {
  computer: 'M4 6.5h16v10H4zM2 19.5h20M9.5 16.5v3M14.5 16.5v3',
  phone: 'M7.5 3h9v18h-9zM11 18h2',
  tablet: 'M5 3h14v18H5zM11 18h2',
  tv: 'M3 5.5h18v11H3zM8 20h8',
  app: 'M4 4h7v7H4zM13 4h7v7h-7zM4 13h7v7H4zM13 13h7v7h-7z',
  script: 'M3 5h18v14H3zM6.5 9.5 9.5 12l-3 2.5M12 15h5',
  bot: 'M5 9h14v10H5zM12 9V5M12 5h.01M9 13.5h.01M15 13.5h.01M9.5 16.5h5',
  unknown: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18ZM9.5 9.5a2.5 2.5 0 1 1 3.5 2.3c-.7.3-1 .9-1 1.7M12 16.5v.5',
}

export function DeviceIcon({ kind }: { kind: DeviceKind }) {
  return (
    <svg class="device" viewBox="0 0 24 24" width="28" height="28" aria-hidden="true">
      <path d={PATHS[kind]} />
    </svg>
  )
}
