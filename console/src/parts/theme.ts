// The canvas colours, read from the CSS tokens of the theme in force.
import { computed } from '@preact/signals';
import type { MapTheme } from '../map/theme';
import { view } from '../state/url';

const TOKENS: Partial<Record<keyof MapTheme, string>> = {
  ground: 'ground', panel: 'panel', sea: 'sea', land: 'land', coast: 'coast', border: 'border', graticule: 'graticule', rim: 'rim',
  night: 'night', nightLine: 'night-line', sun: 'sun', text: 'fg', muted: 'mut', halo: 'halo', place: 'place', contour: 'contour',
  probe: 'probe', cursor: 'cursor', ok: 'ok', mod: 'mod', sev: 'sev-block', real: 'real',
};

export const canvasTheme = computed<Partial<MapTheme>>(() => {
  void view.value.theme;
  const style = getComputedStyle(document.documentElement);
  const read = (token: string): string => style.getPropertyValue(`--${token}`).trim();
  const single = Object.fromEntries(Object.entries(TOKENS).map(([name, token]) => [name, read(token)]));
  return { ...single, lines: [1, 2, 3, 4].map((n) => read(`line-${n}`)) };
});

/** Put the theme on the page before anything reads its tokens. */
export const wear = (theme: string): void => void (document.documentElement.dataset.theme = theme);
