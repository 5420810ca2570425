import type { ReactNode } from 'react';

interface IconProps {
  readonly size?: number;
}

function icon(drawing: ReactNode, ownSize = 16) {
  return function Icon({ size = ownSize }: IconProps) {
    return (
      <svg width={size} height={size} viewBox="0 0 16 16" aria-hidden="true">
        {drawing}
      </svg>
    );
  };
}

export const TickIcon = icon(
  <>
    <circle cx="8" cy="8" r="6.25" />
    <path d="m5.4 8.2 1.8 1.8 3.4-3.8" />
  </>,
);
export const MoreAccessIcon = icon(
  <>
    <circle cx="8" cy="8" r="6.25" />
    <path d="M8 5.2v5.6M5.2 8h5.6" />
  </>,
);
export const KeyIcon = icon(
  <>
    <circle cx="5.2" cy="10.8" r="3" />
    <path d="M7.4 8.6 13.5 2.5M11 5l2 2M9.2 6.8l1.3 1.3" />
  </>,
);
export const SigningInIcon = icon(
  <>
    <path className="spin" d="M14.2 8A6.2 6.2 0 1 1 8 1.8" />
    <path d="M6.2 8h3.6M8.4 6.4 10 8 8.4 9.6" />
  </>,
);
export const ConnectingIcon = icon(
  <>
    <path className="spin" d="M14.2 8A6.2 6.2 0 1 1 8 1.8" />
    <circle cx="8" cy="8" r="1.4" fill="currentColor" stroke="none" />
  </>,
);
export const ClockIcon = icon(
  <>
    <circle cx="8" cy="8" r="6.25" />
    <path d="M8 4.6V8l2.2 1.6" />
  </>,
);
export const OfflineIcon = icon(
  <path d="M2 2l12 12M5 12.2h6.2M3.6 11.4A2.7 2.7 0 0 1 4.3 7a3.8 3.8 0 0 1 .5-1.4M7 3.9a3.8 3.8 0 0 1 4.7 3.2 2.6 2.6 0 0 1 2 3.6" />,
);
export const DisabledIcon = icon(
  <>
    <circle cx="8" cy="8" r="6.25" strokeDasharray="2 2.4" />
    <path d="M5.5 8h5" />
  </>,
);
export const PausedIcon = icon(
  <>
    <circle cx="8" cy="8" r="6.25" />
    <path d="M6.4 6v4M9.6 6v4" />
  </>,
);
export const StoppedIcon = icon(
  <>
    <path d="M5.4 1.8h5.2l3.6 3.6v5.2l-3.6 3.6H5.4l-3.6-3.6V5.4z" />
    <path d="M8 5v3.6M8 10.9v.1" />
  </>,
);
export const RejectedIcon = icon(
  <>
    <path d="M8 1.8 13.2 4v4c0 3-2.2 5.2-5.2 6.2C5 13.2 2.8 11 2.8 8V4z" />
    <path d="m6.2 6.2 3.6 3.6M9.8 6.2 6.2 9.8" />
  </>,
);
export const LockIcon = icon(
  <>
    <rect x="3" y="7" width="10" height="7" rx="1.6" />
    <path d="M5.2 7V5a2.8 2.8 0 0 1 5.6 0v2" />
  </>,
);
export const WarningIcon = icon(
  <>
    <path d="M8 2.2 14.4 13.4H1.6z" />
    <path d="M8 6.4v3.4M8 11.6v.1" />
  </>,
);
export const CopyIcon = icon(
  <>
    <rect x="5.5" y="5.5" width="8" height="8" rx="1.8" />
    <path d="M10.5 3.4a1 1 0 0 0-1-.9h-6a1 1 0 0 0-1 1v6c0 .5.4 1 .9 1" />
  </>,
  14,
);
export const PlusIcon = icon(<path d="M8 3v10M3 8h10" />, 14);
export const DotsIcon = icon(
  <g fill="currentColor" stroke="none">
    <circle cx="3.2" cy="8" r="1.3" />
    <circle cx="8" cy="8" r="1.3" />
    <circle cx="12.8" cy="8" r="1.3" />
  </g>,
);
export const CloseIcon = icon(<path d="m4 4 8 8M12 4l-8 8" />);
export const LinkIcon = icon(
  <path d="M6.8 9.2a3 3 0 0 0 4.3 0l2-2a3 3 0 0 0-4.3-4.3l-.9.9M9.2 6.8a3 3 0 0 0-4.3 0l-2 2a3 3 0 0 0 4.3 4.3l.9-.9" />,
);
export const PlayIcon = icon(<path d="M5 3.2v9.6l7.6-4.8z" />);
