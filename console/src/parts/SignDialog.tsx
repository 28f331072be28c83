// Signing: what changed, the evidence, the hash, the effect and severity typed by hand, the password again.
import { signal, useSignal } from '@preact/signals';
import { api, Failure, newKey } from '../state/api';
import { refresh } from '../state/store';
import type { Draft } from '../state/types';
import { look } from '../state/url';
import { t, type Word } from '../words/t';
import { DraftText, Findings, hash8, Signatures, whyNot } from './Drafts';
import { Evidence } from './Evidence';
import { Sheet } from './Sheet';

export const signing = signal<Draft | null>(null);

export const toType = (draft: Draft): string => `${draft.effect} ${draft.action === 'end' ? 'END' : (draft.severity ?? '')}`.trim();

const KNOWN: Record<string, Word> = {
  password: 'problem.password', typed: 'problem.typed', 'same-person': 'problem.same-person',
  'same-organisation': 'problem.same-organisation', 'stale-draft': 'problem.stale-draft', findings: 'problem.findings',
  'not-found': 'problem.not-found', replay: 'problem.replay', role: 'problem.role', 'no-answer': 'problem.no-answer',
};

/** Our words for a known refusal; an unknown one is shown as the server said it. */
export function refusal({ problem }: Failure): string {
  const word = KNOWN[problem.code];
  return word ? t(word) : `${problem.code}: ${problem.detail || problem.title}`;
}

function Areas({ draft }: { draft: Draft }) {
  return (
    <ol class='outlooks' aria-label={t('sign.areas')}>
      {draft.drawn.map(({ outlook, state, groups }) => (
        <li key={outlook}><b>{outlook === 0 ? 'OBS' : `+${outlook} h`}</b> {groups.length ? groups.map(({ severity, label }) => `${severity} ${label}`).join(', ') : state}</li>
      ))}
    </ol>
  );
}

function SignForm({ draft, onDone }: { draft: Draft; onDone: () => void }) {
  const typed = useSignal('');
  const password = useSignal('');
  const busy = useSignal(false);
  const trouble = useSignal<string | null>(null);
  const key = useSignal(newKey());
  const wanted = toType(draft);
  const ready = typed.value.trim().toUpperCase() === wanted && password.value !== '' && !busy.value;
  const sign = async (): Promise<void> => {
    busy.value = true;
    try {
      await api.sign(draft, typed.value.trim().toUpperCase(), password.value, key.value);
      onDone();
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      trouble.value = refusal(error);
    }
    busy.value = false;
  };
  return (
    <form class='sign-form' onSubmit={(event) => event.preventDefault()}>
      <label>{t('sign.type', { words: wanted })}<input autocomplete='off' spellcheck={false} value={typed.value} onInput={(event) => (typed.value = event.currentTarget.value)} /></label>
      <label>{t('login.password')}<input type='password' autocomplete='current-password' value={password.value} onInput={(event) => (password.value = event.currentTarget.value)} /></label>
      <button type='button' class='act' disabled={!ready} onClick={sign}>{t('sign.do', { hash: hash8(draft) })}</button>
      {trouble.value && <p class='bad' role='alert'>{trouble.value}</p>}
    </form>
  );
}

export function SignDialog() {
  const draft = signing.value;
  if (!draft) return null;
  const close = (): void => void (signing.value = null);
  const reason = whyNot(draft);
  const done = (): void => {
    close();
    look({ sel: null });
    refresh();
  };
  return (
    <Sheet title={t('sign.title', { what: toType(draft) })} wide onClose={close}>
      <div class='sign-columns'>
        <div><DraftText draft={draft} /><Areas draft={draft} /></div>
        <div>
          <p class='hash'>{t('sign.hash')} <code>{hash8(draft)}</code></p>
          <Findings findings={draft.findings} /><Evidence rows={draft.evidence} /><Signatures draft={draft} />
        </div>
      </div>
      {reason === null ? <SignForm draft={draft} onDone={done} /> : <p class='warn-line' role='note'>{reason}</p>}
    </Sheet>
  );
}
