// A gridded field as it comes over the wire: 8-bit codes, row 0 in the north, code 0 = missing,
// codes 1 to 255 linear in the transformed value. Grid points, not cell corners: column 0 lies at lon0, row 0 at lat0.
import { decodePng8 } from './png8';

export type Transform = 'linear' | 'sqrt' | 'log10';

export interface GridShape {
  nx: number;
  ny: number;
  lon0: number;
  lat0: number;
  dx: number;
  dy: number;
  vmin: number; // transformed value of code 1
  vmax: number; // transformed value of code 255
  transform: Transform;
  unit: string;
  wraps: boolean;
}

export interface Grid extends GridShape {
  cells: Uint8Array;
}

/** A field that cannot be drawn; `name` says what kind of fault, the message names the value. */
export class GridError extends Error {
  constructor(name: 'GridHeaderAbsent' | 'GridHeaderValue' | 'GridSizeMismatch', message: string) {
    super(message);
    this.name = name;
  }
}

const NUMBERS = ['nx', 'ny', 'lon0', 'lat0', 'dx', 'dy', 'vmin', 'vmax'] as const;
const TRANSFORMS: readonly string[] = ['linear', 'sqrt', 'log10'];

/** Read an `X-Grid` header: `nx=360;ny=181;…;unit=MHz;transform=linear;wraps=1`. */
export function readGridHeader(text: string | null): GridShape {
  if (text === null || text.trim() === '') {
    throw new GridError('GridHeaderAbsent', 'the answer has no X-Grid header; ask the server for a field, not a plain picture');
  }
  const fields = new Map(text.split(';').map((pair) => splitPair(pair)));
  const numbers = Object.fromEntries(NUMBERS.map((name) => [name, readNumber(fields, name)]));
  const shape = { ...numbers, ...readWords(fields) } as unknown as GridShape;
  checkShape(shape);
  return shape;
}

function splitPair(pair: string): [string, string] {
  const at = pair.indexOf('=');
  return at < 0 ? [pair.trim(), ''] : [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
}

function readNumber(fields: Map<string, string>, name: string): number {
  const written = fields.get(name);
  const value = written === undefined || written === '' ? NaN : Number(written);
  if (!Number.isFinite(value)) {
    throw new GridError('GridHeaderValue', `X-Grid: ${name} is ${written ?? 'absent'}, a number is needed`);
  }
  return value;
}

function readWords(fields: Map<string, string>): Pick<GridShape, 'transform' | 'unit' | 'wraps'> {
  const transform = fields.get('transform') ?? 'absent';
  if (!TRANSFORMS.includes(transform)) {
    throw new GridError('GridHeaderValue', `X-Grid: transform is ${transform}, known are ${TRANSFORMS.join(', ')}`);
  }
  const wraps = fields.get('wraps') ?? '0';
  if (wraps !== '0' && wraps !== '1') {
    throw new GridError('GridHeaderValue', `X-Grid: wraps is ${wraps}, 0 or 1 is needed`);
  }
  return { transform: transform as Transform, unit: fields.get('unit') ?? '', wraps: wraps === '1' };
}

function checkShape(shape: GridShape): void {
  const whole = (['nx', 'ny'] as const).find((name) => !Number.isInteger(shape[name]) || shape[name] < 2);
  if (whole) throw new GridError('GridHeaderValue', `X-Grid: ${whole} is ${shape[whole]}, a whole number above 1 is needed`);
  const still = (['dx', 'dy'] as const).find((name) => shape[name] === 0);
  if (still) throw new GridError('GridHeaderValue', `X-Grid: ${still} is 0, a step is needed`);
  if (shape.vmax <= shape.vmin) {
    throw new GridError('GridHeaderValue', `X-Grid: vmax ${shape.vmax} is not above vmin ${shape.vmin}`);
  }
  if (shape.wraps && Math.abs(shape.nx * Math.abs(shape.dx) - 360) > 1e-6) {
    throw new GridError('GridHeaderValue', `X-Grid: wraps=1 but nx ${shape.nx} × dx ${shape.dx} is not 360 degrees`);
  }
}

/** Decode a field's picture and join it with its header; every fault is a named error and nothing is drawn. */
export async function readGrid(png: Uint8Array, header: string | null): Promise<Grid> {
  const shape = readGridHeader(header);
  const picture = await decodePng8(png);
  if (picture.width !== shape.nx || picture.height !== shape.ny) {
    throw new GridError('GridSizeMismatch', `X-Grid says ${shape.nx} × ${shape.ny}, the picture is ${picture.width} × ${picture.height}`);
  }
  return { ...shape, cells: picture.pixels };
}

/** The value a code stands for; null for code 0. Fractional codes (between grid points) are welcome. */
export function valueOf(shape: GridShape, code: number): number | null {
  if (code < 0.5) return null;
  const transformed = shape.vmin + ((code - 1) / 254) * (shape.vmax - shape.vmin);
  if (shape.transform === 'sqrt') return transformed * transformed;
  return shape.transform === 'log10' ? 10 ** transformed : transformed;
}

/** The fractional code of a value; below 1 or above 255 when the grid cannot hold it. */
export function codeOf(shape: GridShape, value: number): number {
  const forward = { linear: (v: number) => v, sqrt: Math.sqrt, log10: Math.log10 }[shape.transform];
  return 1 + (254 * (forward(value) - shape.vmin)) / (shape.vmax - shape.vmin);
}

/** The grid point nearest to a place, as an index into `cells`; -1 outside the grid. */
export function cellAt(grid: Grid, lat: number, lon: number): number {
  const row = Math.round((lat - grid.lat0) / grid.dy);
  let column = Math.round((lon - grid.lon0) / grid.dx);
  if (grid.wraps) column = ((column % grid.nx) + grid.nx) % grid.nx;
  const inside = row >= 0 && row < grid.ny && column >= 0 && column < grid.nx;
  return inside ? row * grid.nx + column : -1;
}

/** The value at a place, bilinear between grid points, never across a missing one; null when missing or outside. */
export function sample(grid: Grid, lat: number, lon: number): number | null {
  const [column, across] = step((lon - grid.lon0) / grid.dx, grid.nx, grid.wraps);
  const [row, down] = step((lat - grid.lat0) / grid.dy, grid.ny, false);
  if (column < 0 || row < 0) return null;
  const east = (column + 1) % grid.nx;
  const north = grid.cells.subarray(row * grid.nx, (row + 1) * grid.nx);
  const south = grid.cells.subarray(Math.min(grid.ny - 1, row + 1) * grid.nx);
  return valueOf(grid, blend(north[column], north[east], south[column], south[east], across, down));
}

/** Bilinear mean of four codes; where one is missing the nearest answers alone. */
export function blend(a: number, b: number, c: number, d: number, across: number, down: number): number {
  if (a && b && c && d) return (a + (b - a) * across) * (1 - down) + (c + (d - c) * across) * down;
  return down < 0.5 ? (across < 0.5 ? a : b) : across < 0.5 ? c : d;
}

/** Split a grid coordinate into index and fraction; half a step outside a bounded axis is clamped, more is -1. */
export function step(at: number, count: number, wraps: boolean): [index: number, fraction: number] {
  if (wraps) {
    const turned = ((at % count) + count) % count;
    const index = Math.floor(turned) % count;
    return [index, turned - Math.floor(turned)];
  }
  if (at < -0.5 || at > count - 0.5) return [-1, 0];
  const clamped = Math.min(count - 1, Math.max(0, at));
  const index = Math.min(count - 2, Math.floor(clamped));
  return [index, clamped - index];
}
