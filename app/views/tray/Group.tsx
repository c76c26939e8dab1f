import { useState } from 'preact/hooks';
import { t } from '../../messages/translate.ts';
import {
  commonWays,
  commonWhy,
  commonWords,
  type Group as ItemGroup,
  reasonWords,
} from '../../state/tray.ts';
import { useSite } from '../context.ts';
import { Item } from './Item.tsx';
import { useDecide } from './use-decide.ts';

/** More than these are decided on together at first sight, and one by one where the person asks for it. */
const SHOWN_MAX = 6;

/** Items that are open for one reason: each by itself, some that are chosen, or all at once. */
export function Group({ group: { reason, items } }: { group: ItemGroup }) {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [isOpen, setOpen] = useState(items.length <= SHOWN_MAX);
  const some = items.filter(({ edit }) => chosen.has(edit.id));
  const choose = (id: string, isChosen: boolean) => {
    const next = new Set(chosen);
    if (isChosen) next.add(id);
    else next.delete(id);
    setChosen(next);
  };
  const isMany = items.length > 1;
  const why = isMany ? commonWhy(items) : null;
  return (
    <section class="tray-group">
      <h3>
        {reasonWords(reason)}
        {isMany && <span class="count">{items.length}</span>}
      </h3>
      {why !== null && <p class="small">{why}</p>}
      {isMany && <Together items={some.length > 0 ? some : items} isSome={some.length > 0} />}
      {!isOpen && (
        <button type="button" class="button" data-quiet onClick={() => setOpen(true)}>
          {t('tray.oneByOne', { count: items.length })}
        </button>
      )}
      {isOpen && (
        <ul class="attention">
          {items.map((item) => (
            <Item
              key={item.edit.id}
              item={item}
              isWhyKnown={why !== null}
              chosen={isMany ? chosen.has(item.edit.id) : null}
              onChoose={(isChosen) => choose(item.edit.id, isChosen)}
            />
          ))}
        </ul>
      )}
    </section>
  );
}

function Together({ items, isSome }: { items: ItemGroup['items']; isSome: boolean }) {
  const site = useSite();
  const decide = useDecide();
  const count = items.length;
  const ways = commonWays(site, items);
  if (ways.length === 0) return null;
  return (
    <div class="attention-item" data-stop data-some={isSome}>
      <h4 tabIndex={-1}>{isSome ? t('tray.some', { count }) : t('tray.all', { count })}</h4>
      <div class="choices">
        {ways.map((way) => (
          <button
            key={way.label}
            type="button"
            class="button"
            onClick={() => decide(way.items, way.decision)}
          >
            {commonWords(site, way)}
          </button>
        ))}
      </div>
    </div>
  );
}
