// The colours a canvas needs, as one plain object: the shell fills it from its CSS tokens, a test with whatever it likes.
// Severity is never told by colour alone: every severity also has a glyph here and a hatch in area.ts.

export type Severity = 'OK' | 'MOD' | 'SEV';

export interface MapTheme {
  ground: string;
  panel: string;
  sea: string;
  land: string;
  coast: string;
  border: string;
  graticule: string;
  rim: string;
  night: string; // colour of the night side at full strength; laid on in three thin coats
  nightLine: string;
  sun: string;
  text: string;
  muted: string;
  halo: string; // behind text that lies on the map
  place: string;
  contour: string;
  probe: string;
  cursor: string;
  ok: string; // ok, mod and sev as #RRGGBB
  mod: string;
  sev: string;
  onSev: string; // text on a block of `sev`
  real: string; // outlines and bars of what was really issued
  lines: readonly string[]; // strip chart lines, in order
  scale: readonly string[]; // NOAA scales 0 to 5
  fontFamily: string;
}

export const ops: MapTheme = {
  ground: '#0B111B',
  panel: '#121B29',
  sea: '#15273D',
  land: '#33475F',
  coast: 'rgba(205,222,245,.62)',
  border: '#5D769B',
  graticule: 'rgba(160,186,222,.17)',
  rim: '#5D769B',
  night: '#01040B',
  nightLine: 'rgba(230,237,247,.6)',
  sun: '#FFD75E',
  text: '#E6EDF7',
  muted: '#A9B8CF',
  halo: 'rgba(6,11,20,.86)',
  place: '#E6EDF7',
  contour: 'rgba(255,246,228,.9)',
  probe: '#FFFFFF',
  cursor: '#FFD75E',
  ok: '#5AB4F0',
  mod: '#F0B429',
  sev: '#D81B60',
  onSev: '#FFFFFF',
  real: '#C9B8FF',
  lines: ['#FF9A6B', '#6FC3FF', '#9BE3C0', '#D9C8FF'],
  scale: ['#92D050', '#F6EB14', '#FFC800', '#FF9600', '#FF0000', '#C80000'],
  fontFamily: 'Inter, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "WenQuanYi Micro Hei", sans-serif',
};

/** The dark default with the given tokens laid over it. */
export function themed(tokens: Partial<MapTheme>): MapTheme {
  return { ...ops, ...tokens };
}

export const glyphs: Record<Severity, string> = { OK: '●', MOD: '◆', SEV: '■' };

export function severityColour(theme: MapTheme, severity: Severity): string {
  return { OK: theme.ok, MOD: theme.mod, SEV: theme.sev }[severity];
}

/** Draw a severity's glyph as a shape, so that it looks the same in every font. */
export function drawGlyph(ctx: CanvasRenderingContext2D, severity: Severity, x: number, y: number, colour: string): void {
  ctx.fillStyle = colour;
  ctx.beginPath();
  if (severity === 'SEV') ctx.rect(x - 4, y - 4, 8, 8);
  else if (severity === 'OK') ctx.arc(x, y, 4, 0, 2 * Math.PI);
  else ctx.moveTo(x, y - 5.5), ctx.lineTo(x + 5.5, y), ctx.lineTo(x, y + 5.5), ctx.lineTo(x - 5.5, y), ctx.closePath();
  ctx.fill();
}

/** The same content as rows, for "show as table". Column names are keys that the shell translates. */
export interface TableModel {
  columns: readonly string[];
  rows: readonly (readonly (string | number | null)[])[];
}
