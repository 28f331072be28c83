// An advisory's text, plain or with what changed; the sign has a column of its own, so that the text keeps its alignment.
import { t } from '../words/t';
import { diffLines, type Op } from './diff';

const SIGN: Record<Op, string> = { same: ' ', add: '+', cut: '−' };

export function Tac({ text, label }: { text: string; label: string }) {
  return <pre class='tac' tabIndex={0} aria-label={label}>{text.trimEnd()}</pre>;
}

export function TextDiff({ before, after, label }: { before: string; after: string; label: string }) {
  return (
    <div class='tac diff' tabIndex={0} role='group' aria-label={label}>
      {diffLines(before, after).map(({ op, text }, i) => (
        <div key={i} class={op}>
          <span class='sign' aria-hidden='true'>{SIGN[op]}</span>
          {op !== 'same' && <span class='sr'>{t(`diff.${op}`)}: </span>}
          {op === 'cut' ? <del>{text}</del> : op === 'add' ? <ins>{text}</ins> : <span>{text}</span>}
        </div>
      ))}
    </div>
  );
}
