import { useSignal } from '@preact/signals';
import { fullLink } from '../state/url';
import { t } from '../words/t';
import { Icon } from './Icon';

const SHOWN_MS = 1500;

/** Copy the address of exactly this screen; where the clipboard is closed it is shown to copy by hand. */
export async function copyLink(): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(fullLink());
    return true;
  } catch {
    prompt(t('link.byhand'), fullLink()); // plain http has no clipboard
    return false;
  }
}

export function CopyLink() {
  const done = useSignal(false);
  const copy = async (): Promise<void> => {
    done.value = await copyLink();
    setTimeout(() => (done.value = false), SHOWN_MS);
  };
  const words = done.value ? t('link.copied') : t('link.copy');
  return <button type='button' class='tool' onClick={copy} title={words} aria-label={words}><Icon name={done.value ? 'done' : 'link'} /></button>;
}
