import { useEffect, useState } from 'preact/hooks';

interface Code {
  /** Modules along a side, the quiet zone round it included. */
  size: number;
  /** One square a dark module. */
  path: string;
}

/** A text as a QR code, dark on white whatever the theme: cameras expect it so. Its drawing comes when it is shown. */
export function QrCode({ text, label }: { text: string; label: string }) {
  const [code, setCode] = useState<Code | null>(null);
  useEffect(() => {
    let gone = false;
    import('uqr').then(
      ({ encode }) => {
        const { data, size } = encode(text, { ecc: 'M', border: 4 });
        const path = data
          .flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : '')))
          .join('');
        if (!gone) setCode({ size, path });
      },
      // Without a network it may not come. The link is there as well.
      () => {},
    );
    return () => {
      gone = true;
    };
  }, [text]);
  if (!code) return null;
  const { size, path } = code;
  return (
    <svg
      class="qr"
      viewBox={`0 0 ${size} ${size}`}
      role="img"
      aria-label={label}
      shape-rendering="crispEdges"
    >
      <path fill="#fff" d={`M0 0h${size}v${size}H0z`} />
      <path fill="#000" d={path} />
    </svg>
  );
}
