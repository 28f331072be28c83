// One frame for every panel: title, actions, the state the server gave it, and what to do when it fails.
import type { ComponentChildren } from 'preact';
import type { Failure } from '../state/api';
import { stopwatch, tick } from '../state/clock';
import { failure } from '../state/store';
import type { State } from '../state/types';
import { t } from '../words/t';
import { CopyLink } from './CopyLink';
import { Icon } from './Icon';

interface PanelProps {
  id: string;
  title: ComponentChildren;
  /** Words for the region when the title is not plain text. */
  label?: string;
  tools?: ComponentChildren;
  foot?: ComponentChildren;
  data?: string;
  state?: State;
  loading?: boolean;
  children: ComponentChildren;
}

export function Panel({ id, title, label, tools, foot, data, state = 'fresh', loading, children }: PanelProps) {
  return (
    <section id={id} class={`panel is-${state}`} aria-labelledby={label ? undefined : `${id}-title`} aria-label={label}>
      <header class='panel-head'>
        <h2 id={`${id}-title`}>{title}</h2>
        <div class='tools'>
          {tools}
          {data && <a class='tool' href={data} target='_blank' rel='noopener' title={t('panel.data')} aria-label={t('panel.data')}><Icon name='data' /></a>}
          <CopyLink />
        </div>
      </header>
      <div class='panel-body'>{loading ? <Skeleton /> : children}</div>
      {foot && <footer class='panel-foot'>{foot}</footer>}
    </section>
  );
}

export function Skeleton() {
  return <div class='skeleton' role='status'><span class='sr'>{t('panel.loading')}</span><i /><i /><i /></div>;
}

export function Empty({ children }: { children: ComponentChildren }) {
  return <p class='empty'>{children}</p>;
}

/** What failed, its request, and when it is tried again. */
export function Trouble({ error, retry_at_ms, children }: { error: Failure; retry_at_ms?: number; children?: ComponentChildren }) {
  tick.value;
  const wait_s = retry_at_ms === undefined ? null : Math.max(0, Math.ceil((retry_at_ms - stopwatch()) / 1000));
  return (
    <div class='trouble' role='alert'>
      <b>{error.problem.code === 'no-answer' ? t('trouble.silent') : error.problem.title || error.problem.code}</b>
      <span>{error.problem.detail}</span>
      {error.problem.next && <span>{error.problem.next}</span>}
      <span class='mut'>
        <code>{error.path}</code>
        {error.problem.instance && ` · ${t('trouble.request', { id: error.problem.instance })}`}
        {wait_s !== null && ` · ${t('trouble.retry', { s: wait_s })}`}
      </span>
      {children}
    </div>
  );
}

/** The whole page's trouble while nothing has ever been read. */
export function FirstTrouble() {
  const now = failure.value;
  return now ? <Trouble error={now.error} retry_at_ms={now.retry_at_ms} /> : <Skeleton />;
}
