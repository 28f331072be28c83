import { t } from '../words/t';

/** A hatched mark beside everything that nobody measured as it stands. */
export function Provenance({ of }: { of: string | null }) {
  if (!of || of === 'observed') return null;
  const known = of === 'reconstructed';
  return (
    <em class='provenance' title={known ? t('provenance.reconstructed.tip') : of}>
      {known ? t('provenance.reconstructed') : of}
    </em>
  );
}
