// What waits for a signature: text against the last advisory, findings, evidence, and the one clear act.
import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { api, Failure, newKey } from '../state/api';
import { holds, me, offline, refresh, replay } from '../state/store';
import type { Draft, Finding } from '../state/types';
import { look } from '../state/url';
import { dayTime } from '../words/clock';
import { t, type Word } from '../words/t';
import { Evidence } from './Evidence';
import { refusal } from './refusal';
import { signing } from './signing';
import { Tac, TextDiff } from './TextDiff';

export const hash8 = (draft: Draft): string => draft.content_sha256.slice(0, 8);

const COMPLETE = 2;
export const isSigned = (draft: Draft): boolean => draft.signatures.length >= COMPLETE;
/** Whether this officer may release what both have signed. */
export const mayRelease = (draft: Draft): boolean => isSigned(draft) && !offline.value && holds('duty officer', 'second officer');

/** Why nothing can be signed here and now, in words; null when it can. */
export function whyNot(draft: Draft): string | null {
  if (offline.value) return t('sign.offline');
  if (draft.can_sign) return null;
  if (draft.cannot_sign_because) return draft.cannot_sign_because;
  if (replay.value) return t('sign.replay');
  return me.value?.public ? t('sign.login') : t('sign.cannot');
}

const GROUPS: readonly [Finding['weight'], Word][] = [['error', 'findings.blocks'], ['warning', 'findings.warns']];

interface FindingsProps {
  findings: readonly Finding[];
  /** Draws the box in which a signer accepts a warning. */
  box?: (finding: Finding) => ComponentChildren;
}

function FindingLine({ finding, box }: { finding: Finding; box?: FindingsProps['box'] }) {
  const words = <span><code>{finding.code}</code> {finding.message}</span>;
  if (!box || finding.weight !== 'warning') return <li>{words}</li>;
  return <li><label class='accept'>{box(finding)}{words}</label></li>;
}

export function Findings({ findings, box }: FindingsProps) {
  if (findings.length === 0) return <p class='mut'>{t('findings.none')}</p>;
  return (
    <div class='findings'>
      {GROUPS.map(([weight, word]) => {
        const some = findings.filter((finding) => finding.weight === weight);
        return some.length > 0 && (
          <section key={weight} class={weight} aria-label={t(word)}>
            <h3>{t(word)} · {some.length}</h3>
            <ul>{some.map((finding) => <FindingLine key={finding.code + finding.message} finding={finding} box={box} />)}</ul>
          </section>
        );
      })}
    </div>
  );
}

export function Signatures({ draft }: { draft: Draft }) {
  return (
    <ul class='signatures' aria-label={t('sign.signatures')}>
      {draft.signatures.map(({ officer, organisation, at }) => <li key={officer}>✓ {officer} ({organisation}) {dayTime(at)}</li>)}
    </ul>
  );
}

function Refuse({ draft }: { draft: Draft }) {
  const reason = useSignal('');
  const trouble = useSignal<string | null>(null);
  const key = useSignal(newKey());
  const refuse = async (event: Event): Promise<void> => {
    event.preventDefault();
    try {
      await api.refuse(draft, reason.value, key.value);
      look({ sel: null });
      refresh();
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      trouble.value = refusal(error);
    }
  };
  return (
    <form class='refuse' onSubmit={refuse}>
      <label>{t('refuse.reason')} <input value={reason.value} onInput={(event) => (reason.value = event.currentTarget.value)} /></label>
      <button type='submit' disabled={reason.value.trim().length < 3}>{t('refuse.do')}</button>
      {trouble.value && <p class='bad' role='alert'>{trouble.value}</p>}
    </form>
  );
}

export function DraftText({ draft }: { draft: Draft }) {
  if (!draft.previous_tac) return <Tac text={draft.tac} label={t('draft.text')} />;
  return <TextDiff before={draft.previous_tac} after={draft.tac} label={t('draft.text')} />;
}

export function DraftView({ draft }: { draft: Draft }) {
  const reason = whyNot(draft);
  return (
    <>
      <div class='advisory-head'>
        <b>{draft.effect}</b><span class='tag'>{draft.state}</span>
        <span>{t('draft.next', { key: draft.next_free })}</span><code title={draft.content_sha256}>#{hash8(draft)}</code>
      </div>
      <DraftText draft={draft} />
      <div class='acts'>
        <button type='button' class='act' disabled={reason !== null && !mayRelease(draft)} aria-describedby='why-not' onClick={() => (signing.value = draft)}>{t(isSigned(draft) ? 'release.open' : 'sign.open')} <kbd>⇧ S</kbd></button>
        <span id='why-not' class='mut'>{reason}</span>
      </div>
      {reason === null && <Refuse draft={draft} />}
      <Signatures draft={draft} />
      <Findings findings={draft.findings} />
      <Evidence rows={draft.evidence} />
    </>
  );
}
