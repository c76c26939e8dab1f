/** People name a car by the end of its number: that part stands out. */
const NAMING_CHARS = 3;

/** A car's number as on the van. `found` is a part of it that the person has typed. */
export function CarNumber({ id, found = '' }: { id: string; found?: string }) {
  const at = found === '' ? -1 : id.lastIndexOf(found);
  if (at >= 0) {
    return (
      <span class="number">
        {id.slice(0, at)}
        <mark>{found}</mark>
        {id.slice(at + found.length)}
      </span>
    );
  }
  return (
    <span class="number">
      {id.slice(0, -NAMING_CHARS)}
      <b>{id.slice(-NAMING_CHARS)}</b>
    </span>
  );
}
