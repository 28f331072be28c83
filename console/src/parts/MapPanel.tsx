// The world map with its tools, the legend, and beneath it where the drawn field comes from.
import { useEffect, useRef } from 'preact/hooks';
import { codeOf } from '../map/grid';
import type { WorldMap } from '../map/map';
import { drawLegend, type LegendTick } from '../map/overlay';
import { dataLink } from '../state/api';
import { millis } from '../state/clock';
import { frame, frameFailure, frameLag_ms, product, type Frame } from '../state/field';
import { shown_ms, situation } from '../state/store';
import type { FieldSource } from '../state/types';
import { AHEADS, LAYERS, look, PROJECTIONS, view, type View } from '../state/url';
import { dayTime } from '../words/clock';
import { measured, t } from '../words/t';
import { TableButton } from './DataTable';
import { areas, lut, MapBox } from './MapBox';
import { probe } from './mapState';
import { Panel } from './Panel';
import { Provenance } from './Provenance';
import { canvasTheme } from './theme';
import { quantityName } from './quantity';

const LATE_MS = 300_000;
const held: { map: WorldMap | null } = { map: null };

/** One sentence: what the map says now, for those who do not see it. */
export function mapSentence(place: string): string {
  const field = frame.value;
  const list = areas.value.map(({ label }) => label).join('; ');
  return t('map.sentence', {
    place,
    field: field ? `${field.product.title}, ${dayTime(field.valid)}${field.ahead ? ` +${field.ahead} h` : ''}` : t('map.nofield'),
    areas: list || t('map.noareas'),
  });
}

function Choice<N extends 'layer' | 'proj'>({ name, values, words, title }: { name: N; values: readonly View[N][]; words: (value: View[N]) => string; title?: string }) {
  return (
    <select aria-label={t(`map.${name}`)} title={title} value={view.value[name]} onChange={(event) => look({ [name]: event.currentTarget.value })}>
      {values.map((value) => <option key={value} value={value}>{words(value)}</option>)}
    </select>
  );
}

function Outlooks() {
  return (
    <div class='segments' role='group' aria-label={t('map.outlook')}>
      {AHEADS.map((ahead) => (
        <button type='button' key={ahead} aria-pressed={view.value.ahead === ahead} onClick={() => look({ ahead })}>{ahead === '0' ? 'OBS' : `+${ahead}`}</button>
      ))}
    </div>
  );
}

const TICK_ROOM = 44;

/** Ticks inside the table with room for their words; the last one always stands. */
function roomy(ticks: readonly LegendTick[]): LegendTick[] {
  const inside = ticks.filter(({ code }) => code >= 1 && code <= 255);
  const last = inside.at(-1);
  const kept: LegendTick[] = [];
  for (const tick of inside.slice(0, -1)) {
    const from = kept.at(-1)?.code ?? -TICK_ROOM;
    if (tick.code - from >= TICK_ROOM && (last?.code ?? 0) - tick.code >= TICK_ROOM) kept.push(tick);
  }
  return last ? [...kept, last] : kept;
}

function Legend() {
  const canvas = useRef<HTMLCanvasElement>(null);
  const field = frame.value;
  const colours = canvasTheme.value;
  useEffect(() => {
    if (!canvas.current || !field) return;
    const { grid, product: layer } = field;
    const top = grid.transform === 'sqrt' ? grid.vmax ** 2 : grid.vmax;
    const values = [...new Set([0, ...layer.contours, Math.round(top)])];
    const ticks = roomy(values.map((value) => ({ code: codeOf(grid, value), label: String(value) })));
    drawLegend(canvas.current, lut.value, ticks, { ground: colours.panel ?? '', text: colours.text ?? '', line: colours.border ?? '', fontFamily: 'Inter, sans-serif' });
  }, [field, colours, lut.value]);
  if (!field) return null;
  return <div class='legend'><span>{field.product.unit}</span><canvas ref={canvas} aria-hidden='true' /></div>;
}

/** A source as old as the frame needs no time of its own. */
const sameTime = (at: string | null): boolean =>
  at === null || Math.abs(millis(at) - millis(frame.value?.valid ?? at)) <= 2 * LATE_MS;

interface Origin {
  source: string | null;
  provenance: string | null;
  readings: FieldSource[];
}

/** Readings of one origin together, so that each origin is named once. */
function origins(sources: readonly FieldSource[]): Origin[] {
  const found: Origin[] = [];
  for (const reading of sources) {
    const same = found.find(({ source, provenance }) => source === reading.source && provenance === reading.provenance);
    if (same) same.readings.push(reading);
    else found.push({ source: reading.source, provenance: reading.provenance, readings: [reading] });
  }
  return found;
}

