import { signal } from '@preact/signals';
import type { Probe } from '../map/map';

export const nightShown = signal(true);
export const hatched = signal(true);
export const probe = signal<Probe | null>(null);
