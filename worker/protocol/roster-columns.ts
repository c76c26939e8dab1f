import type { CarFields, CarState, Field } from './car.ts';

/** What a column of a roster can hold. */
export type Column = 'car' | 'status' | Field;

/** How people head their columns, in English, German and Spanish, without case, accents and the signs between words. */
const HEADINGS: { [C in Column]: readonly string[] } = {
  car: words(`id car carid carno carnr carnum carnumber number num no nr vehicle vehicleid vehicleno
    vehiclenumber unit unitid unitno unitnumber van vanno vannumber truck truckno trucknumber packagecar
    fahrzeug fahrzeugid fahrzeugnr fahrzeugnummer wagen wagennr wagennummer auto nummer
    vehiculo numerodevehiculo coche carro unidad numero numerodeunidad camion camioneta furgoneta`),
  location: words(`location loc lane belt position pos place spot bay
    ort standort platz stellplatz band tor spur
    ubicacion lugar posicion banda cinta carril anden`),
  arrived: words('arrived in here onsite angekommen eingetroffen da llegado llego presente'),
  late: words('late delayed verspatet verspaetet spat spaet tarde retrasado atrasado'),
  empty: words('empty emptied unloaded leer geleert entladen vacio vaciado descargado'),
  status: words('status state carstatus zustand estado'),
  notes: words(`notes note remark remarks comment comments memo
    notiz notizen bemerkung bemerkungen anmerkung anmerkungen kommentar kommentare hinweis hinweise
    nota notas observacion observaciones comentario comentarios`),
};

const STATES: { [S in CarState]: readonly string[] } = {
  expected: words('expected erwartet esperado'),
  late: words('late delayed verspatet verspaetet spat spaet tarde retrasado atrasado'),
  arrived: words('arrived angekommen eingetroffen da llegado llego'),
  empty: words('empty leer geleert vacio vaciado'),
};

const FLAGS = {
  yes: words('yes y true t 1 x ✓ ✔ ja j wahr si s verdadero'),
  no: words('no n false f 0 - nein falsch falso'),
};

const COLUMN_OF = inverse(HEADINGS);
const STATE_OF = inverse(STATES);
const FLAG_OF = inverse(FLAGS);

/** The values that a word of the status column says. `late` is not said of a car that is here: it may have been. */
export const STATE_FIELDS: { [S in CarState]: Partial<CarFields> } = {
  expected: { arrived: false, late: false, empty: false },
  late: { arrived: false, late: true, empty: false },
  arrived: { arrived: true, empty: false },
  empty: { arrived: true, empty: true },
};

/** What a column with this heading holds, or null where it is none of ours. */
export function columnOf(heading: string): Column | null {
  return COLUMN_OF.get(fold(heading).replaceAll(/[\s._#?:-]/g, '')) ?? null;
}

/** The state a cell of the status column names, or null where it is no such word. */
export function stateOf(cell: string): CarState | null {
  return STATE_OF.get(fold(cell)) ?? null;
}

/** Yes or no as people write it, or null where it is neither. */
export function flagOf(cell: string): boolean | null {
  const flag = FLAG_OF.get(fold(cell));
  return flag === undefined ? null : flag === 'yes';
}

/** No word above is longer; a cell that is need not be looked at. */
const WORD_CHARS_MAX = 40;

/** Without case and accents. */
function fold(cell: string): string {
  if (cell.length > WORD_CHARS_MAX) return '';
  return cell.normalize('NFD').replaceAll(/\p{M}/gu, '').trim().toLowerCase();
}

function words(list: string): string[] {
  return list.split(/\s+/);
}

function inverse<K extends string>(lists: { [key in K]: readonly string[] }): ReadonlyMap<string, K> {
  const keys = new Map<string, K>();
  for (const key in lists) for (const word of lists[key]) keys.set(word, key);
  return keys;
}
