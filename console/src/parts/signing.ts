import { signal } from '@preact/signals';
import type { Draft } from '../state/types';

/** The draft whose dialog is open. */
export const signing = signal<Draft | null>(null);
