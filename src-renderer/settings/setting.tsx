import type { ReactNode } from 'react';

interface SettingProps {
  readonly title: string;
  readonly hint?: ReactNode;
  readonly children: ReactNode;
}

export function Setting({ title, hint, children }: SettingProps) {
  return (
    <section className="setting" aria-label={title}>
      <h2>{title}</h2>
      <div className="setting-control">{children}</div>
      {hint ? <div className="hint">{hint}</div> : null}
    </section>
  );
}
