import { situation } from '../state/store';
import type { LogLine } from '../state/types';
import { dayTime } from '../words/clock';
import { t } from '../words/t';

export function LogLines({ lines }: { lines: readonly LogLine[] }) {
  return (
    <ol class='log'>
      {lines.map(({ seq, at, kind, text, officer }) => (
        <li key={seq}><time dateTime={at}>{dayTime(at)}</time><b>{kind}</b><span>{text}{officer && <i class='mut'> · {officer}</i>}</span></li>
      ))}
    </ol>
  );
}

export function Log() {
  const lines = situation.value?.log ?? [];
  return lines.length ? <LogLines lines={lines} /> : <p class='empty'>{t('log.none')}</p>;
}
