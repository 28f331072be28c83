// From codes to pixels: a grid is resampled once per frame to one fine raster of the Earth, each view looks its pixels
// up in it through an index table made once per size and projection, and a colour table of 256 entries does the rest.
import { blend, step, type Grid } from './grid';
import { invert, type View } from './projections';

export const FINE_NX = 720; // half a degree: about a screen pixel on the world map, two or three on the insets
export const FINE_NY = 360;

/** Pixel → raster cell of a view, row by row; -1 outside the Earth. */
export function indexTable(view: View): Int32Array {
  const width = Math.floor(view.width);
  const height = Math.floor(view.height);
  const table = new Int32Array(width * height).fill(-1);
  for (let y = 0, pixel = 0; y < height; y++) {
    for (let x = 0; x < width; x++, pixel++) {
      const at = invert(view, x + 0.5, y + 0.5);
      if (at !== null) table[pixel] = fineCell(at[0], at[1]);
    }
  }
  return table;
}

/** The raster cell that holds a place. */
export function fineCell(lat: number, lon: number): number {
  const row = Math.min(FINE_NY - 1, Math.max(0, Math.floor(((90 - lat) * FINE_NY) / 180)));
  const column = Math.floor(((lon + 180) * FINE_NX) / 360);
  return row * FINE_NX + (((column % FINE_NX) + FINE_NX) % FINE_NX);
}

/** A grid on the fine raster, bilinear, never across a missing code. */
export function resample(grid: Grid, out: Uint8Array): void {
  const columns = columnSteps(grid);
  const row = grid.cells.includes(0) ? carefulRow : quickRow();
  for (let y = 0; y < FINE_NY; y++) {
    const lat = 90 - ((y + 0.5) * 180) / FINE_NY;
    const [north, down] = step((lat - grid.lat0) / grid.dy, grid.ny, false);
    const line = out.subarray(y * FINE_NX, (y + 1) * FINE_NX);
    if (north < 0) line.fill(0);
    else row(grid, columns, north, down, line);
  }
}

type RowFiller = (grid: Grid, columns: ColumnSteps, row: number, down: number, line: Uint8Array) => void;

interface ColumnSteps {
  west: Int32Array; // -1 outside the grid
  east: Int32Array;
  across: Float32Array;
}

function columnSteps(grid: Grid): ColumnSteps {
  const steps = { west: new Int32Array(FINE_NX), east: new Int32Array(FINE_NX), across: new Float32Array(FINE_NX) };
  for (let x = 0; x < FINE_NX; x++) {
    const lon = -180 + ((x + 0.5) * 360) / FINE_NX;
    const at = grid.wraps ? (lon - grid.lon0) / grid.dx : nearestTurn(grid, lon);
    const [column, across] = step(at, grid.nx, grid.wraps);
    steps.west[x] = column;
    steps.east[x] = (column + 1) % grid.nx;
    steps.across[x] = across;
  }
  return steps;
}

function nearestTurn(grid: Grid, lon: number): number {
  const turns = [lon - 360, lon, lon + 360].map((turned) => (turned - grid.lon0) / grid.dx);
  return turns.find((at) => at >= -0.5 && at <= grid.nx - 0.5) ?? -1;
}

/** For grids with missing codes: look at all four neighbours of every pixel. */
function carefulRow(grid: Grid, { west, east, across }: ColumnSteps, row: number, down: number, line: Uint8Array): void {
  const { cells } = grid;
  const north = row * grid.nx;
  const south = Math.min(grid.ny - 1, row + 1) * grid.nx;
  for (let x = 0; x < FINE_NX; x++) {
    const w = west[x];
    const e = east[x];
    line[x] = w < 0 ? 0 : blend(cells[north + w], cells[north + e], cells[south + w], cells[south + e], across[x], down) + 0.5;
  }
}

/** For grids without: blend two rows of the grid first, then between its columns; half the work. */
function quickRow(): RowFiller {
  let mixed = new Float32Array(0);
  return (grid, { west, east, across }, row, down, line) => {
    if (mixed.length !== grid.nx) mixed = new Float32Array(grid.nx);
    const north = row * grid.nx;
    const south = Math.min(grid.ny - 1, row + 1) * grid.nx;
    for (let i = 0; i < grid.nx; i++) {
      mixed[i] = grid.cells[north + i] * (1 - down) + grid.cells[south + i] * down + 0.5;
    }
    for (let x = 0; x < FINE_NX; x++) {
      const w = west[x];
      line[x] = w < 0 ? 0 : mixed[w] + (mixed[east[x]] - mixed[w]) * across[x];
    }
  };
}

