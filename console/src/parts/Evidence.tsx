import type { Evidence as Row } from '../state/types';
import { dayTime } from '../words/clock';
import { measured, t } from '../words/t';
import { Provenance } from './Provenance';
import { quantityName } from './quantity';

const figure = (value: Row['value']): string => (typeof value === 'number' ? measured(value) : (value ?? '–'));

/** The exact values and times that crossed, each with its source. */
export function Evidence({ rows }: { rows: readonly Row[] }) {
  if (rows.length === 0) return <p class='empty'>{t('evidence.none')}</p>;
  return (
    <table class='evidence'>
      <thead><tr>
        <th scope='col'>{t('evidence.name')}</th><th scope='col' class='num'>{t('evidence.value')}</th>
        <th scope='col' class='num'>{t('evidence.threshold')}</th><th scope='col'>{t('evidence.at')}</th><th scope='col'>{t('evidence.source')}</th>
      </tr></thead>
      <tbody>{rows.map((row, i) => (
        <tr key={i}>
          <th scope='row'>{quantityName(row.name)}</th><td class='num'><b>{figure(row.value)}</b></td><td class='num'>{figure(row.threshold)}</td>
          <td>{row.at ? dayTime(row.at) : '–'}</td><td>{row.source ?? '–'} <Provenance of={row.provenance} /></td>
        </tr>
      ))}</tbody>
    </table>
  );
}
