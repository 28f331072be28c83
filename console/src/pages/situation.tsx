// The first page: what is the matter now, where, since when, what is due, and where every number comes from.
import { Badge } from '../parts/Badge';
import { Desk } from '../parts/Desk';
import { EffectChip } from '../parts/EffectChip';
import { MapPanel, PolarPanel } from '../parts/MapPanel';
import { FirstTrouble } from '../parts/Panel';
import { StripsPanel } from '../parts/StripsPanel';
import { situation } from '../state/store';
import { t } from '../words/t';

function Badges() {
  const now = situation.value;
  if (!now) return <section class='badges' aria-label={t('badges.title')}><FirstTrouble /></section>;
  const { r, s, g } = now.scales;
  return (
    <section class='badges' aria-label={t('badges.title')}>
      <Badge letter='r' scale={r} /><Badge letter='s' scale={s} /><Badge letter='g' scale={g} />
      {now.effects.map((effect) => <EffectChip key={effect.kind} effect={effect} />)}
    </section>
  );
}

export function SituationPage() {
  return (
    <>
      <h1 class='sr'>{t('page.situation')}</h1>
      <Badges />
      <MapPanel />
      <PolarPanel />
      <Desk />
      <StripsPanel />
    </>
  );
}