/** Colour every pixel of a view. */
export function paint(image: ImageData, table: Int32Array, fine: Uint8Array, lut: Uint32Array): void {
  const pixels = new Uint32Array(image.data.buffer);
  for (let i = 0; i < table.length; i++) {
    const cell = table[i];
    pixels[i] = cell < 0 ? 0 : lut[fine[cell]];
  }
}

export type ColourTable = readonly (readonly number[])[];

export interface LutOptions {
  from?: number; // where in the table code 1 starts: 0.2 on a dark ground, or its dark end drowns in the sea
  floor?: number; // codes below this one are not drawn
  alpha?: readonly [low: number, high: number];
  reversed?: boolean; // for white paper
}

/** A colour table of 256 entries for `setGrid`, packed as the canvas stores it; code 0 (missing) is clear. */
export function makeLut(table: ColourTable, options: LutOptions = {}): Uint32Array {
  const { from = 0.2, floor = 2, alpha = [0.55, 0.85], reversed = false } = options;
  const lut = new Uint32Array(256);
  for (let code = Math.max(1, floor); code < 256; code++) {
    const share = (code - 1) / 254;
    const at = from + (1 - from) * share;
    const [red, green, blue] = table[Math.round((reversed ? 1 - at : at) * (table.length - 1))];
    const fade = Math.min(1, (code - floor + 1) / 8); // a soft edge instead of a step
    const opacity = Math.round(255 * fade * (alpha[0] + (alpha[1] - alpha[0]) * share));
    lut[code] = ((opacity << 24) | (blue << 16) | (green << 8) | red) >>> 0;
  }
  return lut;
}

export interface LegendTick {
  code: number; // 1 to 255, see codeOf in grid.ts
  label: string;
}

export interface LegendColours {
  ground: string;
  text: string;
  line: string;
  fontFamily: string;
}

const LEGEND_SIDE = 12;
const LEGEND_BAR = 10;

/** Draw a horizontal colour bar with labelled ticks over the whole canvas, as opaque as the map shows it. */
export function drawLegend(canvas: HTMLCanvasElement, lut: Uint32Array, ticks: readonly LegendTick[], colours: LegendColours): void {
  const dpr = Math.min(2, globalThis.devicePixelRatio || 1);
  const width = canvas.clientWidth || canvas.width;
  const height = canvas.clientHeight || canvas.height;
  canvas.width = Math.round(width * dpr);
  canvas.height = Math.round(height * dpr);
  const ctx = canvas.getContext('2d') as CanvasRenderingContext2D;
  ctx.scale(dpr, dpr);
  ctx.clearRect(0, 0, width, height);
  const bar = width - 2 * LEGEND_SIDE;
  ctx.fillStyle = colours.ground;
  ctx.fillRect(LEGEND_SIDE, 2, bar, LEGEND_BAR);
  ctx.drawImage(barPicture(lut), LEGEND_SIDE, 2, bar, LEGEND_BAR);
  ctx.strokeStyle = colours.line;
  ctx.strokeRect(LEGEND_SIDE - 0.5, 1.5, bar + 1, LEGEND_BAR + 1);
  drawTicks(ctx, ticks, bar, colours);
}

function barPicture(lut: Uint32Array): HTMLCanvasElement {
  const picture = document.createElement('canvas');
  picture.width = 255;
  picture.height = 1;
  const ctx = picture.getContext('2d') as CanvasRenderingContext2D;
  const image = ctx.createImageData(255, 1);
  new Uint32Array(image.data.buffer).set(lut.subarray(1));
  ctx.putImageData(image, 0, 0);
  return picture;
}

function drawTicks(ctx: CanvasRenderingContext2D, ticks: readonly LegendTick[], bar: number, colours: LegendColours): void {
  ctx.font = `400 11px ${colours.fontFamily}`;
  ctx.textAlign = 'center';
  ctx.textBaseline = 'top';
  ctx.fillStyle = colours.text;
  ctx.strokeStyle = colours.text;
  for (const tick of ticks) {
    const x = Math.round(LEGEND_SIDE + ((tick.code - 1) / 254) * bar) + 0.5;
    ctx.beginPath();
    ctx.moveTo(x, LEGEND_BAR + 2);
    ctx.lineTo(x, LEGEND_BAR + 6);
    ctx.stroke();
    ctx.fillText(tick.label, x, LEGEND_BAR + 8);
  }
}
