// How times and spans are written. Always UTC, always with its Z.
import type { Time } from '../state/types';

const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
const iso = (at: Time | number): string => new Date(at).toISOString();

/** 2026-01-18 18:09:12 UTC */
export const full = (at: number): string => `${iso(at).slice(0, 10)} ${iso(at).slice(11, 19)} UTC`;
/** 18 18:09Z: day of the month and time, as the trade writes it. */
export const dayTime = (at: Time | number): string => `${iso(at).slice(8, 10)} ${iso(at).slice(11, 16)}Z`;
/** 18:09Z */
export const hourMinute = (at: Time | number): string => `${iso(at).slice(11, 16)}Z`;
export const dateTime = (at: Time | number): string => `${iso(at).slice(0, 10)} ${iso(at).slice(11, 16)}Z`;

/** 0:42 below an hour (m:ss), 2 h 05 below two days, then days. */
export function age(seconds: number): string {
  const s = Math.max(0, seconds);
  if (s < 3600) return `${Math.floor(s / 60)}:${two(s % 60)}`;
  if (s < 172_800) return `${Math.floor(s / 3600)} h ${two((s % 3600) / 60)}`;
  return `${(s / 86_400).toFixed(1)} d`;
}

/** 2:14 (h:mm) until something is due; a minus when it is past. */
export function until(seconds: number): string {
  const s = Math.abs(seconds);
  return `${seconds < 0 ? '−' : ''}${Math.floor(s / 3600)}:${two((s % 3600) / 60)}`;
}

/** 1 min, 5 min, 3 h: how often something is measured. */
export function every(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  return seconds < 3600 ? `${Math.round(seconds / 60)} min` : `${+(seconds / 3600).toFixed(1)} h`;
}
