import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { t } from '../words/t';
import { Icon } from './Icon';

interface SheetProps {
  title: string;
  wide?: boolean;
  onClose: () => void;
  children: ComponentChildren;
}

/** A modal dialog; the browser keeps the focus in it and gives it back. */
export function Sheet({ title, wide, onClose, children }: SheetProps) {
  const host = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const dialog = host.current;
    const before = document.activeElement;
    if (dialog && !dialog.open) dialog.showModal();
    return () => {
      dialog?.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return (
    <dialog ref={host} class={wide ? 'wide' : ''} aria-label={title} onCancel={onClose} onClose={onClose}>
      <header class='sheet-head'><h2>{title}</h2>
        <button type='button' class='tool' onClick={onClose} aria-label={t('close')} title={t('close')}><Icon name='close' /></button>
      </header>
      {children}
    </dialog>
  );
}
