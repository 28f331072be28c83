// The right side of the Situation: threads on top, and beneath them one thing in full.
import { signal } from '@preact/signals';
import { dataLink } from '../state/api';
import { marks, selectedDraft, situation } from '../state/store';
import { look, view } from '../state/url';
import { t } from '../words/t';
import { AdvisoryText } from './AdvisoryText';
import { Compare, CompareAside } from './Compare';
import { DraftView } from './Drafts';
import { Log } from './Log';
import { FirstTrouble, Panel } from './Panel';
import { chosenThread, Threads } from './Threads';

const TABS = ['text', 'waiting', 'compare', 'log'] as const;
type Tab = (typeof TABS)[number];
const chosen = signal<Tab>('text');

function count(tab: Tab): number {
  if (tab === 'waiting') return situation.value?.drafts.length ?? 0;
  return tab === 'compare' ? (marks.value?.comparison.length ?? 0) : 0;
}

/** A selection in the address wins over the last tab touched. */
function shownTab(): Tab {
  const { sel } = view.value;
  if (selectedDraft.value) return 'waiting';
  if (sel?.startsWith('real:')) return 'compare';
  return chosen.value;
}

function pick(tab: Tab): void {
  chosen.value = tab;
  const first = situation.value?.drafts[0];
  if (tab === 'waiting' && first) look({ sel: `draft:${first.id}` });
  else if (!view.value.sel?.startsWith('adv:')) look({ sel: null });
}

export const showText = (): void => pick('text');

function Tabs({ shown }: { shown: Tab }) {
  return (
    <div class='tabs' role='tablist' aria-label={t('desk.title')}>
      {TABS.map((tab) => (
        <button type='button' role='tab' key={tab} id={`tab-${tab}`} aria-controls='desk-view' aria-selected={tab === shown} class={tab} onClick={() => pick(tab)}>
          {t(`desk.${tab}`)}{count(tab) > 0 && <em>{count(tab)}</em>}
        </button>
      ))}
    </div>
  );
}

function Shown({ tab }: { tab: Tab }) {
  const draft = selectedDraft.value;
  const thread = chosenThread();
  if (tab === 'compare') return <Compare />;
  if (tab === 'log') return <Log />;
  if (tab === 'waiting') return draft ? <DraftView draft={draft} /> : <p class='empty'>{t('draft.none')}</p>;
  return thread ? <AdvisoryText thread={thread} /> : <p class='empty'>{t('text.none')}</p>;
}

export function Desk() {
  const tab = shownTab();
  const title = t('threads.title');
  if (!situation.value) return <Panel id='desk' title={title}><FirstTrouble /></Panel>;
  return (
    <Panel id='desk' title={title} data={dataLink('/advisories', { live: 'true' })}>
      <Threads draftChosen={tab === 'waiting' ? selectedDraft.value : null} />
      <Tabs shown={tab} />
      <div class='desk-pair'>
        <div id='desk-view' class='desk-view' role='tabpanel' tabIndex={0} aria-labelledby={`tab-${tab}`}><Shown tab={tab} /></div>
        {tab === 'text' && <CompareAside />}
      </div>
    </Panel>
  );
}
