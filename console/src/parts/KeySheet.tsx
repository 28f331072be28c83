// The sheet of keys, written from the table the handlers run from.
import { signal } from '@preact/signals';
import { keys, switchedOff, switchKeys } from '../state/keys';
import { t } from '../words/t';
import { Sheet } from './Sheet';

export const keySheet = signal(false);
const SHAPES: Record<string, string> = { ArrowLeft: '←', ArrowRight: '→', 'Shift+ArrowLeft': '⇧ ←', 'Shift+ArrowRight': '⇧ →', Escape: 'Esc' };

const shape = (press: string): string => SHAPES[press] ?? press.replace('Shift+', '⇧ ').replace(/\b[a-z]\b/g, (letter) => letter.toUpperCase());

export function KeySheet() {
  if (!keySheet.value) return null;
  return (
    <Sheet title={t('keys.title')} onClose={() => (keySheet.value = false)}>
      <dl class='keys'>
        {keys().map(({ press, word }) => <div key={press}><dt><kbd>{shape(press)}</kbd></dt><dd>{t(word)}</dd></div>)}
      </dl>
      <label class='check'>
        <input type='checkbox' checked={switchedOff.value} onChange={(event) => switchKeys(event.currentTarget.checked)} />
        {t('keys.off')}
      </label>
    </Sheet>
  );
}
