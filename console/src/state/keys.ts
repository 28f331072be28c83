// One table of keys: the handlers run from it and the key sheet is written from it.
import { signal } from '@preact/signals';
import type { Word } from '../words/t';
import { recall, remember } from './url';

export interface Key {
  /** As `KeyboardEvent.key`, `Shift+` before it; two keys in a row with a space. */
  press: string;
  word: Word;
  run: () => void;
}

export const switchedOff = signal(recall('keys') === 'off');
let table: readonly Key[] = [];
let before = '';

export const keys = (): readonly Key[] => table;

function typing(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || ['INPUT', 'SELECT', 'TEXTAREA'].includes(target.tagName);
}

function nameOf(event: KeyboardEvent): string {
  const name = event.key === ' ' ? 'Space' : event.key;
  const shifted = event.shiftKey && (name.startsWith('Arrow') || /^[A-Z]$/.test(name));
  return shifted ? `Shift+${name}` : name.length === 1 ? name.toLowerCase() : name;
}

/** A focused button keeps its Space, a dialog keeps every key but Escape. */
function leaveIt(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.altKey || event.metaKey || typing(event.target)) return true;
  if (document.querySelector('dialog[open]')) return true;
  const control = (event.target as Element | null)?.closest?.('button, a, summary, [role=tab]');
  return event.key === ' ' && Boolean(control);
}

function press(event: KeyboardEvent): void {
  if (switchedOff.value || leaveIt(event)) return;
  const name = nameOf(event);
  const key = table.find((entry) => entry.press === `${before} ${name}`) ?? table.find((entry) => entry.press === name);
  before = name;
  if (!key) return;
  event.preventDefault();
  key.run();
}

export function listenToKeys(entries: readonly Key[]): void {
  table = entries;
  addEventListener('keydown', press);
}

export function switchKeys(off: boolean): void {
  switchedOff.value = off;
  remember('keys', off ? 'off' : 'on');
}
