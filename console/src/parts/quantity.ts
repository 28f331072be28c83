import { QUANTITIES, type Quantity } from '../state/series';
import { t } from '../words/t';

const NAMED: readonly string[] = QUANTITIES;

/** Our word for a quantity; one without a word is shown by its name. */
export const quantityName = (id: string): string =>
  NAMED.includes(id) ? t(`strip.${id as Quantity}`) : id.replaceAll('_', ' ');
