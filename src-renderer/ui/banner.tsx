import type { ReactNode } from 'react';

interface BannerProps {
  /** `calm` where nobody has to do anything. */
  readonly tone: 'need' | 'calm';
  readonly icon: ReactNode;
  readonly title: string;
  readonly children: ReactNode;
  readonly action?: ReactNode;
}

/** One cause, one message. */
export function Banner({ tone, icon, title, children, action }: BannerProps) {
  return (
    <div className={`banner banner-${tone}`} role={tone === 'need' ? 'alert' : 'status'}>
      <span className={tone === 'need' ? 'c-need' : 'c-off'}>{icon}</span>
      <div className="banner-text">
        <strong>{title}</strong>
        <p>{children}</p>
      </div>
      {action}
    </div>
  );
}
