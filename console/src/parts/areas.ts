// Which advisory areas the maps draw: the live threads' outlook in view, or the chosen draft's.
import type { AreaState, DrawnArea } from '../map/area';
import { OUTLOOK_STEP_H, type Draft, type Outlook, type Severity, type Situation } from '../state/types';
import { shortKey } from './EffectChip';
import { regionWords } from './regions';

interface Source {
  key: string;
  effect: string;
  severity: Severity | null;
  drawn: readonly Outlook[];
  state: AreaState | null;
}

function areasOf(source: Source, ahead: number): DrawnArea[] {
  const outlook = source.drawn.find((entry) => entry.outlook * OUTLOOK_STEP_H === ahead);
  if (!outlook) return [];
  const state = source.state ?? (ahead === 0 ? 'OBS' : 'FCST');
  return outlook.groups.map((group) => ({
    key: `${source.key} ${outlook.outlook} ${group.label} ${group.severity}`,
    label: `${regionWords(group)} · ${source.effect} ${group.severity} · ${shortKey(source.key)}`,
    short: regionWords(group),
    severity: group.severity,
    state,
    rings: group.rings,
  }));
}

/** Areas to draw `ahead` hours after the advisories' own time; a draft alone when one is chosen. */
export function areasFor(now: Situation | null, draft: Draft | null, ahead: number): DrawnArea[] {
  if (draft) return areasOf({ ...draft, key: draft.next_free, state: 'DRAFT' }, ahead);
  const live = (now?.threads ?? []).filter((thread) => thread.live);
  return live.flatMap(({ last }) => areasOf({ ...last, state: null }, ahead));
}
