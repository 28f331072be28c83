// Small drawn signs; no font has them all.
const PATHS = {
  link: 'M6.5 9.5l3-3M7 4.5l1.2-1.2a2.8 2.8 0 0 1 4 4L11 8.5M9 11.5l-1.2 1.2a2.8 2.8 0 0 1-4-4L5 7.5',
  done: 'M3 8.5l3.2 3.2L13 5',
  table: 'M2.5 3.5h11v9h-11zM2.5 6.5h11M2.5 9.5h11M6.5 3.5v9',
  data: 'M6 3c-2 0-1.5 2-1.5 3S4 8 3 8c1 0 1.5.8 1.5 2S4 13 6 13M10 3c2 0 1.5 2 1.5 3s.5 2 1.5 2c-1 0-1.5.8-1.5 2s.5 3-1.5 3',
  close: 'M4 4l8 8M12 4l-8 8',
  back: 'M8 4L4 8l4 4M12 4L8 8l4 4',
  forth: 'M4 4l4 4-4 4M8 4l4 4-4 4',
  play: 'M5 3.5l8 4.5-8 4.5z',
  pause: 'M5.5 3.5v9M10.5 3.5v9',
} as const;

export function Icon({ name }: { name: keyof typeof PATHS }) {
  return (
    <svg class={`icon icon-${name}`} viewBox='0 0 16 16' width='16' height='16' aria-hidden='true'>
      <path d={PATHS[name]} fill={name === 'play' ? 'currentColor' : 'none'} stroke='currentColor' stroke-width={name === 'pause' ? 3 : 1.4} stroke-linecap='round' stroke-linejoin='round' />
    </svg>
  );
}