function Source({ origin }: { origin: Origin }) {
  return (
    <span class='source'>
      {origin.readings.map(({ quantity, value, at }) => (
        <span key={quantity}>{quantityName(quantity)} <b>{measured(value)}</b> {sameTime(at) ? '' : at && dayTime(at)} </span>
      ))}
      {origin.source} <Provenance of={origin.provenance} />
    </span>
  );
}

/** The whole line in plain words, for where it is cut. */
function footWords({ valid, about }: Frame): string {
  const told = origins(about?.sources ?? []).map(({ source, provenance, readings }) =>
    `${readings.map(({ quantity, value, at }) => `${quantityName(quantity)} ${measured(value)}${at ? ` ${dayTime(at)}` : ''}`).join(', ')} ${source ?? ''} (${provenance ?? ''})`);
  return [dayTime(valid), ...told, ...(about?.says ?? [])].join(' · ');
}

function Foot() {
  const field = frame.value;
  if (view.value.layer === 'none') return <span>{t('map.off')}</span>;
  if (frameFailure.value) return <span class='bad' role='alert'>{t('map.failed')}: {frameFailure.value.message} {frameFailure.value.next}</span>;
  if (!field) return <span>{t('panel.loading')}</span>;
  const late = Math.abs(frameLag_ms.value) > LATE_MS;
  return (
    <p class='foot-line' title={footWords(field)}>
      <span class={late ? 'warn' : ''}><b>{dayTime(field.valid)}</b>{field.ahead > 0 && ` +${field.ahead} h`}{late && ` · ${t('map.late')}`}</span>
      {origins(field.about?.sources ?? []).map((origin) => <Source key={origin.readings[0].quantity} origin={origin} />)}
      {field.about?.says.map((line) => <span key={line} class='says'>{line}</span>)}
    </p>
  );
}

function ProbeLine() {
  const at = probe.value;
  if (!at) return null;
  const side = (value: number, plus: string, minus: string): string => `${Math.abs(value).toFixed(1)}°${value < 0 ? minus : plus}`;
  const solar = at.solar_time_h === null ? '' : ` · ${t('probe.solar', { h: `${Math.floor(at.solar_time_h)}:${String(Math.floor((at.solar_time_h % 1) * 60)).padStart(2, '0')}` })}`;
  const zenith = at.zenith_deg === null ? '' : ` · ${t('probe.zenith', { deg: at.zenith_deg.toFixed(0) })}`;
  const value = at.value === null ? '–' : `${at.value.toFixed(1)} ${at.unit}`;
  return <output class='probe'><b>{value}</b> {side(at.lat, 'N', 'S')} {side(at.lon, 'E', 'W')}{solar}{zenith}</output>;
}


function dataOf(): string | undefined {
  const layer = product.value;
  if (!layer || shown_ms.value === null) return undefined;
  const valid = frame.value?.valid ?? situation.value?.as_of;
  return valid && millis(valid) ? dataLink(`/fields/${layer.id}/${valid.slice(0, 16)}Z.json`) : undefined;
}

const rows = (): { columns: string[]; rows: (string | number | null)[][] } => {
  const table = held.map?.table() ?? { columns: [], rows: [] };
  return { columns: table.columns.map((name) => columnWord(name)), rows: table.rows.map((row) => [...row]) };
};

const columnWord = (name: string): string => name.replaceAll('_', ' ');

export function MapPanel() {
  const tools = (
    <>
      <Outlooks />
      <Choice name='proj' values={PROJECTIONS} words={(value) => t(`proj.${value}`)} />
      <TableButton title={t('map.title')} rows={rows} />
    </>
  );
  return (
    <Panel id='map' title={<><span class='sr'>{t('map.title')}</span><Choice name='layer' values={LAYERS} title={product.value?.title} words={(id) => t(`layer.${id}`)} /><Legend /></>} label={t('map.title')} tools={tools} data={dataOf()} foot={<Foot />}>
      <div class={`map-frame ${view.value.proj}`}>
        <MapBox key={view.value.proj} kind={view.value.proj} label={mapSentence(t(`proj.${view.value.proj}`))} hold={(map) => (held.map = map)} />
        <ProbeLine />
      </div>
    </Panel>
  );
}

export function PolarPanel() {
  return (
    <Panel id='polar' title={t('polar.title')} data={dataOf()}>
      <div class='polar-pair'>
        <figure><MapBox kind='np' label={mapSentence(t('proj.np'))} /><figcaption>N &gt; 40°</figcaption></figure>
        <figure><MapBox kind='sp' label={mapSentence(t('proj.sp'))} /><figcaption>S &gt; 40°</figcaption></figure>
      </div>
    </Panel>
  );
}
