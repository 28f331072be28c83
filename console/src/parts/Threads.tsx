// The live threads, then those that ended within a day; the chosen one's text is shown beside.
import { seconds } from '../state/clock';
import { shown_ms, situation } from '../state/store';
import type { Draft, Thread } from '../state/types';
import { look, view } from '../state/url';
import { dayTime } from '../words/clock';
import { t } from '../words/t';
import { AdvisoryMark, dueIn, shortKey } from './EffectChip';
import { regionsOf } from './regions';

const AMBER_S = 900;

function dueTone(at: string): string {
  const left_s = seconds(at) - (shown_ms.value ?? 0) / 1000;
  return left_s < 0 ? 'past' : left_s < AMBER_S ? 'soon' : '';
}

function When({ thread }: { thread: Thread }) {
  if (!thread.live) return <span class='mut'>{thread.ended && t('thread.ended', { at: dayTime(thread.ended) })}</span>;
  if (!thread.next_by) return <span />;
  return <span class={`due ${dueTone(thread.next_by)}`}>{t('due.in', { time: dueIn(thread.next_by) })}</span>;
}

export const showsThread = (thread: Thread, sel: string | null): boolean =>
  Boolean(sel) && thread.advisories.concat(thread.last).some(({ slug }) => `adv:${slug}` === sel);

const observedRegions = ({ live, last }: Thread): string => (live ? regionsOf(last.drawn.find(({ outlook }) => outlook === 0)?.groups ?? []) : '');

function ThreadRow({ thread, chosen }: { thread: Thread; chosen: boolean }) {
  const choose = (): void => look({ sel: `adv:${thread.last.slug}` });
  return (
    <li>
      <button type='button' class={`row ${thread.live ? '' : 'ended'}`} aria-pressed={chosen} onClick={choose}>
        <AdvisoryMark severity={thread.live ? thread.severity : null} />
        <b>{thread.effect}</b>
        <span>{shortKey(thread.last.key)}</span>
        <span class='regions' title={thread.regions_text ?? ''}>{observedRegions(thread) || thread.regions_text || '–'}</span>
        <span class='mut cause'>{thread.cause}</span>
        <When thread={thread} />
      </button>
    </li>
  );
}

function DraftRow({ draft, chosen }: { draft: Draft; chosen: boolean }) {
  return (
    <li>
      <button type='button' class='row draft' aria-pressed={chosen} onClick={() => look({ sel: `draft:${draft.id}` })}>
        <AdvisoryMark severity={draft.action === 'end' ? null : draft.severity} />
        <b>{draft.effect}</b>
        <span class='tag'>{draft.state}</span>
        <span class='regions'>{draft.regions_text ?? '–'}</span>
        <span class='mut cause'>{draft.cause}</span>
        <span>{t('draft.waits')}</span>
      </button>
    </li>
  );
}

function Quiet({ threads }: { threads: Thread[] }) {
  const last = threads.find(({ live }) => !live);
  return (
    <p class='empty'>{t('threads.none')}
      {last?.ended && ` ${t('threads.last', { key: `${last.effect} ${shortKey(last.last.key)}`, at: dayTime(last.ended) })}`}
    </p>
  );
}

/** The thread whose text is shown: the selected one, else the first. */
export function chosenThread(): Thread | null {
  const threads = situation.value?.threads ?? [];
  return threads.find((thread) => showsThread(thread, view.value.sel)) ?? threads[0] ?? null;
}

export function Threads({ draftChosen }: { draftChosen: Draft | null }) {
  const { threads = [], drafts = [] } = situation.value ?? {};
  const chosen = draftChosen ? null : chosenThread();
  return (
    <ul class='rows' aria-label={t('threads.title')}>
      {drafts.map((draft) => <DraftRow key={draft.id} draft={draft} chosen={draft.id === draftChosen?.id} />)}
      {!threads.some(({ live }) => live) && <li><Quiet threads={threads} /></li>}
      {threads.map((thread) => <ThreadRow key={thread.thread} thread={thread} chosen={thread === chosen} />)}
    </ul>
  );
}
