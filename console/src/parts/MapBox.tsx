// One canvas map in the page: created once, fed by signals, drawn at most once per animation frame.
import { computed, effect } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { Atlas } from '../map/atlas';
import { makeLut } from '../map/overlay';
import { WorldMap, type Probe } from '../map/map';
import type { Kind } from '../map/projections';
import airports from '../look/airports.json';
import { lajolla } from '../look/luts.json';
import { frame } from '../state/field';
import { selectedDraft, situation } from '../state/store';
import { view } from '../state/url';
import { areasFor } from './areas';
import { canvasTheme } from './theme';
import { hatched, nightShown, probe } from './mapState';

let shared: Atlas | null = null;

function atlas(): Atlas {
  shared ??= new Atlas({ worker: new Worker('tables.js') });
  return shared;
}

/** On paper the table runs the other way, without its black end: coasts stay legible. */
const DAY_DARKEST = 80;

export const lut = computed(() => {
  const day = view.value.theme === 'day';
  return makeLut(day ? lajolla.slice(DAY_DARKEST) : lajolla, day ? { reversed: true, from: 0.05, alpha: [0.4, 0.85] } : {});
});

export const areas = computed(() => areasFor(situation.value, selectedDraft.value, Number(view.value.ahead)));
const areasId = computed(() => JSON.stringify(areas.value.map(({ key, state }) => [key, state])));

const places = airports.map(([id, lat, lon, weight]) => ({ id, lat, lon, weight }) as { id: string; lat: number; lon: number; weight: number });

/** Everything a map draws, handed over; returns the way to stop. */
function feed(map: WorldMap, wish: () => void): () => void {
  map.setPoints(places);
  const stops = [
    effect(() => { map.setTheme(canvasTheme.value); wish(); }),
    effect(() => { map.show({ hatched: hatched.value }); wish(); }),
    effect(() => { map.setGrid(frame.value?.grid ?? null, lut.value); map.setContours(frame.value?.product.contours ?? []); wish(); }),
    effect(() => { void areasId.value; map.setAreas(areas.peek()); wish(); }),
    effect(() => { map.setNight(nightShown.value ? (situation.value?.sun ?? null) : null); wish(); }),
  ];
  return () => stops.forEach((stop) => stop());
}

function oncePerFrame(draw: () => void): () => void {
  let asked = 0;
  return () => {
    asked ||= requestAnimationFrame(() => {
      asked = 0;
      draw();
    });
  };
}

/** The map of `kind` in `host`, alive until the returned function is called. */
function open(host: HTMLElement, kind: Kind, label: string): { map: WorldMap; close: () => void } {
  const map = new WorldMap(host, { projection: kind, atlas: atlas(), theme: canvasTheme.peek(), label });
  const wish = oncePerFrame(() => map.draw());
  const stop = feed(map, wish);
  const deaf = map.onProbe((at: Probe | null) => (probe.value = at));
  const sizes = new ResizeObserver(() => map.resize());
  sizes.observe(host);
  const close = (): void => [stop, deaf, () => sizes.disconnect(), () => map.destroy()].forEach((end) => end());
  return { map, close };
}

export function MapBox({ kind, label, hold }: { kind: Kind; label: string; hold?: (map: WorldMap | null) => void }) {
  const host = useRef<HTMLDivElement>(null);
  const opened = useRef<WorldMap | null>(null);
  useEffect(() => {
    const { map, close } = open(host.current as HTMLElement, kind, label);
    opened.current = map;
    hold?.(map);
    return () => {
      hold?.(null);
      close();
    };
  }, [kind]);
  useEffect(() => host.current?.querySelector('canvas')?.setAttribute('aria-label', label), [label, kind]);
  return <div class='map-host' ref={host} />;
}
