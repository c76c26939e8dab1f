import type { ComponentChildren } from 'preact';
import '../../messages/add-acts.ts';
import type { ImportResult, RowResult } from '../../../worker/protocol/api.ts';
import type { CarFields } from '../../../worker/protocol/car.ts';
import type { BadRow } from '../../../worker/protocol/roster.ts';
import { t } from '../../messages/translate.ts';
import { fieldWords } from '../../state/field-words.ts';
import { CarNumber } from '../CarNumber.tsx';

/** Nobody reads further; the count says how many there are. */
const SHOWN_MAX = 200;

const RESULTS = ['new', 'changed', 'conflict', 'unchanged'] as const;

/** Every row of a roster under what it would do, the problems first. */
export function ImportRows({ result }: { result: ImportResult }) {
  const { rows, bad, removed, counts } = result;
  return (
    <>
      <dl class="import-counts">
        {(['new', 'changed', 'unchanged', 'removed', 'conflict', 'bad'] as const)
          .filter((kind) => counts[kind] > 0 || kind === 'new' || kind === 'changed')
          .map((kind) => (
            <div key={kind} data-kind={kind}>
              <dt>{t(`import.${kind}`)}</dt>
              <dd>{counts[kind]}</dd>
            </div>
          ))}
      </dl>
      {bad.length > 0 && (
        <Group
          kind="bad"
          title={t('import.badLead', { count: bad.length })}
          count={bad.length}
          counted={false}
        >
          {bad.slice(0, SHOWN_MAX).map((row) => (
            <Bad key={`${row.line} ${row.reason}`} row={row} />
          ))}
        </Group>
      )}
      {removed.length > 0 && (
        <Group kind="removed" title={t('import.removed')} count={removed.length}>
          {removed.slice(0, SHOWN_MAX).map((car) => (
            <li key={car} class="line">
              <CarNumber id={car} />
            </li>
          ))}
        </Group>
      )}
      {RESULTS.map((kind) => {
        const some = rows.filter((row) => row.result === kind);
        return (
          some.length > 0 && (
            <Group
              key={kind}
              kind={kind}
              title={t(`import.${kind}`)}
              count={some.length}
              open={kind !== 'unchanged'}
            >
              {some.slice(0, SHOWN_MAX).map((row) => (
                <Row key={row.line} row={row} />
              ))}
            </Group>
          )
        );
      })}
    </>
  );
}

interface GroupProps {
  kind: string;
  title: string;
  count: number;
  /** The title does not say how many there are. */
  counted?: boolean;
  open?: boolean;
  children: ComponentChildren;
}

function Group({ kind, title, count, counted = true, open = true, children }: GroupProps) {
  return (
    <details class="import-group" data-kind={kind} open={open}>
      <summary>
        {title} {counted && <span class="column-count">{count}</span>}
      </summary>
      <ul class="lines">{children}</ul>
      {count > SHOWN_MAX && <p class="small">{t('import.andMore', { count: count - SHOWN_MAX })}</p>}
    </details>
  );
}

function Row({ row: { line, car, result, changes } }: { row: RowResult }) {
  const words =
    result === 'unchanged' || !changes ? [] : result === 'new' ? newWords(changes) : fieldWords(changes);
  return (
    <li class="line">
      <small class="line-no">{t('import.line', { line: String(line) })}</small>
      <CarNumber id={car} />
      <span class="line-text">{words.join(t('list.comma'))}</span>
    </li>
  );
}

/** What a new car is, rather than what became of it. */
function newWords({ location, notes, ...flags }: Partial<CarFields>): string[] {
  const said = Object.fromEntries(Object.entries(flags).filter(([, on]) => on));
  return [
    ...(location === undefined ? [] : [t('import.at', { location })]),
    ...fieldWords(said),
    ...(notes ? [notes] : []),
  ];
}

function Bad({ row: { line, car, reason, value, earlier } }: { row: BadRow }) {
  return (
    <li class="line">
      <small class="line-no">{t('import.line', { line: String(line) })}</small>
      <b>{car === '' ? t('import.noCar') : car}</b>
      <span class="line-text">
        {t(`error.${reason}`)} {value !== '' && value !== car && <q>{value}</q>}
        {earlier !== undefined && <small>{t('import.earlier', { line: String(earlier) })}</small>}
      </span>
    </li>
  );
}
