import type { Face } from '../../src-main/engine/model/overall.ts';

/** The gate's five faces: one arch, told apart by form alone. The drawing is `assets/gate.svg`; a test compares. */

const ARCH = 'M3 17.5V8.8a7 7 0 0 1 14 0v8.7';

const FACES = {
  well: (
    <>
      <path d={ARCH} />
      <path d="M7 17.5v-8a3 3 0 0 1 6 0v8z" fill="currentColor" />
    </>
  ),
  working: (
    <>
      <path d={ARCH} />
      <g fill="currentColor" stroke="none">
        <circle cx="6.25" cy="11.9" r="1.4" />
        <circle cx="10" cy="11.9" r="1.4" />
        <circle cx="13.75" cy="11.9" r="1.4" />
      </g>
    </>
  ),
  need: (
    <>
      <path d={ARCH} />
      <circle cx="10" cy="9" r="2.1" />
      <path d="M10 11.1v6.4M10 14.4h2.2" />
    </>
  ),
  trouble: <path d="M3 17.5V8.8A7 7 0 0 1 15.2 4.1M17 9v8.5M3.6 18.6 17.6 2.4" />,
  paused: (
    <>
      <path d={ARCH} />
      <path d="M7.5 9.6v5M12.5 9.6v5" strokeWidth="2.4" />
    </>
  ),
} as const;

export function GateIcon({ face }: { readonly face: Face }) {
  return (
    <div className={`gate gate-${face}`}>
      <svg width="22" height="22" viewBox="0 0 20 20" aria-hidden="true">
        {FACES[face]}
      </svg>
    </div>
  );
}
