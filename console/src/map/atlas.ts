// What several maps on one page share: outlines, index tables (made in a worker where there is one), the frame's
// resampled field and its contours. One Atlas per page; the shell owns it and the worker inside.
import { feature } from 'topojson-client';
import type { Topology } from 'topojson-specification';
import type { GeoPermissibleObjects } from 'd3-geo';
import coarse from 'world-atlas/land-110m.json';
import { contours, type Contour } from './contour';
import type { Grid } from './grid';
import { Ruler } from './labels';
import { FINE_NX, FINE_NY, indexTable, resample } from './overlay';
import type { View } from './projections';
import type { TableAnswer, TableRequest } from './tables.worker';

export interface AtlasOptions {
  worker?: Worker; // `tables.js`; without one, or after it fails, tables are made on the main thread
  fine?: () => Promise<unknown>; // brings `land-50m.json` when a still map wants it; the caller fetches
}

export interface Outlines {
  land: GeoPermissibleObjects;
  borders: GeoPermissibleObjects | null;
}

export class Atlas {
  readonly ruler = new Ruler();
  readonly coarse: Outlines;
  private worker: Worker | null;
  private readonly waiting = new Map<number, { view: View; answer: (table: Int32Array) => void }>();
  private asked = 0;
  private detail: Promise<Outlines | null> | null = null;
  private readonly raster = new Uint8Array(FINE_NX * FINE_NY);
  private rasterOf: Grid | null = null;
  private lines: { grid: Grid; levels: readonly number[]; found: Contour[] } | null = null;

  constructor(private readonly options: AtlasOptions = {}) {
    const topology = coarse as unknown as Topology;
    this.coarse = { land: feature(topology, topology.objects.land), borders: null };
    this.worker = options.worker ?? null;
    this.worker?.addEventListener('message', (event: MessageEvent<TableAnswer>) => this.receive(event.data));
    this.worker?.addEventListener('error', () => this.giveUpWorker());
    document.fonts.addEventListener('loadingdone', () => this.ruler.forget());
  }

  /** The index table of a view, from the worker if it lives. */
  table(view: View): Promise<Int32Array> {
    const worker = this.worker;
    if (worker === null) return Promise.resolve(indexTable(view));
    const id = ++this.asked;
    return new Promise((answer) => {
      this.waiting.set(id, { view, answer });
      worker.postMessage({ id, view } satisfies TableRequest);
    });
  }

  private receive({ id, table }: TableAnswer): void {
    this.waiting.get(id)?.answer(table);
    this.waiting.delete(id);
  }

  private giveUpWorker(): void {
    this.worker = null;
    for (const { view, answer } of this.waiting.values()) answer(indexTable(view));
    this.waiting.clear();
  }

  /** The finer outline, asked for once; null where the caller gave no way to it or it did not come. */
  fine(): Promise<Outlines | null> {
    const bring = this.options.fine;
    if (!bring) return Promise.resolve(null);
    const unpack = (topology: unknown): Outlines => {
      const land = topology as Topology;
      return { land: feature(land, land.objects.land), borders: null };
    };
    this.detail ??= bring().then(unpack, () => null);
    return this.detail;
  }

  /** The grid on the fine raster; computed once for all views of a frame. */
  fineField(grid: Grid): Uint8Array {
    if (this.rasterOf !== grid) resample(grid, this.raster);
    this.rasterOf = grid;
    return this.raster;
  }

  contours(grid: Grid, levels: readonly number[]): readonly Contour[] {
    if (this.lines?.grid !== grid || this.lines.levels !== levels) {
      this.lines = { grid, levels, found: contours(grid, levels) };
    }
    return this.lines.found;
  }
}
